/** A contract's interface as TypeScript: what a caller hands in and gets back, by name. */
import type { AbiEntry, AbiParameter } from '../binding/contract.ts'

/** The types of one contract, as the body of an interface; of its structs it holds the names. @throws Error for two functions or events of one name */
export function typesOf(abi: readonly AbiEntry[]): string {
  const create = abi.find(({ type }) => type === 'constructor')?.inputs ?? []
  const functions = named(abi, 'function').map(
    ([name, { inputs = [], outputs = [] }]) =>
      `    readonly ${name}: {\n      readonly inputs: ${tuple(inputs, 6)}\n      readonly output: ${output(outputs, 6)}\n    }`,
  )
  const events = named(abi, 'event').map(([name, { inputs = [] }]) => `    readonly ${name}: ${fields(inputs, 4)}`)
  return [
    `  readonly create: ${tuple(create, 2)}`,
    `  readonly functions: {\n${functions.join('\n')}\n  }`,
    `  readonly events: ${events.length === 0 ? '{}' : `{\n${events.join('\n')}\n  }`}`,
  ].join('\n')
}

/** The structs that the types of a contract name, an interface each. @throws Error for two of one name that differ */
export function structsOf(abi: readonly AbiEntry[]): string {
  const found = new Map<string, string>()
  const look = (parameter: AbiParameter): void => {
    const { components = [] } = parameter
    components.forEach(look)
    const name = structName(parameter)
    if (name === undefined) return
    const body = fields(components, 0)
    if ((found.get(name) ?? body) !== body) throw new Error(`two structs of the name ${name}`)
    found.set(name, body)
  }
  const shown = abi.filter(({ type }) => type !== 'error')
  for (const { inputs = [], outputs = [] } of shown) for (const parameter of [...inputs, ...outputs]) look(parameter)
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, body]) => `export interface ${name} ${body}\n\n`)
    .join('')
}

/** `Receipt` of `struct Receipt` and of `struct EvidenceSlasher.Receipt[]`. */
const structName = ({ internalType = '' }: AbiParameter): string | undefined =>
  /^struct (?:\w+\.)?(\w+)/.exec(internalType)?.[1]

function named(abi: readonly AbiEntry[], type: AbiEntry['type']): readonly (readonly [string, AbiEntry])[] {
  const entries = abi.filter((entry) => entry.type === type).map((entry) => [entry.name ?? '', entry] as const)
  const names = new Set(entries.map(([name]) => name))
  if (names.size < entries.length) throw new Error(`two of one name among ${[...names].join(', ')}`)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

const tuple = (inputs: readonly AbiParameter[], indent: number): string =>
  `readonly [${inputs.map((input, i) => `${argumentName(input.name, i)}: ${typeOf(input, indent)}`).join(', ')}]`

/** One result comes as it is, several as an object of their names, or as a list where they have none. */
function output(outputs: readonly AbiParameter[], indent: number): string {
  if (outputs.length === 0) return 'undefined'
  if (outputs.length === 1) return typeOf(outputs[0]!, indent)
  return outputs.every(({ name }) => name !== '') ? fields(outputs, indent) : tuple(outputs, indent)
}

function fields(parameters: readonly AbiParameter[], indent: number): string {
  if (parameters.length === 0) return 'Record<never, never>'
  const pad = ' '.repeat(indent)
  const lines = parameters.map((parameter) => `${pad}  readonly ${parameter.name}: ${typeOf(parameter, indent + 2)}`)
  return `{\n${lines.join('\n')}\n${pad}}`
}

function typeOf(parameter: AbiParameter, indent: number): string {
  const list = /^(.*)\[\d*\]$/.exec(parameter.type)
  if (list !== null) return `readonly ${wrap(typeOf({ ...parameter, type: list[1]! }, indent))}[]`
  if (parameter.type === 'tuple') return structName(parameter) ?? fields(parameter.components ?? [], indent)
  if (/^u?int\d+$/.test(parameter.type)) return 'bigint'
  if (parameter.type === 'bool') return 'boolean'
  if (parameter.type === 'address') return 'Address'
  if (parameter.type === 'string') return 'string'
  if (/^bytes\d*$/.test(parameter.type)) return 'Hex'
  throw new Error(`no TypeScript type for ${parameter.type}`)
}

const wrap = (type: string): string => (type.startsWith('readonly ') ? `(${type})` : type)

const RESERVED = new Set(['from', 'for', 'in', 'new', 'delete', 'function', 'class', 'default'])
const argumentName = (name: string, i: number): string => {
  const plain = name.replace(/_$/, '')
  return plain === '' ? `value${i}` : RESERVED.has(plain) ? `${plain}_` : plain
}
