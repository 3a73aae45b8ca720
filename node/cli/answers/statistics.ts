/** What a float tensor looks like from afar. */
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { elementsOf, viewOf } from '../../tensors/elements.ts'
import { checkedCount } from '../../tensors/read-output.ts'

export interface Statistics {
  /** Over all that are numbers; NaN where none is. */
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly nanCount: number
}

/** `undefined` for what is no float tensor, or is empty. @throws MeshError OUTPUT_GARBLED */
export function statisticsOf(tensor: Tensor): Statistics | undefined {
  const count = checkedCount(tensor)
  const elements = tensor.type === 'string' ? undefined : elementsOf[tensor.type]
  if (elements?.kind !== 'float' || count === 0) return undefined
  const view = viewOf(tensor.data)
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  let nanCount = 0
  for (let index = 0; index < count; index++) {
    const value = elements.read(view, index)
    if (Number.isNaN(value)) {
      nanCount++
      continue
    }
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  if (nanCount === count) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, nanCount }
  return { min, max, mean: sum / (count - nanCount), nanCount }
}
