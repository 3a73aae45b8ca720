/** Reads of contracts, typed by their bindings. */
import type { Contract, ContractTypes } from '../../../contracts/binding/contract.ts'
import { decodeResult, encodeCall } from '../../../contracts/binding/contract-codec.ts'
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
    try {
      return decodeResult(this.contract, name, result)
    } catch (cause) {
      const why = `its ${name} answers in another form`
      throw new MeshError('CONTRACT_CODE', { contract: this.contract.name, address: this.address, why }, cause)
    }
  }
}
