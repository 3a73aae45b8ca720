/** What holds work back, one row each, as `aitbc status` shows it. */
import type { ShownHold } from '../care/shown-holds.ts'
import { cardLabel } from '../gpu/find-card.ts'
import { durationText } from './durations.ts'

/** @param nowMs Unix ms */
export const holdRows = (holds: readonly ShownHold[], nowMs: number): readonly (readonly [string, string])[] =>
  holds.flatMap((hold) =>
    hold.reasons.map(({ cause, text }) => [titleOf(hold, cause), rowOf(hold, text, nowMs)] as const),
  )

/** `HEAT` for what is dangerous, in capitals where it holds somebody. */
function titleOf({ reach }: ShownHold, cause: string): string {
  if (cause !== 'heat') return 'rests'
  return reach === 'nobody' ? 'heat' : 'HEAT'
}

function rowOf({ card, reach, sinceMs }: ShownHold, text: string, nowMs: number): string {
  const where = card === undefined ? '' : `${cardLabel(card)}: `
  const idle = reach === 'nobody' ? '; no models run on it' : ''
  return `${where}${text}, for ${durationText(Math.max(0, nowMs - sinceMs))}${idle}`
}
