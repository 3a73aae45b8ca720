/** Sends a deployment with one key, one transaction after another: each waits until the one before is in a block. */
import { isError, JsonRpcProvider, type TransactionRequest, Wallet } from 'ethers'
import type { Contract, ContractTypes } from '../../contracts/binding/contract.ts'
import { encodeCall, encodeCreation } from '../../contracts/binding/contract-codec.ts'
import type { Deployer } from '../../contracts/deploy/deploy.ts'
import { gasLimit } from '../../node/chain/transactions/fee-rules.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, address } from '../../protocols/kernel/ids.ts'

/** A block of any chain that people use comes sooner. */
const MINED_MS_MAX = 120_000

export class EthersDeployer implements Deployer, Disposable {
  readonly address: Address
  readonly #provider: JsonRpcProvider
  readonly #wallet: Wallet

  /** @param secret copied */
  constructor(url: string, chainId: bigint, secret: Uint8Array) {
    // Without a cache: on a chain that mines at once a number of the last quarter of a second is an old one.
    this.#provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 250 })
    this.#wallet = new Wallet(toHex(secret), this.#provider)
    this.address = address(this.#wallet.address.toLowerCase())
  }

  async create<Types extends ContractTypes>(contract: Contract<Types>, args: Types['create']): Promise<Address> {
    const { contractAddress } = await this.#send(contract.name, { data: encodeCreation(contract, args) })
    if (contractAddress === null) throw new MeshError('BUG', { what: `${contract.name} was made nowhere` })
    return address(contractAddress.toLowerCase())
  }

  async call<Types extends ContractTypes, Name extends keyof Types['functions'] & string>(
    contract: Contract<Types>,
    at: `0x${string}`,
    name: Name,
    args: Types['functions'][Name]['inputs'],
  ): Promise<void> {
    await this.#send(`${contract.name}.${name}`, { to: at, data: encodeCall(contract, name, args) })
  }

  [Symbol.dispose](): void {
    this.#provider.destroy()
  }

  async #send(what: string, request: TransactionRequest) {
    const gas = gasLimit(await this.#wallet.estimateGas(request))
    const sent = await this.#wallet.sendTransaction({ ...request, gasLimit: gas })
    const receipt = await sent.wait(1, MINED_MS_MAX).catch((error: unknown) => {
      if (isError(error, 'CALL_EXCEPTION')) return null
      throw error
    })
    if (receipt === null || receipt.status !== 1)
      throw new MeshError('TRANSACTION_FAILED', { purpose: what, reason: 'it reverted' })
    return receipt
  }
}
