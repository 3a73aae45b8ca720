/**
 * Contradictions that this node knows, on disk: what a court needs is kept whole, and an operator stays out of this node's
 * directory as long as one of it is here.
 */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { decode, encode } from '../../protocols/kernel/codec.ts'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { agreementCodec } from '../../protocols/statements/agreement.ts'
import type { Contradiction } from '../../protocols/statements/contradiction.ts'
import type { Agreement } from '../../protocols/statements/struct-types.ts'
import { contradictionCodec, type Evidence } from '../../protocols/wire/evidence/evidence.ts'
import type { Change } from '../storage/apply-changes.ts'
import { LazyStore, putAside } from '../storage/lazy-store.ts'
import type { Schema } from '../storage/migrations.ts'
import type { Row, StoreNeeds } from '../storage/store.ts'
import { hexColumn } from '../work/journal/columns.ts'

/** One bars an operator for good; a few more may concern other courts, or other attempts that somebody paid. */
export const EVIDENCE_OF_ONE_MAX = 4
/** 6 MB. Who makes more keys than this to contradict themselves pushes out what others told first, what was heard here last. */
export const EVIDENCE_MAX = 4_096

/** `own`: both sides were heard here. `told`: by gossip, and checked. */
export type EvidenceSource = 'own' | 'told'

export interface EvidenceHead {
  readonly nullifier: Hash32
  readonly operator: Address
  readonly kind: Contradiction['kind']
  readonly source: EvidenceSource
  /** Unix ms. */
  readonly foundAtMs: number
}

export interface KeptEvidence extends EvidenceHead {
  /** Checked before it was kept. */
  readonly contradiction: Contradiction
  /** Of two receipts, where this node's client is who pays for what they are about. */
  readonly agreement?: Agreement
}

/** What of it is held in memory only until it is on the disk. */
type Kept = Pick<KeptEvidence, 'contradiction' | 'agreement'>

