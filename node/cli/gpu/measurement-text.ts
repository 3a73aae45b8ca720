/** What was measured on a card, for people. */

import type { MeasuredRow } from '../../measure/measured-file.ts'
import { type FigureName, type Finding, figureNames } from '../../measure/measurement.ts'
import { durationText } from '../screen/durations.ts'
import { numberText, shareText, UNKNOWN } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { type Column, type TableOptions, table } from '../screen/table.ts'

export const FIGURE_LABELS: Readonly<Record<FigureName, string>> = {
  fp32Gflops: 'products in fp32',
  fp16Gflops: 'products in fp16',
  int8Gops: 'products in int8',
  memoryMBps: 'memory',
  modelLatencyMs: 'the model characters',
}

const UNITS: Readonly<Record<FigureName, string>> = {
  fp32Gflops: 'GFLOPS',
  fp16Gflops: 'GFLOPS',
  int8Gops: 'GOPS',
  memoryMBps: 'MB/s',
  modelLatencyMs: 'ms',
}

/** What a catalogue says of the same card, in the same units. */
export type CatalogueFigures = Readonly<Partial<Record<FigureName, number>>>

interface Row {
  readonly name: FigureName
  readonly finding: Finding
}

/** @param catalogue a column of its own, where the card is known there */
export function measurementText(
  { card, engine, measuredAtMs, findings }: MeasuredRow,
  nowMs: number,
  options: TableOptions,
  catalogue?: CatalogueFigures,
): string {
  const rows = figureNames.map((name) => ({ name, finding: findings[name] }))
  const columns = catalogue === undefined ? COLUMNS : [...COLUMNS, catalogueColumn(catalogue)]
  const ago = durationText(Math.max(0, nowMs - measuredAtMs))
  const why = rows.flatMap(({ name, finding }) =>
    finding.kind === 'absent' ? [`${FIGURE_LABELS[name]}: ${printable(finding.why)}`] : [],
  )
  return [`${printable(card)}, by ${printable(engine)}, ${ago} ago`, '', table(rows, columns, options), ...why].join(
    '\n',
  )
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'MEASURED', cell: ({ name }) => FIGURE_LABELS[name] },
  {
    title: 'BEST',
    cell: ({ finding }) => (finding.kind === 'measured' ? numberText(finding.value) : UNKNOWN),
    align: 'right',
  },
  { title: '', cell: ({ name }) => UNITS[name] },
  {
    title: 'SPREAD',
    cell: ({ finding }) => (finding.kind === 'measured' ? shareText(finding.spread) : UNKNOWN),
    align: 'right',
  },
  {
    title: 'RUNS',
    cell: ({ finding }) => (finding.kind === 'measured' ? String(finding.runs) : UNKNOWN),
    align: 'right',
  },
]

const catalogueColumn = (catalogue: CatalogueFigures): Column<Row> => ({
  title: 'CATALOGUE',
  cell: ({ name }) => numberText(catalogue[name]),
  align: 'right',
})
