/**
 * What this node found out about the claims of miners, by its own probes. It is this node's word and nobody else's: it lowers a miner in
 * its own ranking, and is kept with what it rests on.
 */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import {
  CLAIM_FACTOR,
  type ClaimStanding,
  claimStanding,
  type NoteKind,
  type ProbeNote,
} from '../../protocols/rules/probing/claim-standing.ts'

/** The longest unheard of goes first; one that was found lying last of all. */
export const CLAIMS_MAX = 512
/** Two hours of the busiest schedule. */
export const NOTES_MAX = 16
/** As many as convict. */
export const EVIDENCE_MAX = 3

/** What a fault rests on: the signed profile, and what was asked and answered. Times are this node's word. */
export interface ClaimEvidence {
  readonly atMs: number
  readonly kind: NoteKind
  /** For people. */
  readonly found: string
  /** As its miner signed and published it. */
  readonly profile: string
  readonly transcript: Readonly<Record<string, unknown>>
}

export interface ClaimRow {
  readonly miner: Address
  /** Oldest first. */
  readonly notes: readonly ProbeNote[]
  /** The best that it showed: lower bounds. */
  readonly shown?: { readonly gflops: number; readonly heldBytes: number; readonly atMs: number }
  readonly evidence: readonly ClaimEvidence[]
}

export class ClaimBook {
  readonly #clock: Clock
  readonly #rows = new Map<Address, ClaimRow>()

  constructor(clock: Clock, kept: readonly ClaimRow[] = []) {
    this.#clock = clock
    for (const row of kept.slice(-CLAIMS_MAX)) this.#rows.set(row.miner, row)
  }

  /** Those heard of last stand last. */
  rows(): readonly ClaimRow[] {
    return [...this.#rows.values()]
  }

  notesOf(miner: Address): readonly ProbeNote[] {
    return this.#rows.get(miner)?.notes ?? []
  }

  standingOf(miner: Address): ClaimStanding {
    return claimStanding(this.notesOf(miner), this.#clock.nowMs())
  }

  /** By how much dearer its offers look. */
  factorOf(miner: Address): number {
    return CLAIM_FACTOR[this.standingOf(miner)]
  }

  note(
    miner: Address,
    note: ProbeNote,
    more: Pick<ClaimRow, 'shown'> & { readonly evidence?: ClaimEvidence } = {},
  ): void {
    const known = this.#rows.get(miner)
    const evidence = [...(known?.evidence ?? []), ...(more.evidence === undefined ? [] : [more.evidence])]
    const shown = more.shown ?? known?.shown
    this.#rows.delete(miner)
    this.#rows.set(miner, {
      miner,
      notes: [...(known?.notes ?? []), note].slice(-NOTES_MAX),
      // What was shown takes back what was held against it.
      evidence: note.kind === 'shown' ? [] : evidence.slice(-EVIDENCE_MAX),
      ...(shown === undefined ? {} : { shown }),
    })
    if (this.#rows.size <= CLAIMS_MAX) return
    const least = [...this.#rows.values()].find(({ evidence }) => evidence.length === 0) ?? this.rows()[0]!
    this.#rows.delete(least.miner)
  }
}
