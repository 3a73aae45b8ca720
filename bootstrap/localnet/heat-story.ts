/** `aitbc up --heat`: one card's fan stops while a job runs on it; what the network does about it, as it happens. */
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import { SimulatedCard } from '../../node/gpu/simulated/simulated-card.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Testnet } from './create-testnet.ts'
import { longInput } from './long-model.ts'
import { lookUntil } from './look-until.ts'
import { startShortJobs } from './short-jobs.ts'

/** Half a minute of a card is a second here, so that minutes of warming and cooling are seen in one. */
export const HEAT_TIME_SCALE = 30

export const heatCards = (count: number): readonly SimulatedCard[] =>
  Array.from(
    { length: count },
    (_, i) => new SimulatedCard({ key: `simulated/${i + 1}`, clock: systemClock, timeScale: HEAT_TIME_SCALE }),
  )

/** The longest that one step of the story takes, on a machine that does other things as well. */
const STEP_MS_MAX = 120_000
const JOB_MS_MAX = 300_000

export interface HeatReport {
  readonly simulated: true
  readonly timeScale: number
  /** Jobs of the client while the card was hot. */
  readonly asked: number
  readonly answered: number
  readonly failed: number
  /** Of the job that ran when the fan stopped. */
  readonly attempts: number
  readonly endedByHeat: number
  readonly hottestC: number
  readonly cameBack: boolean
}

/** @throws MeshError TIMEOUT where a step does not come; CANCELLED */
export async function tellHeat(
  { out, signal }: CommandContext<unknown, unknown>,
  net: Testnet,
  cards: readonly SimulatedCard[],
): Promise<number> {
  out.say(
    `Each miner has a SIMULATED card that warms up by its jobs. A second here is ${durationText(HEAT_TIME_SCALE * 1_000)} of the cards.`,
  )
  const startedMs = performance.now()
  const say = (text: string): void => out.say(`  ${durationText(performance.now() - startedMs).padStart(7)}  ${text}`)
  const client = net.client.client!
  const until = (what: string, is: () => boolean): Promise<void> =>
    lookUntil(is, { ms: STEP_MS_MAX, late: () => new MeshError('TIMEOUT', { what, ms: STEP_MS_MAX }), signal })

  const long = await client.findModel('long', signal)
  const job = client.infer({ model: long.id, inputs: [longInput()], deadlineMs: JOB_MS_MAX, signal })
  // Heard where it is awaited; until then the story may end for another reason.
  job.catch(() => undefined)
  const busy = (): number => net.miners.findIndex(({ miner }) => (miner?.desk.jobs ?? 0) > 0)
  await until('the long job at a miner', () => busy() >= 0)
  const at = busy()
  const [hot, card] = [net.miners[at]!, cards[at]!]
  const { name } = hot.settings
  say(`a long job runs at ${name}, whose fan stops now`)
  card.breaks({ fanWorks: false })
  using heard = sayHeat(hot, say)
  const endedBefore = hot.state().jobs.aborted.thermal ?? 0
  await until(`${name} to withdraw its offer`, () => !hot.state().care.admits)
  say(`${name} has withdrawn its offer; other jobs go elsewhere`)

  await using short = await startShortJobs(client, signal)
  const endedByHeat = (): number => (hot.state().jobs.aborted.thermal ?? 0) - endedBefore
  await until(`${name} to end its job`, () => endedByHeat() > 0)
  card.breaks({ fanWorks: true })
  say(`the fan of ${name} is repaired`)
  await until(`${name} to come back`, () => hot.state().care.admits)
  say(`${name} has cooled and is back in the market`)
  const answer = await job
  const helper = net.miners.find(({ operator }) => operator === answer.miner)?.settings.name ?? 'another miner'
  say(`the long job was answered by ${helper}, attempt ${answer.attempts} under one key; the first one costs nothing`)
  const { asked, answered, failed } = await short.end()

  const report: HeatReport = {
    simulated: true,
    timeScale: HEAT_TIME_SCALE,
    asked: asked + 1,
    answered: answered + 1,
    failed,
    attempts: answer.attempts,
    endedByHeat: endedByHeat(),
    hottestC: heard.hottestC,
    cameBack: true,
  }
  await out.print({ heat: report }, () => reportText(report))
  return failed === 0 ? EXIT.done : EXIT.failed
}

const reportText = ({ asked, answered, endedByHeat, hottestC }: HeatReport): string =>
  `${answered} of ${asked} jobs were answered, ${endedByHeat} of them after heat had ended its first attempt; the card was ${hottestC} C hot.\n`

/** Says each step of the card's heat, and keeps the highest temperature that was read. */
function sayHeat(node: RunningNode, say: (text: string) => void): Disposable & { readonly hottestC: number } {
  let hottestC = 0
  const listening = node.bus.listen(({ event }) => {
    for (const { reading } of node.miner?.care.cards() ?? []) {
      hottestC = Math.max(hottestC, reading?.temperaturesC.edge ?? 0)
    }
    if (event.kind === 'heat:step') say(`${node.settings.name}: ${event.text}`)
    if (event.kind === 'job:aborted' && event.cause === 'thermal') {
      say(`${node.settings.name} ends its job, signed as ended by heat: it goes on elsewhere`)
    }
  })
  return {
    get hottestC() {
      return hottestC
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
