/** What holds work back, for people, with the time since when: the rows of `aitbc status`, and the line of a card in `aitbc gpu`. */
import { reasonText, type ShownCare, type ShownHold } from '../../care/shown-holds.ts'
import { cardLabel } from '../../gpu/find-card.ts'
import { durationText } from '../screen/durations.ts'
import { shareText } from '../screen/numbers.ts'

/** @param nowMs Unix ms */
export const holdRows = (holds: readonly ShownHold[], nowMs: number): readonly (readonly [string, string])[] =>
  holds.flatMap((hold) => {
    const idle = hold.reach === 'nobody' ? '; no models run on it' : ''
    return textsOf(hold, nowMs).map((text, i) => {
      const on = hold.card === undefined ? '' : cardLabel(hold.card)
      return [titleOf(hold, hold.reasons[i]!.cause), `${reasonText({ text, on })}${idle}`] as const
    })
  })

/** @param nowMs Unix ms */
export function careText({ runsModels, admits, loadShare, stopsRunning, holds }: ShownCare, nowMs?: number): string {
  const texts = holds.flatMap((hold) => textsOf(hold, nowMs))
  const why = texts.length === 0 ? '' : `: ${texts.join('; ')}`
  if (!runsModels) return `no models run on it${why}`
  if (stopsRunning) return `takes none and ends those that run${why}`
  if (!admits) return `takes none${why}`
  return loadShare < 1 ? `takes at most ${shareText(loadShare)} of them${why}` : 'takes them as usual'
}

/** Heat in capitals where it holds somebody. */
function titleOf({ admits, reach }: ShownHold, cause: string): string {
  if (cause === 'heat') return reach === 'nobody' ? 'heat' : 'HEAT'
  return admits ? 'slower' : 'rests'
}

function textsOf({ reasons, sinceMs }: ShownHold, nowMs: number | undefined): readonly string[] {
  const since = nowMs === undefined ? '' : `, for ${durationText(Math.max(0, nowMs - sinceMs))}`
  return reasons.map(({ text }) => `${text}${since}`)
}
