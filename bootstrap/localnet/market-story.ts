/**
 * What `aitbc up` shows of the market: why the next job goes where it goes, a miner that begins to lie, audits that find it, work and
 * scores that follow, and a published digest that the other nodes make again. The false answers are put on here and nowhere else.
 */

import type { Command, CommandContext } from '../../node/cli/frame/command.ts'
import { quoteCommand } from '../../node/cli/jobs/quote-command.ts'
import { auditsCommand } from '../../node/cli/market/audits-command.ts'
import { scoresCommand } from '../../node/cli/market/scores-command.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { AUDIT_WINDOW_MS } from '../../protocols/rules/auditing/audit-record.ts'
import { breakAnswers } from '../demo/break-answers.ts'
import { followLiar, jobsOf } from '../demo/follow-liar.ts'
import type { Testnet } from './create-testnet.ts'
import { letterJobs } from './letter-jobs.ts'
import { type MarketReport, type MinerShare, marketText } from './market-text.ts'

/** Half of the answers, where a client looks at one of twenty otherwise: somebody watches, and does not want to wait for an hour. */
export const LOCAL_AUDITS = { auditShare: 50, auditBudget: 100 } as const
/** Half of the answers are drawn: a liar that is asked is not found by these in one of a million runs. */
const JOBS_MAX = 24
const REMEMBERED_DAYS = AUDIT_WINDOW_MS / 86_400_000
/** Enough to see who gets the work when it is known. */
const JOBS_AFTER = 12
/** The cheapest is the one that gets the jobs, as somebody can be who does not run the model; on a busy machine the quickest changes. */
const POLICY = 'cost'

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
  const jobs = await letterJobs(net.client.client!, signal, { policy: POLICY })
  const known = liarOfEarlier(net)
  const liar = known ?? (await bestOf(net, jobs.model, signal))
  out.say(
    known === undefined
      ? `${liar.settings.name} would be asked next, and from now on it ANSWERS FALSELY. The client has ${auditShare} % of its answers computed again by another miner (local ` +
          'preset; 5 % otherwise), and by a third where two differ.'
      : `${liar.settings.name} answered falsely in an earlier run on this data folder, and the client remembers it for ${REMEMBERED_DAYS} days. A verdict needs three miners ` +
          'that it does not doubt, so this time nobody is made to lie: jobs go past it.',
  )
  using broken = known === undefined ? breakAnswers(liar) : undefined
  const { isFound, before, after } = await (async () => {
    using progress = out.progress('letters are read')
    return await followLiar({
      client: net.client,
      liar: liar.operator!,
      job: () => jobs.next(),
      beforeMax: known === undefined ? JOBS_MAX : 0,
      afterCount: JOBS_AFTER,
      onJob: (count) => progress.update(count),
    })
  })()
  const report: MarketReport = {
    auditShare,
    liar: liar.operator!,
    lies: broken?.lies ?? 0,
    isFound: isFound || known !== undefined,
    miners: net.miners.map((miner) => shareOf(net, miner, before, after)),
    jobsBefore: before.length,
    jobsAfter: after.length,
    auditsCost: net.client.audits!.book.money.audits,
  }
  await out.print({ market: report }, () => marketText(report, { width: out.width, styleTitle: out.style.dim }))
  const outcome = report.isFound ? EXIT.done : EXIT.failed
  if (json) return outcome
  await run(context, 'audits', auditsCommand, { arguments: {}, options: {} })
  await run(context, 'scores', scoresCommand, { arguments: { miner: undefined }, options: {} })
  return outcome
}

/** Whom the client found lying when this network was up before; `undefined` where nobody is left in doubt. */
const liarOfEarlier = ({ client, miners }: Testnet): RunningNode | undefined =>
  miners.find(({ operator }) => ['doubted', 'lying'].includes(client.audits!.book.standingOf(operator!)))

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
    before: jobsOf(miner, before),
    after: jobsOf(miner, after),
    ...(points === undefined ? {} : { points }),
  }
}
