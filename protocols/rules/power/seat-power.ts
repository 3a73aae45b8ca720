/** What a seat is told under a budget, and what is said of it. */
import type { CareVerdict } from '../care/care-verdict.ts'
import { meanDrawnW } from './drawn-power.ts'
import { powerText } from './power-text.ts'
import { LOAD_SHARE_MIN, type Throttle, throttleFor, throughputUnder } from './share-power.ts'
import type { SeatState, WatchedSeat } from './watched-seat.ts'

export interface SeatPower {
  readonly key: string
  /** Watts of the budget; what it draws idle where it is off. */
  readonly shareW: number
  readonly throttle: Throttle
  /** Mean of the last seconds; absent where it does not tell. */
  readonly drawnW?: number
  readonly isLost: boolean
  /** Work a second. */
  readonly throughput: number
  readonly text: string
  readonly verdict: CareVerdict | undefined
}

/** How all of them stand together. */
export interface BudgetStanding {
  readonly nowMs: number
  readonly budgetW: number
  readonly drawnW: number
  /** All of them tell what they draw. */
  readonly isTold: boolean
  readonly isOver: boolean
  /** Their owner named a price of energy. */
  readonly isPriced: boolean
}

export function seatPower(seat: WatchedSeat, state: SeatState, standing: BudgetStanding): SeatPower {
  const { nowMs, isPriced, ...together } = standing
  const { drawn, grantedW } = state
  const throttle = drawn.isLost || seat.isOut ? { loadShare: 0 } : throttleFor(seat, grantedW)
  const { limitW, loadShare } = throttle
  const ownW = meanDrawnW(drawn)
  const text = powerText({
    ...together,
    shareW: grantedW,
    idleW: seat.curve.idleW,
    loadShare,
    ...(limitW === undefined || limitW >= seat.curve.maxW ? {} : { limitW }),
    isOut: seat.isOut,
    ...(isPriced ? { isPriced } : {}),
    ...(seat.isWhole === true ? { isWhole: true } : {}),
    ...(drawn.isLost
      ? { silentMs: nowMs - (drawn.silentSinceMs ?? nowMs), isBack: drawn.backSinceMs !== undefined }
      : {}),
    ...(seat.basis === undefined ? {} : { basis: seat.basis }),
  })
  const isHeld = !seat.isOut && loadShare < 1
  return {
    key: seat.key,
    shareW: grantedW,
    throttle,
    ...(ownW === undefined ? {} : { drawnW: ownW }),
    isLost: drawn.isLost,
    throughput: throughputUnder(seat, seat.isOut || drawn.isLost ? 0 : grantedW),
    text,
    verdict: isHeld
      ? {
          admits: loadShare > 0,
          // What waits here still ends, slowly.
          loadShare: Math.max(LOAD_SHARE_MIN, loadShare),
          stopsRunning: false,
          reasons: [{ cause: 'power', text }],
        }
      : undefined,
  }
}
