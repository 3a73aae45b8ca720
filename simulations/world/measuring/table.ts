/** The table of adversaries as the README shows it: what was wanted, what was reached. */
import type { Adversary } from '../adversaries/adversary.ts'
import type { MarketSize } from '../small-market.ts'
import { errorIn, type Measured, reachedIn } from './measure.ts'

/** Some 300 jobs of each client. */
export const TABLE_SIZE: Omit<MarketSize, 'seed'> = { hours: 1, miners: 15, clients: 8, jobsPerHour: 2_400 }
export const TABLE_SEEDS: readonly string[] = ['1', '2', '3']

export interface TableRow {
  readonly adversary: Adversary
  readonly figures: readonly Measured[]
}

export function adversaryTable(rows: readonly TableRow[]): string {
  const lines = rows.flatMap(({ adversary, figures }) =>
    figures.map(
      (figure, i) =>
        `| ${i === 0 ? adversary.name : ''} | ${figure.what} | ${reachedText(figure)} | ${wantedText(figure)} |`,
    ),
  )
  return ['| adversary | figure | reached | wanted |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

function reachedText(figure: Measured): string {
  const [reached, error] = [reachedIn(figure), errorIn(figure)]
  const text = `${reached.toFixed(1)} ± ${error.toFixed(1)} ${figure.unit}`
  return reached < figure.below ? text : `**${text}**`
}

const wantedText = ({ below, unit }: Measured): string => `< ${below} ${unit}`
