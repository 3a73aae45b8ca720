/** `aitbc demo audit`: a miner that gives false answers, from its first lie until nobody sends it work; all of it real. */
import type { CommandContext } from '../../node/cli/command.ts'
import { unitsText } from '../../node/cli/credit-amounts.ts'
import { durationText } from '../../node/cli/durations.ts'
import { countText } from '../../node/cli/numbers.ts'
import { shortHex } from '../../node/cli/short-hex.ts'
import { table } from '../../node/cli/table.ts'
import { type AuditRow, auditedOf } from '../../node/client/auditing/audit-row.ts'
import { drawFrom } from '../../node/client/job-candidate.ts'
import type { MinerNotes } from '../../node/client/offer-book.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { createTestnet, type Testnet } from '../localnet/create-testnet.ts'
import { breakAnswers } from './break-answers.ts'

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
const PICTURE = [1, 1, 28, 28]

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
  say(
    `Four miners serve one model. ${nameOf(net, liar.operator!)} is the cheapest, at ${PRICES[0]}, and gives false answers. The client audits ${AUDITS.auditShare} % of what it is answered.`,
  )
  using broken = breakAnswers(liar)
  using _listening = net.client.bus.listen(({ event }) => {
    if (event.kind !== 'audit:ended') return
    const row = book.rows().findLast(({ drawn }) => drawn === event.drawn)
    if (row?.parties.some(({ outcome }) => outcome === 'mismatched')) say(toldOf(net, row))
  })
  const model = (await net.client.client!.findModel('characters')).id
  progress.relabel('running jobs')
  const before = new Map<Address, number>()
  let jobs = 0
  while (book.tallyOf(liar.operator!).mismatched === 0 && jobs < JOBS_MAX) {
    jobs++
    count(before, await runJob(net, model, signal))
    await auditor.settled()
  }
  const after = new Map<Address, number>()
  for (let i = 0; i < JOBS_AFTER; i++) {
    count(after, await runJob(net, model, signal))
    await auditor.settled()
  }
  const isStarved = !after.has(liar.operator!)
  if (isStarved) say(`It was found out in ${countText(jobs)} jobs. Of the next ${JOBS_AFTER} it gets none.`)
  for (let i = 0; i < ON_PURPOSE_MAX && !book.isBarred(liar.operator!); i++) {
    await runJob(net, model, signal, liar.operator)
    await auditor.settled()
  }
  const isCaught = book.isBarred(liar.operator!)
  if (isCaught) say('Asked on purpose it lies again and again: for a week it gets no work at all.')
  const { spent, audits } = book.money
  say(`Audits cost ${unitsText(audits)} of the ${unitsText(spent)} that jobs cost.`)
  const miners = net.miners.map(({ operator, settings }) => ({
    miner: operator!,
    name: settings.name,
    ...book.tallyOf(operator!),
    standing: book.standingOf(operator!),
    jobsBefore: before.get(operator!) ?? 0,
    jobsAfter: after.get(operator!) ?? 0,
  }))
  const facts = {
    liar: liar.operator!,
    starved: isStarved,
    caught: isCaught,
    lies: broken.lies,
    jobs,
    miners,
    spent,
    audits,
  }
  await out.print(facts, () => `\n${table(miners, COLUMNS, { width: out.width, styleTitle: out.style.dim })}`)
  const isFair = miners.every(({ miner, mismatched }) => miner === liar.operator || mismatched === 0)
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

const count = (jobs: Map<Address, number>, miner: Address): void => void jobs.set(miner, (jobs.get(miner) ?? 0) + 1)

/** @returns who ran it */
async function runJob(net: Testnet, model: ModelId, signal: AbortSignal, at?: Address): Promise<Address> {
  throwIfAborted(signal)
  const among = at === undefined ? {} : { among: ({ offer }: MinerNotes) => offer.miner === at }
  const answer = await net.client.client!.infer({ model, inputs: [picture()], signal, ...among })
  await answer.receipt
  return answer.miner
}

/** Noise, another each time: whatever letter it is taken for. */
function picture(): Tensor {
  const values = Float32Array.from(
    systemRandom.bytes(PICTURE.reduce((all, side) => all * side, 1)),
    (byte) => byte / 255,
  )
  const data = new Uint8Array(values.buffer)
  return { name: 'image', type: 'float32', dims: PICTURE, byteLength: data.length, data }
}
