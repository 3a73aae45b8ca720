/** A contract's calls, results, events and errors between values and bytes, typed by its generated binding. */
import { Interface, type ParamType, type Result } from 'ethers/abi'
import type { Contract, ContractTypes } from './contract.ts'
import type { Hex } from './values.ts'

type Functions<Types extends ContractTypes> = Types['functions']
type NameOf<Map> = keyof Map & string

/** A log as every RPC gives it. */
export interface RawLog {
  readonly topics: readonly string[]
  readonly data: string
}

/** An event by its name, with its values. */
export type DecodedEvent<Types extends ContractTypes> = {
  readonly [Name in NameOf<Types['events']>]: { readonly name: Name; readonly values: Types['events'][Name] }
}[NameOf<Types['events']>]

/** An error that a contract gave as its reason. */
export interface DecodedRevert {
  /** As the contract declares it; `Error` and `Panic` are Solidity's own. */
  readonly name: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Made once for each contract: parsing an interface takes milliseconds. */
const interfaces = new WeakMap<Contract<never>, Interface>()

function interfaceOf<Types extends ContractTypes>(contract: Contract<Types>): Interface {
  const key = contract as unknown as Contract<never>
  let known = interfaces.get(key)
  if (known === undefined) {
    known = new Interface(contract.abi)
    interfaces.set(key, known)
  }
  return known
}

/** Creation code with the constructor's arguments. */
export function encodeCreation<Types extends ContractTypes>(contract: Contract<Types>, args: Types['create']): Hex {
  return `${contract.bytecode}${interfaceOf(contract).encodeDeploy(args).slice(2)}` as Hex
}

/** @throws Error of ethers where an argument does not fit its type */
export function encodeCall<Types extends ContractTypes, Name extends NameOf<Functions<Types>>>(
  contract: Contract<Types>,
  name: Name,
  args: Functions<Types>[Name]['inputs'],
): Hex {
  return interfaceOf(contract).encodeFunctionData(name, args as readonly unknown[]) as Hex
}

/** The arguments of a call that {@link encodeCall} made. @throws Error of ethers where the bytes are none */
export function decodeCall<Types extends ContractTypes, Name extends NameOf<Functions<Types>>>(
  contract: Contract<Types>,
  name: Name,
  data: string,
): Functions<Types>[Name]['inputs'] {
  const known = interfaceOf(contract)
  const { inputs } = known.getFunction(name)!
  const values = known.decodeFunctionData(name, data)
  return inputs.map((input, i) => plain(input, values[i])) as never
}

/** @throws Error of ethers where the bytes are no such result: other code lies at the address */
export function decodeResult<Types extends ContractTypes, Name extends NameOf<Functions<Types>>>(
  contract: Contract<Types>,
  name: Name,
  data: string,
): Functions<Types>[Name]['output'] {
  const known = interfaceOf(contract)
  const { outputs } = known.getFunction(name)!
  const values = known.decodeFunctionResult(name, data)
  if (outputs.length === 0) return undefined
  return (outputs.length === 1 ? plain(outputs[0]!, values[0]) : named(outputs, values)) as never
}

/** `undefined` for an event that this contract does not have. */
export function decodeEvent<Types extends ContractTypes>(
  contract: Contract<Types>,
  log: RawLog,
): DecodedEvent<Types> | undefined {
  const parsed = interfaceOf(contract).parseLog(log)
  if (parsed === null) return undefined
  return { name: parsed.name, values: named(parsed.fragment.inputs, parsed.args) } as DecodedEvent<Types>
}

/** First topic of an event, for a filter. */
export function eventTopic<Types extends ContractTypes>(contract: Contract<Types>, name: NameOf<Types['events']>): Hex {
  return interfaceOf(contract).getEvent(name)!.topicHash as Hex
}

/** The first four bytes of a call. */
export function functionSelector<Types extends ContractTypes>(
  contract: Contract<Types>,
  name: NameOf<Functions<Types>>,
): Hex {
  return interfaceOf(contract).getFunction(name)!.selector as Hex
}

/** `undefined` for bytes that are no error of any of these contracts. */
export function decodeRevert(contracts: readonly Contract<never>[], data: string): DecodedRevert | undefined {
  for (const contract of contracts) {
    const parsed = interfaceOf(contract as unknown as Contract).parseError(data)
    if (parsed !== null) {
      const values = named(parsed.fragment.inputs, parsed.args)
      return { name: parsed.name, values: (values ?? {}) as DecodedRevert['values'] }
    }
  }
  return undefined
}

function named(parameters: readonly ParamType[], values: Result): unknown {
  if (parameters.some(({ name }) => name === '')) return parameters.map((parameter, i) => plain(parameter, values[i]))
  return Object.fromEntries(parameters.map((parameter, i) => [parameter.name, plain(parameter, values[i])]))
}

/** ethers gives addresses with a checksum and structs as lists with names; ours are plain. */
function plain(parameter: ParamType, value: unknown): unknown {
  if (parameter.isArray()) return (value as Result).toArray().map((item) => plain(parameter.arrayChildren, item))
  if (parameter.isTuple()) return named(parameter.components, value as Result)
  return parameter.type === 'address' ? (value as string).toLowerCase() : value
}
