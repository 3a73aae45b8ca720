import { reasonText, type ShownReason } from '../../care/shown-holds.ts'
import type { AsJson } from '../../control/as-json.ts'
import type { PauseAnswer } from '../../control/methods/pause-methods.ts'
import { cardLabel } from '../../gpu/find-card.ts'
import { PAUSE_MS_MAX } from '../../work/pause-switch.ts'
import { type Command, defineCommand, option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseDuration } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { cardOption } from './card-option.ts'

type Answer = AsJson<PauseAnswer>

const JSON_ABOUT =
  'With --json: {"paused", "card": {"number", "key", "name"}, "runsModels", "running", "untilMs", "holds": [{"cause", "text", "on"}]}: ' +
  '"card" and "runsModels" where --card named one, and what holds it besides, "on" being a card.'

export const pauseCommand: Command = defineCommand({
  name: 'pause',
  group: 'earn',
  summary: 'take the running miner, or one of its cards, out of the market, and keep the node up',
  about:
    'Its offer, its profile and its keys in the network are withdrawn at once, and new jobs are refused; jobs that run go on. ' +
    'With --card that card alone takes no new jobs, and the offer stays while another works. ' +
    `It lasts until aitbc resume, or the next start, or for the time of --for. ${JSON_ABOUT} Exit code 5 where no node runs.`,
  options: {
    card: cardOption('Only this card.'),
    for: option({
      value: 'duration',
      about: 'It comes back by itself after this; 30 days at most.',
      parse: parsePause,
    }),
  },
  examples: [
    { line: 'aitbc pause', about: 'until aitbc resume' },
    { line: 'aitbc pause --for 2h', about: 'for an evening of games' },
    { line: 'aitbc pause --card "rtx 3060"', about: 'the card that draws the desktop, while the other goes on' },
  ],
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    await using node = await reachNode(context)
    const { for: forMs, card } = context.options
    const paused = await node.call<Answer>('pause', {
      ...(forMs === undefined ? {} : { forMs }),
      ...(card === undefined ? {} : { card }),
    })
    await context.out.print(paused, () => pausedText(paused))
  },
})

function parsePause(text: string): number {
  const ms = parseDuration(text)
  if (ms >= 1 && ms <= PAUSE_MS_MAX) return ms
  throw usageError(
    `${text} is no time for a pause`,
    'Give one from 1s to 30d, or none: then it lasts until aitbc resume.',
  )
}

export const resumeCommand: Command = defineCommand({
  name: 'resume',
  group: 'earn',
  summary: 'bring a paused miner, or one of its cards, back to the market',
  about:
    'Without --card all pauses end, those of single cards too. Does nothing where it is not paused. What still holds it (heat, hours, a ' +
    `program of yours) is named, and it comes back by itself when that is over. ${JSON_ABOUT} Exit code 5 where no node runs.`,
  options: { card: cardOption('Only this card.') },
  examples: [
    { line: 'aitbc resume', about: 'the node on the default data folder' },
    { line: 'aitbc resume --card 2', about: 'one card of it' },
  ],
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    await using node = await reachNode(context)
    const { out, options } = context
    const resumed = await node.call<Answer>('resume', options.card === undefined ? {} : { card: options.card })
    await out.print(resumed, () => resumedText(resumed))
  },
})

/** Exported for its test. */
export function resumedText({ card, holds }: Answer): string {
  if (card === undefined) {
    return holds.length === 0
      ? 'Back in the market.'
      : `Not paused any more. Still out of the market: ${holdsText(holds)}. It comes back by itself.`
  }
  if (holds.length === 0) return `${cardLabel(card)} takes jobs again.`
  const isMinerPaused = holds.some(({ cause, on }) => cause === 'owner' && on === undefined)
  const next = isMinerPaused ? 'aitbc resume brings the miner back.' : 'It comes back by itself.'
  return `${cardLabel(card)} is not paused any more. Still held: ${holdsText(holds)}. ${next}`
}

/** Exported for its test. */
export function pausedText({ card, runsModels, running, untilMs, holds }: Answer): string {
  const others = holds.length === 0 ? '' : ` It is held besides: ${holdsText(holds)}.`
  if (card !== undefined) {
    const until = untilText(untilMs, `aitbc resume --card ${card.number}`)
    const idle = runsModels === false ? ' No models run on it, so that nothing changes for this miner.' : ''
    return `${cardLabel(card)} takes no jobs ${until}.${idle}${others}`
  }
  const rest = running === 0 ? '' : ` ${amountOf(running, 'job')} that runs or waits here is still done.`
  return `Out of the market ${untilText(untilMs, 'aitbc resume')}.${rest}${others}`
}

const untilText = (untilMs: number | undefined, otherwise: string): string =>
  `until ${untilMs === undefined ? otherwise : new Date(untilMs).toISOString()}`

const holdsText = (holds: readonly ShownReason[]): string => holds.map(reasonText).join('; ')
