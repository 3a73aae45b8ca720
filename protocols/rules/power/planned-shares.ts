/** Shares of a budget by the seats' places: those of before as long as they fit and are nearly the best. */
import { type BudgetCourse, DUST_W } from './budget-course.ts'
import { sharePower, throughputUnder } from './share-power.ts'
import { countedW, type LookedSeat, type WatchedSeat } from './watched-seat.ts'

export interface PlannedShares {
  readonly sharesW: readonly number[]
  readonly isNew: boolean
}

/** Shares stay while they bring this part of the best, and for a time; longer where a card would be turned on or off for a small gain. */
const KEPT_SHARE = 0.98
const KEPT_MS = 60_000
const KEPT_SHARE_LONG = 0.9
const KEPT_ON_OFF_MS = 600_000

/** @param plannedAtMs when shares were last planned anew; undefined at the first look */
export function plannedShares(
  looked: readonly LookedSeat[],
  { usableW, isOver }: BudgetCourse,
  plannedAtMs: number | undefined,
  { nowMs, perWattMin = 0 }: { readonly nowMs: number; readonly perWattMin?: number | undefined },
): PlannedShares {
  // A run that began before its card got less is waited for; where that is too much, others make room for it.
  const isWaitedFor = ({ state }: LookedSeat): boolean => state.isComingDown && isOver
  const working = looked.filter((each) => !each.seat.isOut && !each.state.drawn.isLost && !isWaitedFor(each))
  const others = looked.filter((each) => !working.includes(each))
  const budgetW = usableW - others.reduce((sum, each) => sum + reserveOf(each), 0)
  const best = sharePower(
    working.map(({ seat }) => seat),
    { budgetW, perWattMin },
  )
  const bestOf = new Map(working.map(({ seat }, i) => [seat.key, best.sharesW[i]!]))
  const without = (each: LookedSeat): number => (isWaitedFor(each) ? each.state.plannedW : reserveOf(each))
  const fresh = looked.map((each) => bestOf.get(each.seat.key) ?? without(each))
  if (plannedAtMs === undefined) return { sharesW: fresh, isNew: true }
  const kept = looked.map((each) =>
    bestOf.has(each.seat.key) ? heldTo(each.seat, each.state.plannedW) : without(each),
  )
  const sum = (of: (each: LookedSeat, keptW: number) => number): number =>
    looked.reduce((all, each, i) => (bestOf.has(each.seat.key) ? all + of(each, kept[i]!) : all), 0)
  const fits = sum((_, keptW) => keptW) <= Math.max(budgetW, idleOf(working)) + DUST_W
  const isSameSet = looked.every(
    ({ seat }, i) => throughputUnder(seat, kept[i]!) > 0 === throughputUnder(seat, fresh[i]!) > 0,
  )
  const part = sum(({ seat }, keptW) => throughputUnder(seat, keptW)) / best.throughput
  const isYoung = nowMs - plannedAtMs < (isSameSet || part < KEPT_SHARE_LONG ? KEPT_MS : KEPT_ON_OFF_MS)
  // Nothing of nothing is good enough.
  const isGood = !(part < KEPT_SHARE)
  const isSet = working.every(({ state }) => state.plannedW > 0)
  if (fits && isSet && (isGood || isYoung)) return { sharesW: kept, isNew: false }
  return { sharesW: fresh, isNew: true }
}

const idleOf = (looked: readonly LookedSeat[]): number => looked.reduce((sum, { seat }) => sum + seat.curve.idleW, 0)

/** What a card may draw that is not planned with: as much as it tells, else what it was granted. */
const reserveOf = ({ seat, state }: LookedSeat): number =>
  Math.max(
    seat.curve.idleW,
    state.drawn.isLost || state.isComingDown ? Math.max(state.grantedW, state.plannedW) : 0,
    state.drawn.isLost ? 0 : countedW(state),
  )

/** Within what the curve says today. */
const heldTo = ({ curve: { idleW, maxW } }: WatchedSeat, shareW: number): number =>
  Math.min(maxW, Math.max(idleW, shareW))
