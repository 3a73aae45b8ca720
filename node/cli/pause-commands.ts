import type { CareReason } from '../../protocols/rules/care/care-verdict.ts'
import type { AsJson } from '../control/as-json.ts'
import type { Pause } from '../work/pause-switch.ts'
import { type Command, defineCommand, option } from './command.ts'
import { parseDuration } from './durations.ts'
import { amountOf } from './numbers.ts'

/** What else holds the miner, as `aitbc status` says it. */
type Holds = { readonly holds: readonly CareReason[] }
type Paused = AsJson<Pause> & Holds & { readonly paused: true; readonly running: number }

export const pauseCommand: Command = defineCommand({
  name: 'pause',
  group: 'earn',
  summary: 'take the running miner out of the market, and keep the node up',
  about:
    'Its offer, its profile and its keys in the network are withdrawn at once, and new jobs are refused; jobs that run go on. ' +
    'It lasts until aitbc resume, or the next start, or for the time of --for. With --json: {"paused": true, "running", "untilMs", ' +
    '"holds": [{"cause", "text"}]}: what holds it besides. Exit code 5 where no node runs.',
  options: {
    for: option({
      value: 'duration',
      about: 'It comes back by itself after this; 30 days at most.',
      parse: parseDuration,
    }),
  },
  examples: [
    { line: 'aitbc pause', about: 'until aitbc resume' },
    { line: 'aitbc pause --for 2h', about: 'for an evening of games' },
  ],
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    await using node = await reachNode(context)
    const { for: forMs } = context.options
    const paused = await node.call<Paused>('pause', forMs === undefined ? {} : { forMs })
    await context.out.print(paused, () => pausedText(paused))
  },
})

export const resumeCommand: Command = defineCommand({
  name: 'resume',
  group: 'earn',
  summary: 'bring a paused miner back to the market',
  about:
    'Does nothing where it is not paused. What still holds it (heat, hours, a program of yours) is named, and it comes back by itself ' +
    'when that is over. With --json: {"paused": false, "holds": [{"cause", "text"}]}. Exit code 5 where no node runs.',
  examples: [{ line: 'aitbc resume', about: 'the node on the default data folder' }],
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    await using node = await reachNode(context)
    const { out } = context
    const resumed = await node.call<Holds & { readonly paused: false }>('resume')
    await out.print(resumed, () => resumedText(resumed.holds))
  },
})

const resumedText = (holds: readonly CareReason[]): string =>
  holds.length === 0
    ? 'Back in the market.'
    : `Not paused any more. Still out of the market: ${holdsText(holds)}. It comes back by itself.`

const holdsText = (holds: readonly CareReason[]): string => holds.map(({ text }) => text).join('; ')

function pausedText({ running, untilMs, holds }: Paused): string {
  const until = untilMs === undefined ? 'until aitbc resume' : `until ${new Date(untilMs).toISOString()}`
  const rest = running === 0 ? '' : ` ${amountOf(running, 'job')} that runs or waits here is still done.`
  const others = holds.length === 0 ? '' : ` It is held besides: ${holdsText(holds)}.`
  return `Out of the market ${until}.${rest}${others}`
}
