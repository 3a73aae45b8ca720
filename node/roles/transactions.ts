/**
 * The desk of a node's transactions, opened when it is needed: a miner's at its start, to take up what an earlier run left; a
 * client's with the first thing that it has to say to the chain, for most have none.
 */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import { contractErrorName } from '../chain/contracts/contract-errors.ts'
import { TransactionDesk } from '../chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../chain/transactions/transaction-journal.ts'
import { tuningOf } from '../chain/transactions/tuning.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

export class NodeTransactions implements AsyncDisposable {
  readonly #base: Foundation
  readonly #signer: Signer
  readonly #opened = new AsyncDisposableStack()
  #desk: Promise<TransactionDesk> | undefined

  constructor(base: Foundation, signer: Signer) {
    this.#base = base
    this.#signer = signer
  }

  /** @throws MeshError DATA_FOLDER_*, DISK_FULL; CANCELLED where the node stops */
  desk(): Promise<TransactionDesk> {
    if (this.#opened.disposed) return Promise.reject(new MeshError('CANCELLED'))
    this.#desk ??= this.#open()
    return this.#desk
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#desk?.catch(() => undefined)
    await this.#opened.disposeAsync()
  }

  async #open(): Promise<TransactionDesk> {
    const { settling, clock, bus, folder, network } = this.#base
    if (settling === undefined) throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
    const chainId = BigInt(network.chainId)
    const journal = this.#opened.use(await TransactionJournal.open(folder, { clock, chainId }))
    return this.#opened.use(
      new TransactionDesk({
        journal,
        chain: settling.rpc,
        signer: this.#signer,
        clock,
        tuning: tuningOf(settling),
        errorNames: contractErrorName,
        onStep: (step) => bus.emit({ kind: 'transaction:step', step }),
        onFailure: (error) => bus.emit({ kind: 'trouble', during: 'sending transactions', error: asMeshError(error) }),
      }),
    )
  }
}

/**
 * A miner speaks to the chain with its operator key, a client with its payer's; a node that is neither has nothing to say to it.
 * @throws MeshError KEY_FILE, KEY_SEALED
 */
export async function startTransactions(
  parts: Parts,
  base: Foundation,
  operator: Signer | undefined,
  roles: ReadonlySet<string>,
): Promise<NodeTransactions | undefined> {
  if (base.settling === undefined || (operator === undefined && !roles.has('client'))) return undefined
  const signer = operator ?? (await parts.start('payer of transactions', () => base.keys.loadOrCreate('payer'))).signer
  return parts.start('transactions', () => new NodeTransactions(base, signer))
}
