/** Reads of contracts, typed by their bindings. */
import type { Contract, ContractTypes } from '../../../contracts/binding/contract.ts'
import { decodeResult, encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { BlockTag, ChainRpc } from '../rpc/chain-rpc.ts'

export class ContractReader<Types extends ContractTypes> {
  readonly address: Address
  readonly contract: Contract<Types>
  readonly #rpc: ChainRpc

  constructor(rpc: ChainRpc, contract: Contract<Types>, address: Address) {
    this.#rpc = rpc
    this.contract = contract
    this.address = address
  }

  /** At the newest block, or at the one that is named. @throws MeshError CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE, CHAIN_REFUSED, CONTRACT_CODE */
  async read<Name extends keyof Types['functions'] & string>(
    name: Name,
    args: Types['functions'][Name]['inputs'],
    signal?: AbortSignal,
    block: BlockTag = 'latest',
  ): Promise<Types['functions'][Name]['output']> {
    const data = encodeCall(this.contract, name, args)
    const result = await this.#rpc.call({ to: this.address, data }, block, { signal })
    return this.decode(name, result)
  }

  /** @throws MeshError CONTRACT_CODE for what is no result of it */
  decode<Name extends keyof Types['functions'] & string>(
    name: Name,
    result: string,
  ): Types['functions'][Name]['output'] {
    try {
      return decodeResult(this.contract, name, result)
    } catch (cause) {
      const why = `its ${name} answers in another form`
      throw new MeshError('CONTRACT_CODE', { contract: this.contract.name, address: this.address, why }, cause)
    }
  }
}

/** A view of a contract and its arguments, to be read with others. */
export interface View<Types extends ContractTypes, Name extends keyof Types['functions'] & string> {
  readonly name: Name
  readonly args: Types['functions'][Name]['inputs']
}

type Results<Types extends ContractTypes, Names extends readonly (keyof Types['functions'] & string)[]> = {
  readonly [I in keyof Names]: Types['functions'][Names[I]]['output']
}

type Multicalled = ContractTypes & {
  readonly functions: {
    readonly multicall: { readonly inputs: readonly [readonly Hex[]]; readonly output: readonly Hex[] }
  }
}

/**
 * Several views of one contract at one moment, in one request: read apart, a block may come between them and what belongs together
 * does not fit. For contracts that have OpenZeppelin's `multicall`.
 * @throws MeshError as {@link ContractReader.read}
 */
export async function readTogether<
  Types extends Multicalled,
  const Names extends readonly (keyof Types['functions'] & string)[],
>(
  reader: ContractReader<Types>,
  views: { readonly [I in keyof Names]: View<Types, Names[I]> },
  signal?: AbortSignal,
): Promise<Results<Types, Names>> {
  const { contract } = reader
  const calls = views.map(({ name, args }) => encodeCall(contract, name, args))
  const results = (await reader.read('multicall', [calls] as never, signal)) as readonly Hex[]
  return views.map(({ name }, i) => reader.decode(name, results[i] ?? '0x')) as never
}
