/**
 * What `aitbc up` shows of the market: why the next job goes where it goes, a miner that begins to lie, audits that find it, work and
 * scores that follow, and a published digest that the other nodes make again. The false answers are put on here and nowhere else.
 */
import { auditsCommand } from '../../node/cli/audits-command.ts'
import type { Command, CommandContext } from '../../node/cli/command.ts'
import { quoteCommand } from '../../node/cli/quote-command.ts'
import { scoresCommand } from '../../node/cli/scores-command.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { breakAnswers } from '../demo/break-answers.ts'
import type { Testnet } from './create-testnet.ts'
import { type LetterJobs, letterJobs } from './letter-jobs.ts'
import { type MarketReport, type MinerShare, marketText } from './market-text.ts'

/** Half of the answers, where a client looks at one of twenty otherwise: somebody watches, and does not want to wait for an hour. */
export const LOCAL_AUDITS = { auditShare: 50, auditBudget: 100 } as const
/** Half of the answers are drawn: a liar that is asked is not found by these in one of a million runs. */
const JOBS_MAX = 24
/** Enough to see who gets the work when it is known. */
const JOBS_AFTER = 12
/** The cheapest is the one that gets the jobs, as somebody can be who does not run the model; on a busy machine the quickest changes. */
const POLICY = 'cost'
/** An audit begins up to a quarter of a second after its job here. */
const PAUSE_MS = 100

type Context = CommandContext<unknown, unknown>

/** @throws MeshError TIMEOUT where a step does not come; CANCELLED; what a job throws */
export async function tellMarket(context: Context, net: Testnet): Promise<number> {
  const { out, signal, json } = context
  if (!json) {
    const options = { priceMax: undefined, latencyMax: undefined, policy: POLICY, explain: true }
    const line = `quote characters --policy ${POLICY} --explain`
    await run(context, line, quoteCommand, { arguments: { model: 'characters' }, options })
  }
  const { auditShare } = LOCAL_AUDITS
  const jobs = await letterJobs(net.client.client!, POLICY, signal)
  const liar = await bestOf(net, jobs.model, signal)
  out.say(
    `${liar.settings.name} would be asked next, and from now on it ANSWERS FALSELY. The client has ${auditShare} % of its answers computed again by another miner (local ` +
      'preset; 5 % otherwise), and by a third where two differ.',
  )
  const { auditor, book } = net.client.audits!
  using found = firstFound(net.client, liar.operator!)
  using broken = breakAnswers(liar)
  const before = await ask(jobs, JOBS_MAX, () => found.isFound, out)
  await auditor.settled()
  const after = await ask(jobs, JOBS_AFTER, () => false, out)
  await auditor.settled()
  const report: MarketReport = {
    auditShare,
    liar: liar.operator!,
    lies: broken.lies,
    isFound: found.isFound,
    miners: net.miners.map((miner) => shareOf(net, miner, before, after)),
    jobsBefore: before.length,
    jobsAfter: after.length,
    auditsCost: book.money.audits,
  }
  await out.print({ market: report }, () => marketText(report, { width: out.width, styleTitle: out.style.dim }))
  const outcome = report.isFound ? EXIT.done : EXIT.failed
  if (json) return outcome
  await run(context, 'audits', auditsCommand, { arguments: {}, options: {} })
  await run(context, 'scores', scoresCommand, { arguments: { miner: undefined }, options: {} })
  return outcome
}

/** Whom the next job would ask first. */
async function bestOf(net: Testnet, model: ModelId, signal: AbortSignal): Promise<RunningNode> {
  const { offers } = await net.client.client!.quote({ model, policy: POLICY, signal })
  return net.miners.find(({ operator }) => operator === offers[0]?.miner) ?? net.miners[0]!
}

/** As somebody types it in another terminal. */
async function run(
  context: Context,
  line: string,
  command: Command,
  given: Pick<CommandContext, 'arguments' | 'options'>,
): Promise<void> {
  context.out.say(`$ aitbc ${line}`)
  await command.run!({ ...context, ...given })
  context.out.say('')
}

/** One job after the other, as one person asks. @returns who answered each */
async function ask(
  jobs: LetterJobs,
  count: number,
  isOver: () => boolean,
  out: Context['out'],
): Promise<readonly Address[]> {
  using progress = out.progress('letters are read')
  const miners: Address[] = []
  while (miners.length < count && !isOver()) {
    miners.push(await jobs.next())
    progress.update(miners.length)
    await new Promise<void>((resolve) => systemClock.after(PAUSE_MS, resolve))
  }
  return miners
}

function shareOf(
  net: Testnet,
  { operator, settings }: RunningNode,
  before: readonly Address[],
  after: readonly Address[],
): MinerShare {
  const miner = operator!
  const { points, tier } = net.client.quality.book.reportOf(miner).score
  const { matched, mismatched } = net.client.audits!.book.tallyOf(miner)
  return {
    ...{ name: settings.name, miner, price: settings.basePrice!, matched, mismatched, tier },
    before: before.filter((each) => each === miner).length,
    after: after.filter((each) => each === miner).length,
    ...(points === undefined ? {} : { points }),
  }
}

/** Hears when an audit has first found an answer of this miner false. */
function firstFound(client: RunningNode, miner: Address): Disposable & { readonly isFound: boolean } {
  let isFound = false
  const listening = client.bus.listen(({ event }) => {
    if (event.kind === 'audit:ended' && event.miner === miner && event.outcome === 'mismatched') isFound = true
  })
  return {
    get isFound() {
      return isFound
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
