/**
 * What this node is about to sign as final, durable before the signature leaves. After a crash it therefore never says
 * something else about the same thing. README.md argues why.
 */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { DataFolder } from '../../storage/data-folder.ts'
import type { Migration } from '../../storage/migrations.ts'
import { Store } from '../../storage/store.ts'
import { changeEscrow } from './change-escrow.ts'
import { ClientRecords } from './client-records.ts'
import { journalSchema } from './journal-schema.ts'
import { LeaseRecords } from './lease-records.ts'
import { LesseeRecords } from './lessee-records.ts'
import { MinerRecords } from './miner-records.ts'
import { FinalPruner } from './prune-finals.ts'
import { SequenceCounter } from './sequence-counter.ts'

export interface SigningJournalOptions {
  readonly clock: Clock
  /** That new vouchers name: counters of another one are put aside. All are left as they are where absent. */
  readonly escrow?: Address
  /** Work in the background failed: nothing is lost, and the owner should know. */
  readonly onFailure: (error: unknown) => void
  /** From here on nothing is signed, and only a new start mends it; told once. */
  readonly onStopped?: (error: MeshError) => void
  /** The file was moved to the schema of this version; as it was it lies beside it. */
  readonly onMigrated?: (migration: Migration) => void
  /** Receipts are forgotten earlier above this; see prune-finals.ts. */
  readonly bytesMax?: number
}

export class SigningJournal implements AsyncDisposable {
  readonly miner: MinerRecords
  readonly client: ClientRecords
  /** Of the miner. */
  readonly leases: LeaseRecords
  /** Of the client. */
  readonly lessee: LesseeRecords
  readonly pruner: FinalPruner
  readonly #store: Store
  readonly #sequences: SequenceCounter
  readonly #onStopped: SigningJournalOptions['onStopped']

  private constructor(folder: DataFolder, store: Store, options: SigningJournalOptions) {
    this.#store = store
    this.#sequences = new SequenceCounter(store)
    this.#onStopped = options.onStopped
    this.miner = new MinerRecords({
      store,
      sequences: this.#sequences,
      unclean: folder.wasUnclean,
      hasSpace: () => folder.reserve.space === 'ok',
      stopped: () => this.stopped,
    })
    this.client = new ClientRecords(store, this.#sequences)
    this.leases = new LeaseRecords(store, this.#sequences)
    this.lessee = new LesseeRecords(store)
    this.pruner = new FinalPruner({ store, ...options })
  }

  /** @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL */
  static async open(folder: DataFolder, options: SigningJournalOptions): Promise<SigningJournal> {
    const store = await Store.open(folder.file('journal'), journalSchema, {
      clock: options.clock,
      reserve: folder.reserve,
      ...(options.onStopped === undefined ? {} : { onFailed: options.onStopped }),
      ...(options.onMigrated === undefined ? {} : { onMigrated: options.onMigrated }),
    })
    try {
      if (options.escrow !== undefined) await changeEscrow(store, options.escrow)
      return new SigningJournal(folder, store, options)
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Why nothing is signed any more: the file failed, or the folder is older than its key. Only a new start mends either. */
  get stopped(): MeshError | undefined {
    return this.#store.failed ?? this.#sequences.fault
  }

  /**
   * Compares this folder with what peers or the chain hold of this key. From the first sequence above its own on, nothing
   * final is signed (DATA_FOLDER_RESTORED) until {@link confirmRestored}, also after a restart.
   * @param sequence of a statement whose signature by this very key was verified
   */
  async checkAgainst(sequence: bigint): Promise<'own' | 'restored'> {
    const before = this.#sequences.isRestored
    await this.#sequences.observe(sequence)
    const { fault } = this.#sequences
    if (fault !== undefined && !before) this.#onStopped?.(fault)
    return fault === undefined ? 'own' : 'restored'
  }

  /** Only on the owner's word that no other copy of this node runs. */
  confirmRestored(): Promise<void> {
    return this.#sequences.confirm()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pruner[Symbol.asyncDispose]()
    try {
      if (this.#store.failed === undefined) await this.#sequences.close()
    } finally {
      await this.#store[Symbol.asyncDispose]()
    }
  }
}
