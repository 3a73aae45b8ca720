/** What each seat gets of its planned share now: less at once; more only of what is surely not drawn any more. */
import { DUST_W } from './budget-course.ts'
import { DRAWN_MS, meanDrawnW } from './drawn-power.ts'
import type { LookedSeat, SeatState } from './watched-seat.ts'

/** @param sharesW planned, by the seats' places */
export function grantedShares(
  looked: readonly LookedSeat[],
  sharesW: readonly number[],
  budgetW: number,
  nowMs: number,
): readonly SeatState[] {
  const lowered = looked.map(({ state }, i): SeatState => {
    const plannedW = sharesW[i]!
    if (plannedW < state.grantedW - DUST_W) {
      const comingSinceMs = state.isComingDown ? state.comingSinceMs : nowMs
      const course = { loweredAtMs: nowMs, isComingDown: true, comingSinceMs }
      return { ...state, ...course, plannedW, grantedW: plannedW, beforeW: state.grantedW }
    }
    return { ...state, plannedW, grantedW: Math.min(state.grantedW, plannedW) }
  })
  let freeW = budgetW - lowered.reduce((sum, state) => sum + mostOf(state, nowMs), 0)
  return lowered.map((state): SeatState => {
    const mostW = mostOf(state, nowMs)
    const moreW = Math.min(state.plannedW - state.grantedW, freeW + mostW - state.grantedW)
    if (!(moreW > 0)) return state
    freeW -= Math.max(0, state.grantedW + moreW - mostW)
    return { ...state, grantedW: state.grantedW + moreW }
  })
}

/** What a card may draw at this moment: its share, or what it draws of the share that it had. */
function mostOf({ drawn, grantedW, beforeW, loweredAtMs }: SeatState, nowMs: number): number {
  const toldW = meanDrawnW(drawn)
  if (toldW !== undefined) return Math.max(grantedW, toldW)
  // As long as the mean of one that tells would show it.
  return loweredAtMs !== undefined && nowMs - loweredAtMs < DRAWN_MS ? Math.max(grantedW, beforeW) : grantedW
}
