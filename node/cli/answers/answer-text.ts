/** An answer for people: a few lines that fit a terminal, whatever the outputs hold. */
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { printable } from '../../events/log-facts.ts'
import type { Answer, ShippedModel } from '../../models/shipped/index.ts'
import { type Element, elementsOf } from '../../tensors/elements.ts'
import { checkedCount, firstElements } from '../../tensors/read-output.ts'
import { shortest } from '../../tensors/shortest-float.ts'
import { shapeText } from '../../tensors/tensor-errors.ts'
import { bestLabels } from './best-labels.ts'
import { type Statistics, statisticsOf } from './statistics.ts'

/** A screen of rows, and of outputs. */
const ROWS_MAX = 20
const OUTPUTS_MAX = 20
/** A line of values. */
const VALUES_MAX = 8
const TEXT_CHARS_MAX = 60
const NAME_CHARS_MAX = 60
/** Digits of a statistic. */
const PRECISION = 4

/**
 * ```
 * A  98.2 %          one row of a shipped model: its best labels
 * R   1.1 %
 *
 * scores  float32 [2, 3]          any other model: every output with its first values
 *   0.25, 0.5, 1, -2, 3.5, 10
 *   min -2, max 10, mean 2.208
 * ```
 * @returns lines without their ends
 * @throws MeshError OUTPUT_GARBLED where the outputs are not what they say, or not what a shipped model answers
 */
export function answerText(outputs: readonly Tensor[], shipped?: ShippedModel): readonly string[] {
  if (shipped !== undefined) return labelLines(outputs, shipped)
  const lines = outputs.slice(0, OUTPUTS_MAX).flatMap(tensorLines)
  return outputs.length > OUTPUTS_MAX ? [...lines, more(outputs.length - OUTPUTS_MAX, 'outputs')] : lines
}

function labelLines(outputs: readonly Tensor[], shipped: ShippedModel): readonly string[] {
  const { rows, rowCount } = bestLabels(outputs, shipped, ROWS_MAX)
  const [first] = rows
  if (first !== undefined && rowCount === 1) {
    const width = Math.max(...first.map(({ label }) => label.length))
    return first.map(({ label, probability }) => `${label.padEnd(width)}  ${percent(probability)}`)
  }
  const lines = rows.map((row, i) => `${i + 1}  ${row.map(labelText).join('  ')}`)
  return rowCount > rows.length ? [...lines, more(rowCount - rows.length, 'rows')] : lines
}

const labelText = ({ label, probability }: Answer): string => `${label} ${percent(probability).trim()}`

const percent = (probability: number): string => `${(probability * 100).toFixed(1).padStart(5)} %`

const more = (count: number, what: string): string => `… and ${count} more ${what}`

function tensorLines(tensor: Tensor): readonly string[] {
  const { name, type, dims } = tensor
  const count = checkedCount(tensor)
  const title = `${printable(name, NAME_CHARS_MAX)}  ${type} ${shapeText(dims)}`
  if (count === 0) return [title, '  no elements']
  const values = firstElements(tensor, VALUES_MAX).map((element) => valueText(element, tensor))
  const rest = count > VALUES_MAX ? `, … and ${count - VALUES_MAX} more` : ''
  const statistics = count > 1 ? statisticsOf(tensor) : undefined
  const lines = [title, `  ${values.join(', ')}${rest}`]
  return statistics === undefined ? lines : [...lines, `  ${statisticsText(statistics)}`]
}

function valueText(element: Element | string, { type }: Tensor): string {
  if (typeof element === 'string') return JSON.stringify(printable(element, TEXT_CHARS_MAX))
  const elements = type === 'string' ? undefined : elementsOf[type]
  if (typeof element !== 'number' || elements?.kind !== 'float') return String(element)
  return String(shortest(element, elements))
}

function statisticsText({ min, max, mean, nanCount }: Statistics): string {
  const [least, greatest, middle] = [min, max, mean].map((value) => String(Number(value.toPrecision(PRECISION))))
  return `min ${least}, max ${greatest}, mean ${middle}${nanCount > 0 ? `, ${nanCount} NaN` : ''}`
}
