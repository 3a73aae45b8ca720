/**
 * The desks of a node's transactions, one for each key that sends some, over one journal. They are opened when they are needed: a miner's
 * at its start, to take up what an earlier run left; a client's with the first thing that it has to say to the chain, for most
 * have none.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import type { TransactionJournal } from '../../chain/transactions/transaction-journal.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

export interface SendingKeys {
  /** Speaks for this node: a miner's operator, else the payer. */
  readonly own: Signer
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

  /** Of the key that speaks for this node. */
  get sender(): Address {
    return this.#keys.own.address
  }

  /** Of {@link sender}. @throws MeshError DATA_FOLDER_*, DISK_FULL; CANCELLED where the node stops */
  desk(): Promise<TransactionDesk> {
    return this.#deskOf(this.#keys.own)
  }

  /** Of the client's payer. @throws MeshError as {@link desk}; ROLE_MISSING */
  async payerDesk(): Promise<TransactionDesk> {
    const { payer } = this.#keys
    if (payer === undefined) throw new MeshError('ROLE_MISSING', { roles: this.#base.settings.roles, role: 'client' })
    return this.#deskOf(payer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#desks.values())
    await this.#opened.disposeAsync()
  }

  async #deskOf(signer: Signer): Promise<TransactionDesk> {
    if (this.#opened.disposed) throw new MeshError('CANCELLED')
    const known = this.#desks.get(signer) ?? this.#open(signer)
    this.#desks.set(signer, known)
    // One that failed, for a full disk, is opened anew by whoever asks next.
    known.catch(() => this.#desks.delete(signer))
    return known
  }

  async #open(signer: Signer): Promise<TransactionDesk> {
    const { settling, clock, bus, folder, network } = this.#base
    if (settling === undefined) throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
    const [{ TransactionDesk }, { TransactionJournal }, { contractErrorName }, { tuningOf }] = await Promise.all([
      import('../../chain/transactions/transaction-desk.ts'),
      import('../../chain/transactions/transaction-journal.ts'),
      import('../../chain/contracts/contract-errors.ts'),
      import('../../chain/transactions/tuning.ts'),
    ])
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
        onFailure: bus.trouble('sending transactions'),
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
  if (base.settling === undefined) return undefined
  const payer = roles.has('client')
    ? (await parts.start('payer of transactions', () => base.keys.loadOrCreate('payer'))).signer
    : undefined
  const own = operator ?? payer
  return own === undefined ? undefined : parts.start('transactions', () => new NodeTransactions(base, { own, payer }))
}
