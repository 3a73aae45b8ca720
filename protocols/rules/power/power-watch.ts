/**
 * One budget over the cards that models run on, as time goes by: a step that is pure. Shares are planned, kept while they are nearly
 * the best there are, and handed out so that what is drawn and what is granted never add up to more than the budget; where more is
 * drawn all the same, less is planned. A card whose sensor has fallen silent gets no work.
 */
import { type BudgetCourse, courseAfter, DUST_W, initialCourse, isOverNow, WATCHFUL_MS } from './budget-course.ts'
import { meanDrawnW } from './drawn-power.ts'
import { grantedShares } from './granted-shares.ts'
import { plannedShares } from './planned-shares.ts'
import { type SeatPower, seatPower } from './seat-power.ts'
import { countedW, lookAt, madeWhole, runsTooLong, type SeatState, type WatchedSeat } from './watched-seat.ts'

export type PowerEvent =
  /** New shares, in watts by key. */
  | { readonly kind: 'shared'; readonly sharesW: Readonly<Record<string, number>> }
  | { readonly kind: 'over'; readonly isOver: boolean; readonly drawnW: number }
  | { readonly kind: 'sensor'; readonly key: string; readonly isLost: boolean }

export interface PowerState extends BudgetCourse {
  readonly seats: ReadonlyMap<string, SeatState>
  readonly plannedAtMs: number | undefined
}

export interface PowerOutcome {
  readonly state: PowerState
  readonly seats: readonly SeatPower[]
  readonly drawnW: number
  readonly nextMs: number
  readonly events: readonly PowerEvent[]
}

/** While no card works: work begins in between. */
const CALM_MS = 5_000
/** Above the budget, until it is told from chance: work that comes and goes each second is in step with longer times. */
const DOUBTFUL_MS = 500
/** Of the budget: where so much is drawn, cards work. */
const WATCHFUL_SHARE = 0.5

export const initialPower = (budgetW: number): PowerState => ({
  ...initialCourse(budgetW),
  seats: new Map(),
  plannedAtMs: undefined,
})

export interface PowerLook {
  readonly nowMs: number
  readonly budgetW: number
  /** Work a second that a watt has to bring to be worth its price (energy-price.ts); any watt is where its owner names none. */
  readonly perWattMin?: number | undefined
}

export function watchPower(before: PowerState, seats: readonly WatchedSeat[], look: PowerLook): PowerOutcome {
  const { nowMs, budgetW, perWattMin } = look
  const seen = seats.map((seat) => lookAt(seat, before.seats.get(seat.key), nowMs))
  const drawnW = seen.reduce((sum, { state }) => sum + countedW(state), 0)
  const isOver = isOverNow(before, seen, drawnW, look)
  const isLong = seen.map((each) => isOver && runsTooLong(each))
  const looked = seen.map((each, i) => (isLong[i] ? madeWhole(each, nowMs) : each))
  const isExplained = isLong.includes(true) || looked.some(({ state }) => state.isComingDown)
  const course = courseAfter(before, drawnW, look, { isOver, isExplained })
  const planned = plannedShares(looked, course, before.plannedAtMs, look)
  const states = grantedShares(looked, planned.sharesW, budgetW, nowMs)
  const isTold = looked.every(({ state }) => meanDrawnW(state.drawn) !== undefined)
  const standing = { nowMs, budgetW, drawnW, isTold, isOver, isPriced: (perWattMin ?? 0) > 0 }
  const shown = looked.map(({ seat }, i) => seatPower(seat, states[i]!, standing))
  const isWaiting = states.some(({ grantedW, plannedW }) => grantedW < plannedW - DUST_W)
  const isBusy = drawnW >= WATCHFUL_SHARE * budgetW || isOver || isWaiting
  const isDoubtful = course.overSinceMs !== undefined && !isOver
  return {
    state: {
      ...course,
      seats: new Map(looked.map(({ seat }, i) => [seat.key, states[i]!])),
      plannedAtMs: planned.isNew ? nowMs : before.plannedAtMs,
    },
    seats: shown,
    drawnW,
    nextMs: isDoubtful ? DOUBTFUL_MS : isBusy || shown.some(({ isLost }) => isLost) ? WATCHFUL_MS : CALM_MS,
    events: [
      ...shown.flatMap(({ key, isLost }) =>
        isLost === (before.seats.get(key)?.drawn.isLost ?? false) ? [] : [{ kind: 'sensor' as const, key, isLost }],
      ),
      ...(isOver === before.isOver ? [] : [{ kind: 'over' as const, isOver, drawnW }]),
      ...(planned.isNew && looked.length > 0
        ? [{ kind: 'shared' as const, sharesW: byKey(seats, planned.sharesW) }]
        : []),
    ],
  }
}

const byKey = (seats: readonly WatchedSeat[], sharesW: readonly number[]): Readonly<Record<string, number>> =>
  Object.fromEntries(seats.map(({ key }, i) => [key, sharesW[i]!]))
