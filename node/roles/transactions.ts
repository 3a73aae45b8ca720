/**
 * The desks of a node's transactions, one for each key that sends some, over one journal. They are opened when they are needed: a miner's
 * at its start, to take up what an earlier run left; a client's with the first thing that it has to say to the chain, for most
 * have none.
 */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import { contractErrorName } from '../chain/contracts/contract-errors.ts'
import { TransactionDesk } from '../chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../chain/transactions/transaction-journal.ts'
import { tuningOf } from '../chain/transactions/tuning.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

export interface SendingKeys {
  /** Of a miner. */
  readonly operator: Signer | undefined
  /** Of a client. */
  readonly payer: Signer | undefined
}

export class NodeTransactions implements AsyncDisposable {
  readonly #base: Foundation
  readonly #keys: SendingKeys
  readonly #opened = new AsyncDisposableStack()
  readonly #desks = new Map<Signer, Promise<TransactionDesk>>()
  #journal: Promise<TransactionJournal> | undefined

  constructor(base: Foundation, keys: SendingKeys) {
    this.#base = base
    this.#keys = keys
  }

  /**
   * Of the key that speaks for this node: a miner's operator, else the payer.
   * @throws MeshError DATA_FOLDER_*, DISK_FULL; ROLE_MISSING; CANCELLED where the node stops
   */
  desk(): Promise<TransactionDesk> {
    return this.#deskOf(this.#keys.operator ?? this.#keys.payer, 'client')
  }

  /** Of the client's payer. @throws MeshError as {@link desk} */
  payerDesk(): Promise<TransactionDesk> {
    return this.#deskOf(this.#keys.payer, 'client')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#desks.values())
    await this.#opened.disposeAsync()
  }

  async #deskOf(signer: Signer | undefined, role: string): Promise<TransactionDesk> {
    if (this.#opened.disposed) throw new MeshError('CANCELLED')
    if (signer === undefined) throw new MeshError('ROLE_MISSING', { roles: this.#base.settings.roles, role })
    const known = this.#desks.get(signer) ?? this.#open(signer)
    this.#desks.set(signer, known)
    // One that failed, for a full disk, is opened anew by whoever asks next.
    known.catch(() => this.#desks.delete(signer))
    return known
  }

  async #open(signer: Signer): Promise<TransactionDesk> {
    const { settling, clock, bus, folder, network } = this.#base
    if (settling === undefined) throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
    const chainId = BigInt(network.chainId)
    this.#journal ??= TransactionJournal.open(folder, { clock, chainId }).then((journal) => this.#opened.use(journal))
    this.#journal.catch(() => {
      this.#journal = undefined
    })
    const journal = await this.#journal
    return this.#opened.use(
      new TransactionDesk({
        journal,
        chain: settling.rpc,
        signer,
        clock,
        tuning: tuningOf(settling),
        errorNames: contractErrorName,
        onStep: (step) => bus.emit({ kind: 'transaction:step', step }),
        onFailure: (error) => bus.emit({ kind: 'trouble', during: 'sending transactions', error: asMeshError(error) }),
      }),
    )
  }
}

/** A node that is neither miner nor client has nothing to say to a chain. @throws MeshError KEY_FILE, KEY_SEALED */
export async function startTransactions(
  parts: Parts,
  base: Foundation,
  operator: Signer | undefined,
  roles: ReadonlySet<string>,
): Promise<NodeTransactions | undefined> {
  if (base.settling === undefined || (operator === undefined && !roles.has('client'))) return undefined
  const payer = roles.has('client')
    ? (await parts.start('payer of transactions', () => base.keys.loadOrCreate('payer'))).signer
    : undefined
  return parts.start('transactions', () => new NodeTransactions(base, { operator, payer }))
}
