/** One card that models run on, as the watch on a budget sees it: what is known of it now, and what it was granted before. */
import { type DrawnState, drawnAfter, initialDrawn, meanDrawnW } from './drawn-power.ts'
import { type PoweredSeat, throttleFor } from './share-power.ts'

export interface WatchedSeat extends PoweredSeat {
  readonly key: string
  /** By a reading of now. */
  readonly powerW: number | undefined
  /** It told its power in an earlier run. */
  readonly toldBefore: boolean
  /** It takes no work whatever it is granted: too hot, or gone. */
  readonly isOut: boolean
  /** By what its curve is known, where it was not measured. */
  readonly basis?: string | undefined
}

/** What is kept of it from look to look. */
export interface SeatState {
  readonly drawn: DrawnState
  readonly plannedW: number
  readonly grantedW: number
  /** What it was granted before it got less: its jobs may still run so. */
  readonly beforeW: number
  readonly loweredAtMs: number | undefined
  /** It has got less, and a run that began before still draws more. */
  readonly isComingDown: boolean
  readonly comingSinceMs: number | undefined
  /** Until then it works always or not at all. */
  readonly wholeUntilMs: number | undefined
}

export interface LookedSeat {
  readonly seat: WatchedSeat
  readonly state: SeatState
}

/** A run that lasts longer is no reason to wait: its card works always or not at all. */
const COMING_MS = 60_000
/** Jobs differ, and change. */
const WHOLE_MS = 1_800_000
/** Of what work adds to idle: nearer than this a card keeps to its share. */
const ABOVE_SHARE = 0.1
const ABOVE_W = 2

const blank: Omit<SeatState, 'drawn'> = {
  plannedW: 0,
  grantedW: 0,
  beforeW: 0,
  loweredAtMs: undefined,
  isComingDown: false,
  comingSinceMs: undefined,
  wholeUntilMs: undefined,
}

/** @param before of the look before; undefined at the first one */
export function lookAt(seat: WatchedSeat, before: SeatState | undefined, nowMs: number): LookedSeat {
  const drawn = drawnAfter(before?.drawn ?? initialDrawn(seat.toldBefore), nowMs, seat.powerW)
  const state = { ...(before ?? blank), drawn }
  const isComingDown = state.isComingDown && isAbove(seat, state) && nowMs - state.comingSinceMs! < COMING_MS
  const isWhole = state.wholeUntilMs !== undefined && nowMs < state.wholeUntilMs
  return { seat: { ...seat, isWhole }, state: { ...state, isComingDown } }
}

/** It works always or not at all from now on, for a time. */
export const madeWhole = ({ seat, state }: LookedSeat, nowMs: number): LookedSeat => ({
  seat: { ...seat, isWhole: true },
  state: { ...state, wholeUntilMs: nowMs + WHOLE_MS },
})

/** It rests as it is told, and draws more than its share all the same: one run lasts longer than what is averaged. */
export const runsTooLong = ({ seat, state }: LookedSeat): boolean =>
  !seat.isOut &&
  seat.isWhole !== true &&
  !state.isComingDown &&
  throttleFor(seat, state.grantedW).loadShare < 1 &&
  isAbove(seat, state)

/** What it is taken to draw: as much as it tells, else all that it was granted. */
export const countedW = ({ drawn, grantedW }: SeatState): number => meanDrawnW(drawn) ?? grantedW

function isAbove({ curve: { idleW, maxW } }: WatchedSeat, { drawn, grantedW }: SeatState): boolean {
  return (meanDrawnW(drawn) ?? 0) > Math.max(idleW, grantedW) + ABOVE_SHARE * (maxW - idleW) + ABOVE_W
}
