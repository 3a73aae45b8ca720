/** Small numbers that are known before a model runs: shapes, counts and factors, through the operators that exporters put around them. */
import type { Constant } from './names.ts'
import type { ScannedNode } from './scanned.ts'

const VALUES_MAX = 64
/** Added to a dimension it stays a dimension. */
const ADDED_MAX = 65_536

const numbers = (values: readonly number[]): Constant | undefined =>
  values.length <= VALUES_MAX ? { kind: 'numbers', values } : undefined

const DIMENSION: Constant = { kind: 'dimension' }

/** Operators that hand their first input on, as far as a list of numbers shows it. */
const passing: ReadonlySet<string> = new Set([
  'Identity',
  'Cast',
  'Unsqueeze',
  'Squeeze',
  'Reshape',
  'Flatten',
  'Floor',
  'Ceil',
])

const arithmetic: ReadonlyMap<string, (a: number, b: number) => number> = new Map(
  Object.entries({
    Add: (a: number, b: number) => a + b,
    Sub: (a: number, b: number) => a - b,
    Mul: (a: number, b: number) => a * b,
    Div: (a: number, b: number) => a / b,
    Pow: (a: number, b: number) => a ** b,
    Max: (a: number, b: number) => Math.max(a, b),
    Min: (a: number, b: number) => Math.min(a, b),
  }),
)

/** Of the first output; `undefined` where it is not known, or too long to be a shape. */
export function constantOf(node: ScannedNode, inputs: readonly (Constant | undefined)[]): Constant | undefined {
  const { op } = node
  if (node.domain !== '') return undefined
  if (op === 'Constant') return ofAttributes(node)
  if (op === 'Shape' || op === 'Size') return DIMENSION
  const [first, second] = inputs
  if (first === undefined) return undefined
  if (passing.has(op)) return first
  if (op === 'Concat') return joined(inputs)
  if (op === 'Gather') return gathered(first, second)
  if (op === 'Slice') return first.kind === 'dimension' ? first : undefined
  const calculate = arithmetic.get(op)
  return calculate === undefined || second === undefined ? undefined : calculated(op, calculate, first, second)
}

function ofAttributes(node: ScannedNode): Constant | undefined {
  for (const { name, numbers: given, tensor } of node.attributes) {
    if (name === 'value' && tensor?.values !== undefined) return numbers(tensor.values)
    if (name.startsWith('value_') && given !== undefined) return numbers(given)
  }
  return undefined
}

function joined(inputs: readonly (Constant | undefined)[]): Constant | undefined {
  const values: number[] = []
  let dimension = false
  for (const input of inputs) {
    if (input === undefined) return undefined
    if (input.kind === 'dimension') dimension = true
    else if (values.length <= VALUES_MAX) values.push(...input.values)
  }
  return dimension ? DIMENSION : numbers(values)
}

function gathered(from: Constant, indices: Constant | undefined): Constant | undefined {
  if (from.kind === 'dimension') return from
  if (indices?.kind !== 'numbers') return undefined
  const values = indices.values.map((index) => from.values.at(index))
  return values.every((value) => value !== undefined) ? numbers(values) : undefined
}

/** Never larger than what was handed in, plus a little: else it is not known. */
function calculated(
  op: string,
  calculate: (a: number, b: number) => number,
  first: Constant,
  second: Constant,
): Constant | undefined {
  if (first.kind === 'numbers' && second.kind === 'numbers') {
    const length = Math.max(first.values.length, second.values.length)
    const at = (values: readonly number[], i: number): number => values[values.length === 1 ? 0 : i] ?? Number.NaN
    return numbers(Array.from({ length }, (_, i) => calculate(at(first.values, i), at(second.values, i))))
  }
  if (op === 'Sub' || op === 'Div' || op === 'Min')
    return first.kind === 'dimension' || op === 'Min' ? DIMENSION : undefined
  if (op !== 'Add') return undefined
  const added = first.kind === 'numbers' ? first : second
  return added.kind === 'numbers' && added.values.every((value) => value <= ADDED_MAX) ? DIMENSION : undefined
}
