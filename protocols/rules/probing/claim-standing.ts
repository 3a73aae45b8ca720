/**
 * What several probes say of a miner's claims: one that went wrong says nothing, and one that went well takes back those of the same card
 * before it. Whoever lies about one card lies.
 */
import type { ProbeOutcome } from './judge-probe.ts'

export type NoteKind = ProbeOutcome['kind'] | 'refused' | 'lost'

export interface ProbeNote {
  /** Unix ms. */
  readonly atMs: number
  readonly kind: NoteKind
  /** Its place in the profile; the first where absent. */
  readonly card?: number
}

export const cardOf = ({ card = 0 }: Pick<ProbeNote, 'card'>): number => card

/** `unproven`: nothing is known, and nothing is held against it. `doubted`: a probe went wrong, and others follow. */
export type ClaimStanding = 'unproven' | 'shown' | 'doubted' | 'lying'

/** So many, at so many different times: what made one slow has passed by the next, or is how the machine is. */
const FAULTS_MIN = 3
export const APART_MS = 300_000
/** Older ones are about another day. */
const REMEMBERED_MS = 7_200_000

const FAULTS: ReadonlySet<NoteKind> = new Set(['slow', 'forgetful', 'false'] as const)

/**
 * @param notes of all its cards, in the order of their times
 * @param cards that it claims; those in the notes where nobody knows. A claim of several is shown when each of them is: who shows one and
 *   is never free for the others has shown nothing of those
 */
export function claimStanding(notes: readonly ProbeNote[], nowMs: number, cards?: readonly number[]): ClaimStanding {
  const faults = faultsIn(notes, nowMs)
  if (faults >= FAULTS_MIN) return 'lying'
  if (faults > 0) return 'doubted'
  const shown = new Set(notes.filter(({ kind }) => kind === 'shown').map(cardOf))
  return shown.size > 0 && (cards ?? []).every((card) => shown.has(card)) ? 'shown' : 'unproven'
}

/**
 * Faults of cards that have not been shown since, of which each lies {@link APART_MS} behind the one before. All cards count together: who
 * changes places and figures between two probes gains nothing.
 */
function faultsIn(notes: readonly ProbeNote[], nowMs: number): number {
  const shownAt = new Map<number, number>()
  for (const [at, note] of notes.entries()) if (note.kind === 'shown') shownAt.set(cardOf(note), at)
  let [count, lastMs] = [0, Number.NEGATIVE_INFINITY]
  for (const [at, note] of notes.entries()) {
    const { kind, atMs } = note
    if (!FAULTS.has(kind) || at < (shownAt.get(cardOf(note)) ?? -1)) continue
    if (atMs < nowMs - REMEMBERED_MS || atMs < lastMs + APART_MS) continue
    count++
    lastMs = atMs
  }
  return count
}

/** What a lie costs: by so much dearer its offers look to who found it out. A claim that nobody has shown costs nothing. */
export const CLAIM_FACTOR: Readonly<Record<ClaimStanding, number>> = { unproven: 1, shown: 1, doubted: 1, lying: 3 }
