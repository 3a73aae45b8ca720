/** What one card draws, from what its sensor said lately; silence is no sign that it draws nothing. */

import { CARD_W_MAX } from './power-curve.ts'

/** Work by load comes and goes within this. */
export const DRAWN_MS = 10_000
/** A tool that is slow once is no loss of a sensor. */
export const SILENT_MS = 15_000
/** A sensor that has come back has to speak for so long before it is believed. */
const BACK_MS = 10_000
/** Of the last {@link DRAWN_MS}, at one look each half second. */
const READINGS_MAX = 20

export interface DrawnState {
  /** The newest last. */
  readonly readings: readonly { readonly atMs: number; readonly powerW: number }[]
  /** It has told its power at some time, in an earlier run or in this one: from then on its silence says something. */
  readonly told: boolean
  /** Since when it was expected to tell and did not. */
  readonly silentSinceMs: number | undefined
  readonly isLost: boolean
  readonly backSinceMs: number | undefined
}

export const initialDrawn = (toldBefore: boolean): DrawnState => ({
  readings: [],
  told: toldBefore,
  silentSinceMs: undefined,
  isLost: false,
  backSinceMs: undefined,
})

/** @param powerW of a reading that was taken now; undefined where the card did not answer, or told no power */
export function drawnAfter(before: DrawnState, nowMs: number, powerW: number | undefined): DrawnState {
  const sane = powerW !== undefined && powerW >= 0 && powerW <= CARD_W_MAX ? powerW : undefined
  const recent = before.readings.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs < DRAWN_MS)
  if (sane === undefined) {
    const silentSinceMs = before.told ? (before.silentSinceMs ?? nowMs) : undefined
    const isLost = silentSinceMs !== undefined && (before.isLost || nowMs - silentSinceMs >= SILENT_MS)
    return { ...before, readings: recent, silentSinceMs, isLost, backSinceMs: undefined }
  }
  const readings = [...recent, { atMs: nowMs, powerW: sane }].slice(-READINGS_MAX)
  const backSinceMs = before.isLost ? (before.backSinceMs ?? nowMs) : undefined
  const isLost = backSinceMs !== undefined && nowMs - backSinceMs < BACK_MS
  return { readings, told: true, silentSinceMs: undefined, isLost, backSinceMs: isLost ? backSinceMs : undefined }
}

/** Watts, by the mean of what was told lately; undefined where nothing was. */
export function meanDrawnW({ readings }: DrawnState): number | undefined {
  return readings.length === 0 ? undefined : readings.reduce((sum, { powerW }) => sum + powerW, 0) / readings.length
}
