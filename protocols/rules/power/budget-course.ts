/** Whether too much is drawn under a budget, and what is planned with from then on: less where it was, and step by step more again. */
import { DRAWN_MS } from './drawn-power.ts'
import { throttleFor } from './share-power.ts'
import { countedW, type LookedSeat } from './watched-seat.ts'

export interface BudgetCourse {
  /** What is planned with: the budget, less what was drawn above it. */
  readonly usableW: number
  readonly overSinceMs: number | undefined
  readonly isOver: boolean
  readonly reducedAtMs: number | undefined
  readonly calmSinceMs: number | undefined
  /** So long it has to be calm before more is planned again. */
  readonly patienceMs: number
  /** More was planned again since the last time that it was too much. */
  readonly isRaised: boolean
}

export interface BudgetLook {
  readonly nowMs: number
  readonly budgetW: number
}

/** Drawn above the budget for so long, on the mean of ten seconds, less is planned. */
const OVER_MS = 3_000
/** Standard deviations by which looks at cards that come and go may lie above the budget by chance. With more, runs of 40 s pass for it. */
const CHANCE = 2
/** What chance would explain for longer is a few hundredths. */
const CHANCE_MS_MAX = 300_000
/** Beside what was too much, of the budget. */
const REDUCED_SHARE = 0.02
/** Calm: this share of the budget and less. */
const CALM_SHARE = 0.97
const PATIENCE_MS = 60_000
/** Every time that more was too much the wait doubles, up to this. */
const PATIENCE_MS_MAX = 3_600_000
/** Of the budget, each ten seconds of calm. */
const RAISED_SHARE = 0.02
const RAISED_MS = 10_000
/** While cards work. */
export const WATCHFUL_MS = 2_000
/** What adding up numbers may leave over. */
export const DUST_W = 0.5

export const initialCourse = (budgetW: number): BudgetCourse => ({
  usableW: budgetW,
  overSinceMs: undefined,
  isOver: false,
  reducedAtMs: undefined,
  calmSinceMs: undefined,
  patienceMs: PATIENCE_MS,
  isRaised: false,
})

/** Too much, and for longer than chance explains: the less it is the longer that takes, so that the energy above the budget is bounded. */
export function isOverNow(
  { overSinceMs }: BudgetCourse,
  looked: readonly LookedSeat[],
  drawnW: number,
  { nowMs, budgetW }: BudgetLook,
): boolean {
  const aboveW = drawnW - budgetW
  if (aboveW <= DUST_W || overSinceMs === undefined) return false
  return nowMs - overSinceMs >= Math.max(OVER_MS, chanceMs(looked, drawnW, aboveW))
}

/** So long cards that work a part of their time may be found at work, and the mean above the budget, though they keep to their shares. */
function chanceMs(looked: readonly LookedSeat[], drawnW: number, aboveW: number): number {
  let mostW = 0
  let varianceW2 = 0
  for (const { seat, state } of looked) {
    const { limitW = seat.curve.maxW, loadShare } = throttleFor(seat, state.grantedW)
    const isPart = loadShare > 0 && loadShare < 1
    mostW += isPart ? limitW : countedW(state)
    varianceW2 += loadShare * (1 - loadShare) * (limitW - seat.curve.idleW) ** 2
  }
  if (drawnW > mostW + DUST_W) return 0
  return Math.min(CHANCE_MS_MAX, (WATCHFUL_MS * CHANCE ** 2 * varianceW2) / aboveW ** 2)
}

/**
 * @param isOver as {@link isOverNow} says
 * @param isExplained where it is known why, it ends by itself
 */
export function courseAfter(
  before: BudgetCourse,
  drawnW: number,
  { nowMs, budgetW }: BudgetLook,
  { isOver, isExplained }: { readonly isOver: boolean; readonly isExplained: boolean },
): BudgetCourse {
  const overSinceMs = drawnW > budgetW + DUST_W ? (before.overSinceMs ?? nowMs) : undefined
  // What was reduced shows in the mean after its time.
  const mayReduce = before.reducedAtMs === undefined || nowMs - before.reducedAtMs >= DRAWN_MS
  const isCalm = drawnW <= CALM_SHARE * budgetW
  const calmSinceMs = isCalm ? (before.calmSinceMs ?? nowMs) : undefined
  const isLongCalm = calmSinceMs !== undefined && nowMs - calmSinceMs >= PATIENCE_MS_MAX
  const patienceMs = isLongCalm ? PATIENCE_MS : before.patienceMs
  const { reducedAtMs, isRaised } = before
  const same = { overSinceMs, isOver, calmSinceMs, reducedAtMs, patienceMs, isRaised }
  const usableW = Math.min(before.usableW, budgetW)
  if (isOver && mayReduce && !isExplained) {
    // What came back and was too much again comes back later.
    const longerMs = isRaised ? Math.min(PATIENCE_MS_MAX, 2 * patienceMs) : patienceMs
    const lessW = drawnW - budgetW + REDUCED_SHARE * budgetW
    return { ...same, usableW: Math.max(0, usableW - lessW), reducedAtMs: nowMs, patienceMs: longerMs, isRaised: false }
  }
  if (calmSinceMs === undefined || usableW >= budgetW) return { ...same, usableW }
  if (nowMs - calmSinceMs < patienceMs) return { ...same, usableW }
  // Step by step, each after its time.
  const raisedW = Math.min(budgetW, usableW + RAISED_SHARE * budgetW)
  return { ...same, usableW: raisedW, calmSinceMs: nowMs - patienceMs + RAISED_MS, isRaised: true }
}
