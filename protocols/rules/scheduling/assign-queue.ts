/**
 * Which card runs which job, and when: a queue over several cards that differ in speed, memory and power, under one power budget. First
 * the cards that may run at once, as much speed as the budget buys; then longest job first, each where it ends earliest.
 */

export interface QueuedWork {
  /** Milliseconds on a card of speed 1. */
  readonly workMs: number
  readonly memoryBytes: number
}

export interface CardPower {
  /** Against the card that the work is told in. */
  readonly speed: number
  readonly memoryBytes: number
  /** While it runs a job; at rest it counts as nothing, for the budget is for work. */
  readonly powerW: number
}

export interface Placement {
  /** Places in the lists that were given. */
  readonly job: number
  readonly card: number
  readonly startMs: number
  readonly endMs: number
}

export interface Assignment {
  readonly placements: readonly Placement[]
  readonly makespanMs: number
  /** Jobs that no card can take: too large, or no card within the budget. */
  readonly left: readonly number[]
}

/** Every set of so many cards is looked at; a machine with more has them taken by speed for each watt. */
const CARDS_TRIED_MAX = 12
/** Sets that are laid out in full, the fastest first. */
const SETS_LAID_OUT = 4

const powerOf = (cards: readonly CardPower[], set: readonly number[]): number =>
  set.reduce((sum, card) => sum + cards[card]!.powerW, 0)

const speedOf = (cards: readonly CardPower[], set: readonly number[]): number =>
  set.reduce((sum, card) => sum + cards[card]!.speed, 0)

const memoryOf = (cards: readonly CardPower[], set: readonly number[]): number =>
  set.reduce((most, card) => Math.max(most, cards[card]!.memoryBytes), 0)

const isUsable = ({ speed, powerW, memoryBytes }: CardPower): boolean =>
  speed > 0 && Number.isFinite(speed) && powerW >= 0 && memoryBytes > 0

/** Sets of cards that the budget lets run at once, none of which could take one more; the fastest first. */
function setsWithin(cards: readonly CardPower[], budgetW: number): readonly (readonly number[])[] {
  const usable = cards.flatMap((card, index) => (isUsable(card) && card.powerW <= budgetW ? [index] : []))
  if (usable.length > CARDS_TRIED_MAX) {
    // After it each card by itself, for what only that one can take.
    return [greedySet(cards, usable, budgetW), ...usable.map((card) => [card])]
  }
  const sets: number[][] = []
  for (let mask = 1; mask < 2 ** usable.length; mask++) {
    const set = usable.filter((_, bit) => (mask & (1 << bit)) !== 0)
    const spareW = budgetW - powerOf(cards, set)
    if (spareW < 0) continue
    const isFull = usable.every((card) => set.includes(card) || cards[card]!.powerW > spareW)
    if (isFull) sets.push(set)
  }
  return sets.sort((a, b) => speedOf(cards, b) - speedOf(cards, a))
}

function greedySet(cards: readonly CardPower[], usable: readonly number[], budgetW: number): readonly number[] {
  const perWatt = (card: number): number => cards[card]!.speed / Math.max(1e-9, cards[card]!.powerW)
  const set: number[] = []
  let spareW = budgetW
  for (const card of [...usable].sort((a, b) => perWatt(b) - perWatt(a) || a - b)) {
    if (cards[card]!.powerW > spareW) continue
    set.push(card)
    spareW -= cards[card]!.powerW
  }
  return set
}

/** Longest first, each on the card of the set where it ends earliest. `from`: when the set may begin. */
function layOut(
  work: readonly QueuedWork[],
  jobs: readonly number[],
  cards: readonly CardPower[],
  set: readonly number[],
  from: number,
): { readonly placements: readonly Placement[]; readonly endMs: number } {
  const freeAt = new Map(set.map((card) => [card, from]))
  const placements: Placement[] = []
  let endMs = from
  // What few cards can take goes before what all can; among equals the longest.
  const takers = (job: number): number =>
    set.reduce((count, card) => count + (cards[card]!.memoryBytes >= work[job]!.memoryBytes ? 1 : 0), 0)
  const order = jobs.map((job) => ({ job, takers: takers(job), workMs: work[job]!.workMs }))
  order.sort((a, b) => b.workMs - a.workMs || a.takers - b.takers || a.job - b.job)
  for (const { job } of order) {
    let best: Placement | undefined
    for (const card of set) {
      if (cards[card]!.memoryBytes < work[job]!.memoryBytes) continue
      const startMs = freeAt.get(card)!
      const ends = startMs + work[job]!.workMs / cards[card]!.speed
      if (best === undefined || ends < best.endMs) best = { job, card, startMs, endMs: ends }
    }
    if (best === undefined) continue
    freeAt.set(best.card, best.endMs)
    placements.push(best)
    endMs = Math.max(endMs, best.endMs)
  }
  return { placements, endMs }
}

/**
 * @param budgetW what all cards together may draw at any moment
 * @example assignQueue([{ workMs: 100, memoryBytes: 1e9 }], [{ speed: 1, memoryBytes: 8e9, powerW: 200 }], 300).makespanMs // 100
 */
export function assignQueue(work: readonly QueuedWork[], cards: readonly CardPower[], budgetW: number): Assignment {
  const sets = setsWithin(cards, budgetW)
  const largest = Math.max(Number.NEGATIVE_INFINITY, ...sets.map((set) => memoryOf(cards, set)))
  const isPossible = ({ workMs, memoryBytes }: QueuedWork): boolean =>
    workMs >= 0 && Number.isFinite(workMs) && memoryBytes <= largest
  const left = work.flatMap((each, job) => (isPossible(each) ? [] : [job]))
  const jobs = work.flatMap((each, job) => (isPossible(each) ? [job] : []))
  let best: { readonly placements: readonly Placement[]; readonly endMs: number } | undefined
  for (const first of sets.slice(0, SETS_LAID_OUT)) {
    const laid = layOutAll(work, jobs, cards, [first, ...sets.filter((set) => set !== first)])
    if (best === undefined || laid.endMs < best.endMs) best = laid
  }
  // One that takes everything may beat two that follow each other.
  const whole = sets.find((set) => memoryOf(cards, set) >= largest)
  if (whole !== undefined) {
    const laid = layOutAll(work, jobs, cards, [whole])
    if (best === undefined || laid.endMs < best.endMs) best = laid
  }
  const placements = [...(best?.placements ?? [])].sort((a, b) => a.startMs - b.startMs || a.card - b.card)
  return { placements, makespanMs: best?.endMs ?? 0, left }
}

/** One set after the other, each for what is left that it can take. */
function layOutAll(
  work: readonly QueuedWork[],
  jobs: readonly number[],
  cards: readonly CardPower[],
  sets: readonly (readonly number[])[],
): { readonly placements: readonly Placement[]; readonly endMs: number } {
  const placements: Placement[] = []
  let waiting = jobs
  let endMs = 0
  for (const set of sets) {
    if (waiting.length === 0) break
    const memory = memoryOf(cards, set)
    const mine = waiting.filter((job) => work[job]!.memoryBytes <= memory)
    if (mine.length === 0) continue
    const laid = layOut(work, mine, cards, set, endMs)
    placements.push(...laid.placements)
    endMs = laid.endMs
    waiting = waiting.filter((job) => work[job]!.memoryBytes > memory)
  }
  return { placements, endMs }
}
