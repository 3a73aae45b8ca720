/** Audits as people read them. */
import type { AuditRow } from '../../client/auditing/audit-row.ts'
import type { AuditedMiner, AuditsReport } from '../../control/methods/audits-method.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { countText } from '../screen/numbers.ts'
import { shortHex } from '../screen/short-hex.ts'
import type { Column } from '../screen/table.ts'

/** As JSON carries it. */
export type AuditsJson = Omit<AuditsReport, 'budget'> & {
  readonly budget: { readonly share: number; readonly spent: string; readonly audits: string; readonly room: string }
}

const percent = (ppm: number): string => `${Number((ppm / 10_000).toFixed(2))} %`

export const STANDINGS: Readonly<Record<AuditedMiner['standing'], string>> = {
  untested: 'untested',
  unproven: 'unproven',
  proven: 'proven',
  doubted: 'in doubt',
  lying: 'lies: no work',
}

/** What is audited, what it may cost and costs, and what it deters. */
export function auditsHead({ share, budget, deters, open }: AuditsJson): string {
  if (share === 0) return 'No answer is audited: the setting auditShare is 0.'
  const running = open === undefined || open === 0 ? '' : ` ${open} of them wait or run.`
  return [
    `${percent(share)} of answers are computed once more by another miner (auditShare); half of that for who is proven, all for who is untested or in doubt.${running}`,
    `Audits cost ${unitsText(BigInt(budget.audits))} of the ${unitsText(BigInt(budget.spent))} that jobs cost, at most ${percent(budget.share)} (auditBudget): ${unitsText(BigInt(budget.room))} is left.`,
    `Lying pays only for who has less to lose here than ${deters ?? 0} times what a lie brings.`,
  ].join('\n')
}

export const MINER_COLUMNS: readonly Column<AuditedMiner>[] = [
  { title: 'MINER', cell: ({ miner }) => miner },
  { title: 'STANDING', cell: ({ standing }) => STANDINGS[standing] },
  { title: 'MATCHED', cell: ({ matched }) => countText(matched), align: 'right' },
  { title: 'DIFFERED', cell: ({ mismatched }) => countText(mismatched), align: 'right' },
  { title: 'OPEN', cell: ({ inconclusive }) => countText(inconclusive), align: 'right' },
  { title: 'DRAWN', cell: ({ share }) => percent(share), align: 'right' },
  { title: 'LOOKS', cell: ({ factor }) => (factor === 1 ? '' : `${factor} x as dear`) },
]

/** @param nowMs Unix ms */
export const auditColumns = (nowMs: number): readonly Column<AuditRow>[] => [
  { title: 'WHEN', cell: ({ atMs }) => `${durationText(Math.max(0, nowMs - atMs))} ago` },
  { title: 'MINER', cell: ({ parties }) => shortHex(parties[0]!.miner) },
  { title: 'FOUND', cell: foundText },
  { title: 'TWIN', cell: ({ parties }) => shortHex(parties[1]?.miner ?? '') },
  { title: 'REFEREE', cell: ({ parties }) => shortHex(parties[2]?.miner ?? '') },
  { title: 'COST', cell: ({ cost }) => unitsText(BigInt(cost)), align: 'right' },
  { title: 'RECEIPT', cell: ({ drawn }) => shortHex(drawn) },
]

const WHY: Readonly<Record<string, string>> = {
  'no-twin': 'nobody else to ask at the price',
  'no-answer': 'no answer to the canary',
  'twin-failed': 'the twin did not answer',
  'other-class': 'the twin computes another way',
  'no-referee': 'differs; no third to ask',
  undecided: 'differs; a third agrees with neither',
  near: 'nearly the same',
  unsteady: 'most differ over this model',
}

export function foundText({ parties, where, by }: AuditRow): string {
  const [audited, twin] = parties
  const canary = by === 'canary' ? ' (canary)' : ''
  if (audited!.outcome === 'inconclusive') return `${WHY[audited!.why ?? ''] ?? 'nothing'}${canary}`
  if (audited!.outcome === 'mismatched') return `false${differenceText(where)}${canary}`
  return `right${twin?.outcome === 'mismatched' ? ', the twin lies' : ''}${canary}`
}

function differenceText(where: AuditRow['where']): string {
  if (where === undefined) return ''
  const { output, what, error } = where
  if (error !== undefined) return `, output ${output + 1} by ${percent(Math.round(error * 1_000_000))}`
  return `, output ${output + 1} by its ${what === 'not-finite' ? 'values that are no numbers' : what}`
}

/** One audit with all that it rests on. */
export function auditText(row: AuditRow, nowMs: number, dim: (text: string) => string): string {
  const { drawn, atMs, model, kernelText, kernelClass, tolerance, share, parties, cost } = row
  const lines = [
    ['receipt', drawn],
    ['when', `${durationText(Math.max(0, nowMs - atMs))} ago`],
    ['model', model],
    ['computed', kernelText ?? kernelClass],
    ['the same', TOLERANCES[tolerance]],
    ['drawn', `${percent(share)} of its receipts were`],
    ['found', foundText(row)],
    ['cost', unitsText(BigInt(cost))],
    ...parties.map(({ role, miner, outcome, attempt, receipt }) => [
      role,
      `${miner} ${outcome}${attempt === undefined ? '' : `, attempt ${shortHex(attempt)}`}${receipt === undefined ? '' : ', its signed receipt is kept'}`,
    ]),
  ]
  return lines.map(([name, text]) => `${dim(name!.padEnd(9))} ${text}`).join('\n')
}

const TOLERANCES = {
  exact: 'to the bit',
  tol32: 'within 0.01 % (rmse / rms)',
  tol16: 'within 1.2 % (rmse / rms)',
} as const

export function toldText({ told }: AuditsJson): string | undefined {
  if (told === null) return undefined
  const { matched, mismatched, inconclusive, unfair, falseSecrets } = told
  const all = matched + mismatched + inconclusive
  if (all === 0 && falseSecrets === 0) return 'No client has told of an audit of this miner yet.'
  const picked = unfair === 0 ? 'all of them drawn, none picked' : `${unfair} of them picked and not drawn`
  const secrets = falseSecrets === 0 ? '' : ` ${falseSecrets} drew by another secret than they had committed to.`
  return `Clients told of ${all} audits of this miner: ${matched} matched, ${mismatched} differed, ${inconclusive} found nothing out; ${picked}.${secrets}`
}
