/** Holds two answers to one question against each other: bit by bit where they are integers, by their size where they are floats. */
import { equalBytes } from '../../kernel/bytes.ts'
import type { Tensor, TensorType } from '../../wire/job/tensor.ts'
import { floatsOf, isFloat } from './tensor-floats.ts'
import { TOLERANCE, type ToleranceClass } from './tolerance-class.ts'

/** `unsure`: too far apart for the class, too near for a lie. */
export type Comparison =
  | { readonly kind: 'same'; readonly error: number }
  | { readonly kind: 'unsure'; readonly where: Difference }
  | { readonly kind: 'differs'; readonly where: Difference }

export interface Difference {
  /** Place of the output among the outputs. */
  readonly output: number
  readonly what: 'count' | 'name' | 'type' | 'shape' | 'values' | 'not-finite'
  /** rmse / rms, of floats; at most {@link ERROR_MAX}. */
  readonly error?: number
}

/** Nothing is told apart beyond: a figure that is kept and told has a bound. */
export const ERROR_MAX = 1_000

/** Symmetrical: whichever is held against the other. */
export function compareAnswers(a: readonly Tensor[], b: readonly Tensor[], tolerance: ToleranceClass): Comparison {
  if (a.length !== b.length) return differs(Math.min(a.length, b.length), 'count')
  let error = 0
  let unsure: Comparison | undefined
  for (const [output, one] of a.entries()) {
    const compared = compareTensors(output, one, b[output]!, tolerance)
    if (compared.kind === 'differs') return compared
    if (compared.kind === 'unsure') unsure ??= compared
    else error = Math.max(error, compared.error)
  }
  return unsure ?? { kind: 'same', error }
}

function compareTensors(output: number, a: Tensor, b: Tensor, tolerance: ToleranceClass): Comparison {
  if (a.name !== b.name) return differs(output, 'name')
  if (a.type !== b.type) return differs(output, 'type')
  const isShaped = a.dims.length === b.dims.length && a.dims.every((dim, i) => dim === b.dims[i])
  if (!isShaped) return differs(output, 'shape')
  if (equalBytes(a.data, b.data)) return { kind: 'same', error: 0 }
  if (!isFloat(a.type)) return differs(output, 'values')
  const error = relativeError(a.type, a.data, b.data)
  if (error === undefined) return differs(output, 'not-finite')
  if (error <= TOLERANCE[tolerance]) return { kind: 'same', error }
  const where: Difference = { output, what: 'values', error: Math.min(error, ERROR_MAX) }
  // Processors of one architecture do integer products in more than one way: that is no lie, and no proof of the truth.
  const isNear = tolerance === 'exact' && error <= TOLERANCE.tol16
  return { kind: isNear ? 'unsure' : 'differs', where }
}

const differs = (output: number, what: Difference['what']): Comparison => ({
  kind: 'differs',
  where: { output, what },
})

/**
 * rmse / rms, where rms is of both together. NaN stands only against NaN, an infinity against the same one.
 * @returns undefined where they do not
 */
export function relativeError(type: TensorType, a: Uint8Array, b: Uint8Array): number | undefined {
  const [x, y] = [floatsOf(type, a), floatsOf(type, b)]
  if (x.length !== y.length) return undefined
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const [p, q] = [x[i]!, y[i]!]
    if (Number.isFinite(p) && Number.isFinite(q)) largest = Math.max(largest, Math.abs(p), Math.abs(q))
    else if (!Object.is(p, q)) return undefined
  }
  if (largest === 0) return 0
  // In parts of the largest: squares of float64 would leave its range.
  let [differences, squares] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const [p, q] = [x[i]! / largest, y[i]! / largest]
    if (!Number.isFinite(p)) continue
    differences += (p - q) ** 2
    squares += (p * p + q * q) / 2
  }
  return Math.sqrt(differences / squares)
}
