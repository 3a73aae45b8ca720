/** The story of the market in figures, as people read it. */
import { unitsText } from '../../node/cli/screen/credit-amounts.ts'
import { amountOf, countText, UNKNOWN } from '../../node/cli/screen/numbers.ts'
import { type Column, table } from '../../node/cli/screen/table.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Tier } from '../../protocols/rules/qos/miner-score.ts'

export interface MinerShare {
  readonly name: string
  readonly miner: Address
  readonly price: bigint
  /** Jobs that it answered until the first lie was found, and after that. */
  readonly before: number
  readonly after: number
  /** Audits of its answers, as audited miner, twin or referee. */
  readonly matched: number
  readonly mismatched: number
  /** 0 to 100; absent where nothing is known. */
  readonly points?: number
  readonly tier: Tier
}

export interface MarketReport {
  /** Percent of answers that were drawn. */
  readonly auditShare: number
  readonly liar: Address
  /** False answers that it gave this time, those to audits with them; none where it lied in an earlier run. */
  readonly lies: number
  /** By an audit of this run, or of an earlier one. */
  readonly isFound: boolean
  readonly jobsBefore: number
  readonly jobsAfter: number
  readonly miners: readonly MinerShare[]
  readonly auditsCost: Credits
}

const COLUMNS: readonly Column<MinerShare>[] = [
  { title: 'MINER', cell: ({ name }) => name },
  { title: 'PRICE', cell: ({ price }) => unitsText(price), align: 'right' },
  { title: 'JOBS BEFORE', cell: ({ before }) => countText(before), align: 'right' },
  { title: 'AFTER', cell: ({ after }) => countText(after), align: 'right' },
  { title: 'AUDITS RIGHT', cell: ({ matched }) => countText(matched), align: 'right' },
  { title: 'FALSE', cell: ({ mismatched }) => countText(mismatched), align: 'right' },
  {
    title: 'SCORE',
    cell: ({ points, tier }) => (points === undefined ? UNKNOWN : `${points.toFixed(2)} ${tier}`),
    align: 'right',
  },
]

export function marketText(report: MarketReport, shown: Parameters<typeof table>[2]): string {
  const { miners, liar, isFound, jobsBefore, jobsAfter, auditsCost } = report
  const { name, after } = miners.find(({ miner }) => miner === liar)!
  if (isFound && jobsBefore === 0) {
    const past = `${name}, found lying in an earlier run, answered ${after} of ${amountOf(jobsAfter, 'job')}.`
    return [table(miners, COLUMNS, shown), past, ''].join('\n')
  }
  const caught = isFound
    ? `An audit found a false answer of ${name} within ${amountOf(jobsBefore, 'job')}; audits cost ${unitsText(auditsCost)}.`
    : `No audit found a false answer of ${name} in ${amountOf(jobsBefore, 'job')}.`
  return [table(miners, COLUMNS, shown), caught, ''].join('\n')
}
