/** When to probe, whom, and which of its cards: at times that nobody can foresee, and first where something is in doubt. */
import type { ClaimedCard } from './card-claims.ts'
import { APART_MS, cardOf, claimStanding, type NoteKind, type ProbeNote } from './claim-standing.ts'
import type { ProbeKind } from './probe-size.ts'

const HOUR_MS = 3_600_000
/** A gap of three times the mean is rare, and a longer one would leave a miner unlooked at. */
const GAPS_MAX = 3
/** After a claim was shown, and shown again. */
const SHOWN_MS = HOUR_MS
const RETRY_MS = 180_000
const RETRY_MS_MAX = 1_800_000

const SAYS_NOTHING: ReadonlySet<NoteKind> = new Set(['refused', 'lost', 'unsure'] as const)

/** Poisson: `draw` in 0..1 is a new one each time. */
export const nextGapMs = (perHour: number, draw: number): number =>
  (HOUR_MS / perHour) * Math.min(GAPS_MAX, -Math.log(1 - Math.min(draw, 0.999_999)))

/** When a card may be looked at again, by its notes. Refusals, and what says nothing, are tried again ever more rarely; never held against it. */
export function dueAtMs(notes: readonly ProbeNote[], nowMs: number): number {
  const last = notes.at(-1)
  if (last === undefined) return 0
  if (last.kind === 'shown') return last.atMs + (shownInARow(notes) % 2 === 1 ? APART_MS : SHOWN_MS)
  if (SAYS_NOTHING.has(last.kind)) {
    const idle = notes.length - 1 - notes.findLastIndex(({ kind }) => kind !== last.kind)
    // Where something is in doubt already, the next free moment is waited for at an even pace.
    const more = claimStanding(notes, nowMs) === 'doubted' ? 1 : 2 ** Math.min(idle - 1, 8)
    return last.atMs + Math.min(RETRY_MS_MAX, RETRY_MS * more)
  }
  return last.atMs + APART_MS
}

/** In turns: speed first, then memory where some is claimed; what went wrong is asked again in the same kind. */
export function kindOfNext(notes: readonly ProbeNote[], claimsMemory: boolean): ProbeKind {
  if (!claimsMemory) return 'speed'
  const last = notes.findLast(({ kind }) => !SAYS_NOTHING.has(kind))
  if (last?.kind === 'forgetful') return 'memory'
  if (last?.kind === 'slow' || last?.kind === 'false') return 'speed'
  // Who lends no memory is looked at for its speed all the same.
  return shownInARow(notes) % 2 === 1 && notes.at(-1)?.kind !== 'refused' ? 'memory' : 'speed'
}

/** Those of one card. */
export const notesOfCard = (notes: readonly ProbeNote[], card: number): readonly ProbeNote[] =>
  notes.filter((note) => cardOf(note) === card)

const shownInARow = (notes: readonly ProbeNote[]): number => {
  const ended = notes.filter(({ kind }) => !SAYS_NOTHING.has(kind))
  return ended.length - 1 - ended.findLastIndex(({ kind }) => kind !== 'shown')
}

export interface Probable {
  /** Of this miner, oldest first. */
  readonly notes: readonly ProbeNote[]
  /** That it claimed when it was last looked at; absent before that. */
  readonly cards?: readonly number[]
}

/** Who has no time for one card has hardly more for the next one at once. */
function minerDueAtMs({ notes, cards = [] }: Probable, nowMs: number): number {
  if (cards.length === 0) return dueAtMs(notes, nowMs)
  const last = notes.at(-1)
  const isAway = last !== undefined && SAYS_NOTHING.has(last.kind)
  return Math.max(
    isAway ? last.atMs + RETRY_MS : 0,
    Math.min(...cards.map((card) => dueAtMs(notesOfCard(notes, card), nowMs))),
  )
}

/** Whether a card of it is in doubt, and may be looked at again. Its other cards wait as those of others do; who was found lying waits too. */
const isDoubtDue = ({ notes, cards = [0] }: Probable, nowMs: number): boolean =>
  claimStanding(notes, nowMs) === 'doubted' &&
  cards.some((card) => {
    const own = notesOfCard(notes, card)
    return claimStanding(own, nowMs) === 'doubted' && dueAtMs(own, nowMs) <= nowMs
  })

const wasAsked = ({ notes }: Probable, card: number): boolean => notes.some((note) => cardOf(note) === card)

/**
 * Who is next: those in doubt, then those never probed, then those of whom a card was never asked for, then the rest; among equals the
 * draw decides. However many cards a miner claims, it is one among those equals, and asking once is enough: who refuses gains no turns.
 */
export function chooseToProbe<T extends Probable>(miners: readonly T[], nowMs: number, draw: number): T | undefined {
  const due = miners.filter((each) => minerDueAtMs(each, nowMs) <= nowMs)
  const rank = (each: Probable): number => {
    if (isDoubtDue(each, nowMs)) return 0
    if (each.notes.length === 0) return 1
    return each.cards?.some((card) => !wasAsked(each, card)) ? 2 : 3
  }
  const best = Math.min(...due.map(rank))
  const first = due.filter((each) => rank(each) === best)
  return first[Math.min(first.length - 1, Math.floor(draw * first.length))]
}

/** Of as many probes each card is asked for at least one, times the number of cards. */
const TURNS_MAX = 2

/**
 * Which card of a miner is next: one in doubt; else one that the last probes of this miner, twice as many as it claims cards, left out;
 * else by the draw, the one with twice the claim twice as often. So each is asked for within 3 n - 1 probes of n cards, while nothing is in
 * doubt, and nobody knows which is next.
 * @param claimed one at least
 * @param draw 0 to 1, a new one each time
 */
export function chooseCard(
  claimed: readonly ClaimedCard[],
  notes: readonly ProbeNote[],
  nowMs: number,
  draw: number,
): ClaimedCard {
  const isDue = ({ card }: ClaimedCard): boolean => dueAtMs(notesOfCard(notes, card), nowMs) <= nowMs
  const due = claimed.some(isDue) ? claimed.filter(isDue) : claimed
  const lately = new Set(notes.slice(-TURNS_MAX * claimed.length).map(cardOf))
  const rank = ({ card }: ClaimedCard): number =>
    claimStanding(notesOfCard(notes, card), nowMs) === 'doubted' ? 0 : lately.has(card) ? 2 : 1
  const best = Math.min(...due.map(rank))
  const first = due.filter((each) => rank(each) === best)
  let left = draw * first.reduce((sum, { claim }) => sum + claim.fp32Gflops, 0)
  for (const each of first) {
    left -= each.claim.fp32Gflops
    if (left < 0) return each
  }
  return first.at(-1)!
}

/** Some of many, each as likely as any other: a walk that stops at the first ones would never come to those behind. */
export function drawSome<T>(all: Iterable<T>, countMax: number, draw: () => number): readonly T[] {
  const kept: T[] = []
  let seen = 0
  for (const each of all) {
    seen++
    if (kept.length < countMax) kept.push(each)
    else {
      const at = Math.floor(draw() * seen)
      if (at < countMax) kept[at] = each
    }
  }
  return kept
}
