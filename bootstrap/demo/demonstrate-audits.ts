/** `aitbc demo audit`: a miner that gives false answers, from its first lie until nobody sends it work; all of it real. */
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { unitsText } from '../../node/cli/screen/credit-amounts.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import { countText } from '../../node/cli/screen/numbers.ts'
import { shortHex } from '../../node/cli/screen/short-hex.ts'
import { table } from '../../node/cli/screen/table.ts'
import { type AuditRow, auditedOf } from '../../node/client/auditing/audit-row.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { drawFrom } from '../../protocols/kernel/draw.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { createTestnet, type Testnet } from '../localnet/create-testnet.ts'
import { letterJobs } from '../localnet/letter-jobs.ts'
import { breakAnswers } from './break-answers.ts'
import { followLiar, hearMismatches, jobsOf } from './follow-liar.ts'

/** The liar is the cheapest, as somebody can be who does not run the model. */
const PRICES = ['0.0008', '0.001', '0.001', '0.001'] as const
/** Half of the answers, at half of what jobs cost: what takes days at 5 % is seen in seconds. */
const AUDITS = { auditShare: 50, auditBudget: 50 } as const
/** By then it is caught ten times over, or never. */
const JOBS_MAX = 300
/** Sent to it on purpose, to see whether it lies again. */
const ON_PURPOSE_MAX = 20
/** Behind it, to see where work goes now. */
const JOBS_AFTER = 20

type Context = CommandContext<unknown, unknown>

export async function demonstrateAudits({ out, signal }: Context): Promise<number> {
  const startedMs = performance.now()
  const say = (what: string): void => out.say(`${durationText(performance.now() - startedMs).padEnd(7)} ${what}`)
  using progress = out.progress('starting')
  await using net = await createTestnet(PRICES.length, {
    miners: PRICES.map((basePrice, i) => ({
      name: i === 0 ? 'liar' : `miner ${i}`,
      models: ['characters'],
      basePrice,
      engineThreads: 1,
    })),
    client: { name: 'client', ...AUDITS },
    draw: drawFrom(systemRandom),
    signal,
    onStep: (what) => progress.relabel(`starting ${what}`),
  })
  const [liar] = net.miners as [RunningNode]
  const { auditor, book } = net.client.audits!
  const lying = liar.operator!
  say(
    `Four miners serve one model. ${nameOf(net, lying)} is the cheapest, at ${PRICES[0]}, and gives false answers. The client audits ${AUDITS.auditShare} % of what it is answered.`,
  )
  using broken = breakAnswers(liar)
  using _hearing = hearMismatches(net.client, (row) => say(toldOf(net, row)))
  const jobs = await letterJobs(net.client.client!, signal)
  progress.relabel('running jobs')
  const { before, after } = await followLiar({
    client: net.client,
    liar: lying,
    job: () => jobs.next(),
    beforeMax: JOBS_MAX,
    afterCount: JOBS_AFTER,
  })
  const isStarved = jobsOf(lying, after) === 0
  if (isStarved) say(`It was found out in ${countText(before.length)} jobs. Of the next ${JOBS_AFTER} it gets none.`)
  for (let i = 0; i < ON_PURPOSE_MAX && !book.isBarred(lying); i++) {
    await jobs.next(lying)
    await auditor.settled()
  }
  const isCaught = book.isBarred(lying)
  if (isCaught) say('Asked on purpose it lies again and again: for a week it gets no work at all.')
  const { spent, audits } = book.money
  say(`Audits cost ${unitsText(audits)} of the ${unitsText(spent)} that jobs cost.`)
  const miners = net.miners.map(({ operator, settings }) => ({
    miner: operator!,
    name: settings.name,
    ...book.tallyOf(operator!),
    standing: book.standingOf(operator!),
    jobsBefore: jobsOf(operator!, before),
    jobsAfter: jobsOf(operator!, after),
  }))
  const facts = {
    liar: lying,
    starved: isStarved,
    caught: isCaught,
    lies: broken.lies,
    jobs: before.length,
    miners,
    spent,
    audits,
  }
  await out.print(facts, () => `\n${table(miners, COLUMNS, { width: out.width, styleTitle: out.style.dim })}`)
  const isFair = miners.every(({ miner, mismatched }) => miner === lying || mismatched === 0)
  return isCaught && isStarved && isFair ? EXIT.done : EXIT.failed
}

interface Shown {
  readonly miner: Address
  readonly name: string
  readonly matched: number
  readonly mismatched: number
  readonly standing: string
  readonly jobsBefore: number
  readonly jobsAfter: number
}

const COLUMNS = [
  { title: 'MINER', cell: ({ name }: Shown) => name },
  { title: 'ADDRESS', cell: ({ miner }: Shown) => shortHex(miner) },
  { title: 'MATCHED', cell: ({ matched }: Shown) => countText(matched), align: 'right' },
  { title: 'DIFFERED', cell: ({ mismatched }: Shown) => countText(mismatched), align: 'right' },
  { title: 'STANDING', cell: ({ standing }: Shown) => standing },
  { title: 'JOBS BEFORE', cell: ({ jobsBefore }: Shown) => countText(jobsBefore), align: 'right' },
  { title: 'JOBS AFTER', cell: ({ jobsAfter }: Shown) => countText(jobsAfter), align: 'right' },
] as const

const nameOf = (net: Testnet, miner: Address): string =>
  net.miners.find(({ operator }) => operator === miner)?.settings.name ?? shortHex(miner)

function toldOf(net: Testnet, row: AuditRow): string {
  const named = row.parties.map(({ miner }) => nameOf(net, miner))
  const [audited, twin, referee] = named
  return auditedOf(row).outcome === 'mismatched'
    ? `An answer of ${audited} is false: ${twin} says so, and ${referee} too.`
    : `${twin} was asked about an answer of ${audited}, and lied: ${referee} says so.`
}