export const evidenceSchema: Schema = {
  /** "AIEV". */
  applicationId: 0x4149_4556,
  migrations: [
    `
  CREATE TABLE evidence (
    nullifier BLOB PRIMARY KEY,
    operator BLOB NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    found_at_ms INTEGER NOT NULL,
    contradiction BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
    'ALTER TABLE evidence ADD COLUMN agreement BLOB',
  ],
}

export interface EvidenceStoreNeeds extends StoreNeeds {
  readonly onDamaged: (error: MeshError) => void
}

const HEADS = 'SELECT nullifier, operator, kind, source, found_at_ms FROM evidence ORDER BY found_at_ms'

export class EvidenceStore implements AsyncDisposable {
  readonly #path: string
  /** A thread and some megabytes, which most nodes never need: opened with the first evidence, or where there is some. */
  readonly #store: LazyStore
  readonly #heads = new Map<Hash32, EvidenceHead>()
  readonly #byOperator = new Map<Address, number>()
  /** On their way to the disk. */
  readonly #waiting = new Map<Hash32, Kept>()

  private constructor(path: string, needs: StoreNeeds) {
    this.#path = path
    this.#store = new LazyStore(path, evidenceSchema, needs)
  }

  /**
   * A damaged file is put aside as `<path>.damaged` and told of: nothing is signed on the strength of it, and others have the
   * same evidence.
   * @throws MeshError DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL
   */
  static async open(path: string, needs: EvidenceStoreNeeds): Promise<EvidenceStore> {
    const evidence = new EvidenceStore(path, needs)
    if (!existsSync(path)) return evidence
    try {
      const store = await evidence.#store.open()
      for (const row of store.all(HEADS)) evidence.#note(headOf(row))
      return evidence
    } catch (error) {
      await evidence[Symbol.asyncDispose]()
      if (!isMeshError(error, 'DATA_FOLDER_DAMAGED')) throw error
      putAside(path)
      needs.onDamaged(error)
      return new EvidenceStore(path, needs)
    }
  }

  /** The oldest first. */
  heads(): readonly EvidenceHead[] {
    return [...this.#heads.values()]
  }

  has(nullifier: Hash32): boolean {
    return this.#heads.has(nullifier)
  }

  isNamed(operator: Address): boolean {
    return this.#byOperator.has(operator)
  }

  /** @throws MeshError DATA_FOLDER_DAMAGED */
  get(nullifier: Hash32): KeptEvidence | undefined {
    const head = this.#heads.get(nullifier)
    if (head === undefined) return undefined
    const waiting = this.#waiting.get(nullifier)
    if (waiting !== undefined) return { ...head, ...waiting }
    const row = this.#store.opened?.get(
      'SELECT contradiction, agreement FROM evidence WHERE nullifier = ?',
      hexColumn(nullifier),
    )
    // The disk was full when it was found.
    if (row === undefined) return undefined
    return { ...head, ...contentOf(row, this.#path) }
  }

  /**
   * The operator is named from here on; durable when it resolves.
   * @returns false where it is known, or the operator has enough of it
   * @throws MeshError DISK_FULL, SIGNING_STOPPED, LIMIT; the operator stays named until the next start
   */
  async keep(evidence: Evidence, source: EvidenceSource, foundAtMs: number, agreement?: Agreement): Promise<boolean> {
    const { nullifier, operator, contradiction } = evidence
    if (this.#heads.has(nullifier) || (this.#byOperator.get(operator) ?? 0) >= EVIDENCE_OF_ONE_MAX) return false
    const surplus = this.#heads.size >= EVIDENCE_MAX ? this.#leastWorth() : undefined
    if (surplus !== undefined) this.#forget(surplus)
    this.#note({ nullifier, operator, kind: contradiction.kind, source, foundAtMs })
    const kept: Kept = { contradiction, ...(agreement === undefined ? {} : { agreement }) }
    this.#waiting.set(nullifier, kept)
    try {
      const store = await this.#store.open()
      await store.append(insertion(surplus, evidence, source, foundAtMs, agreement))
    } finally {
      this.#waiting.delete(nullifier)
    }
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  #leastWorth(): EvidenceHead | undefined {
    const heads = this.heads()
    return heads.find(({ source }) => source === 'told') ?? heads[0]
  }

  #note(head: EvidenceHead): void {
    this.#heads.set(head.nullifier, head)
    this.#byOperator.set(head.operator, (this.#byOperator.get(head.operator) ?? 0) + 1)
  }

  #forget({ nullifier, operator }: EvidenceHead): void {
    this.#heads.delete(nullifier)
    const left = (this.#byOperator.get(operator) ?? 1) - 1
    if (left > 0) this.#byOperator.set(operator, left)
    else this.#byOperator.delete(operator)
  }
}

export const headOf = (row: Row): EvidenceHead => ({
  nullifier: toHex(row.nullifier as Uint8Array) as Hash32,
  operator: toHex(row.operator as Uint8Array) as Address,
  kind: row.kind as Contradiction['kind'],
  source: row.source as EvidenceSource,
  foundAtMs: Number(row.found_at_ms),
})

/** @param path of the file that it is a row of. @throws MeshError DATA_FOLDER_DAMAGED */
export function contentOf({ contradiction, agreement }: Row, path: string): Kept {
  try {
    return {
      contradiction: decode(contradictionCodec, contradiction as Uint8Array),
      // A file of before it had this column is read as it is.
      ...(agreement instanceof Uint8Array ? { agreement: decode(agreementCodec, agreement) } : {}),
    }
  } catch (error) {
    const remedy = 'Stop the node and move the file away: others have the same evidence, and tell it again.'
    throw new MeshError(
      'DATA_FOLDER_DAMAGED',
      { file: basename(path), why: 'a row of it is no evidence', remedy },
      error,
    )
  }
}

const insertion = (
  surplus: EvidenceHead | undefined,
  { nullifier, operator, contradiction }: Evidence,
  source: EvidenceSource,
  foundAtMs: number,
  agreement: Agreement | undefined,
): Change => [
  ...(surplus === undefined
    ? []
    : [{ sql: 'DELETE FROM evidence WHERE nullifier = ?', each: [[hexColumn(surplus.nullifier)]] }]),
  {
    sql: 'INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)',
    each: [
      [
        hexColumn(nullifier),
        hexColumn(operator),
        contradiction.kind,
        source,
        foundAtMs,
        encode(contradictionCodec, contradiction),
        agreement === undefined ? null : encode(agreementCodec, agreement),
      ],
    ],
  },
]
