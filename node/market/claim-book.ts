/**
 * What this node found out about the claims of miners, by its own probes. It is this node's word and nobody else's: it lowers a miner in
 * its own ranking, and is kept with what it rests on.
 */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import {
  CLAIM_FACTOR,
  type ClaimStanding,
  cardOf,
  claimStanding,
  type NoteKind,
  type ProbeNote,
} from '../../protocols/rules/probing/claim-standing.ts'

/** The longest unheard of goes first; one that was found lying last of all. */
export const CLAIMS_MAX = 512
/** Two hours of the busiest schedule, of a miner with as many cards as a profile lists: four of each. */
export const NOTES_MAX = 64
/** As many as convict. */
export const EVIDENCE_MAX = 3

/** What a fault rests on: the signed profile, and what was asked and answered. Times are this node's word. */
export interface ClaimEvidence {
  readonly atMs: number
  /** Its place in the profile; the first where absent. */
  readonly card?: number
  readonly kind: NoteKind
  /** For people. */
  readonly found: string
  /** As its miner signed and published it. */
  readonly profile: string
  readonly transcript: Readonly<Record<string, unknown>>
}

export interface ClaimRow {
  readonly miner: Address
  /** Of all its cards, oldest first. */
  readonly notes: readonly ProbeNote[]
  /** Those that it claimed when it was looked at last. */
  readonly cards?: readonly number[]
  /** What it showed last, of whichever card: lower bounds. `tdpW`: of the model that it says that card is, as published. */
  readonly shown?: {
    readonly gflops: number
    readonly heldBytes: number
    readonly atMs: number
    readonly tdpW?: number
  }
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

  /** What it showed last, for each watt that is published of such a card; undefined where either is unknown. */
  efficiencyOf(miner: Address): { readonly gflops: number; readonly watts: number } | undefined {
    const { gflops, tdpW } = this.#rows.get(miner)?.shown ?? {}
    return gflops === undefined || tdpW === undefined ? undefined : { gflops, watts: tdpW }
  }

  notesOf(miner: Address): readonly ProbeNote[] {
    return this.#rows.get(miner)?.notes ?? []
  }

  /** As far as is known. */
  cardsOf(miner: Address): readonly number[] | undefined {
    return this.#rows.get(miner)?.cards
  }

  /** By all its cards. */
  standingOf(miner: Address): ClaimStanding {
    return claimStanding(this.notesOf(miner), this.#clock.nowMs(), this.cardsOf(miner))
  }

  /** By how much dearer its offers look. */
  factorOf(miner: Address): number {
    return CLAIM_FACTOR[this.standingOf(miner)]
  }

  note(
    miner: Address,
    note: ProbeNote,
    more: Pick<ClaimRow, 'cards' | 'shown'> & { readonly evidence?: ClaimEvidence } = {},
  ): void {
    const known = this.#rows.get(miner)
    // What was shown takes back what was held against the same card.
    const held = (known?.evidence ?? []).filter((each) => note.kind !== 'shown' || cardOf(each) !== cardOf(note))
    const evidence = [...held, ...(more.evidence === undefined ? [] : [more.evidence])]
    const shown = more.shown ?? known?.shown
    const cards = more.cards ?? known?.cards
    this.#rows.delete(miner)
    this.#rows.set(miner, {
      miner,
      notes: [...(known?.notes ?? []), note].slice(-NOTES_MAX),
      evidence: evidence.slice(-EVIDENCE_MAX),
      ...(cards === undefined ? {} : { cards }),
      ...(shown === undefined ? {} : { shown }),
    })
    if (this.#rows.size <= CLAIMS_MAX) return
    const least = [...this.#rows.values()].find(({ evidence }) => evidence.length === 0) ?? this.rows()[0]!
    this.#rows.delete(least.miner)
  }
}
