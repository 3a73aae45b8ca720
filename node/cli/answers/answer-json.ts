/**
 * An answer for programs. Outputs have the form of an Open Inference response:
 * ```
 * {"answers": [[{"label": "A", "probability": 0.98}]],              shipped models only: the best labels of every row
 *  "outputs": [{"name": "scores", "datatype": "FP32", "shape": [1, 3], "data": [0.1, 0.2, 0.7]}]}
 * ```
 * `data` is flat, in row-major order, and only there for up to 1,000 elements: more is no reading matter. A larger tensor has
 * `omitted` in its place, a sentence, or in a file that --output writes `base64`: the tensor's bytes as they travel
 * (protocols/wire/job/tensor.ts).
 *
 * Floats are the shortest that read back as the same value of their type; NaN and the infinities are "NaN", "Infinity" and
 * "-Infinity". Whole numbers beyond 2^53 are texts of digits, which keep them whole in every reader. `aitbc run --input` takes
 * `data` in the same forms.
 */
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { Answer, ShippedModel } from '../../models/shipped/index.ts'
import { datatypeOf } from '../../tensors/datatypes.ts'
import { type Element, elementsOf } from '../../tensors/elements.ts'
import { checkedCount, firstElements } from '../../tensors/read-output.ts'
import { type BinaryFloats, shortest } from '../../tensors/shortest-float.ts'
import { bestLabels } from './best-labels.ts'

export const ELEMENTS_MAX = 1_000

export interface AnswerJson {
  /** Of the first ELEMENTS_MAX rows. */
  readonly answers?: readonly (readonly Answer[])[]
  readonly outputs: readonly TensorJson[]
}

export interface TensorJson {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
  readonly data?: readonly (number | string | boolean)[]
  readonly base64?: string
  readonly omitted?: string
}

/** @throws MeshError OUTPUT_GARBLED where the outputs are not what they say, or not what a shipped model answers */
export function answerJson(outputs: readonly Tensor[], shipped?: ShippedModel): AnswerJson {
  const best = shipped === undefined ? undefined : bestLabels(outputs, shipped, ELEMENTS_MAX)
  const tensors = outputs.map((output) => tensorJson(output, 'omit'))
  return best === undefined ? { outputs: tensors } : { answers: best.rows, outputs: tensors }
}

/** @throws MeshError OUTPUT_GARBLED */
export function tensorJson(tensor: Tensor, large: 'omit' | 'base64'): TensorJson {
  const { name, type, dims, data } = tensor
  const head = { name, datatype: datatypeOf[type], shape: dims }
  const count = checkedCount(tensor)
  if (count <= ELEMENTS_MAX) return { ...head, data: plainElements(tensor) }
  if (large === 'base64')
    return { ...head, base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }
  return { ...head, omitted: `${count} elements; write them to a file with --output` }
}

function plainElements(tensor: Tensor): readonly (number | string | boolean)[] {
  const elements = firstElements(tensor, ELEMENTS_MAX)
  const kind = tensor.type === 'string' ? undefined : elementsOf[tensor.type]
  const floats = kind?.kind === 'float' ? kind : undefined
  return elements.map((element) => plain(element, floats))
}

function plain(element: Element | string, floats: BinaryFloats | undefined): number | string | boolean {
  if (typeof element === 'bigint') {
    const value = Number(element)
    return Number.isSafeInteger(value) ? value : String(element)
  }
  if (typeof element !== 'number' || floats === undefined) return element
  return Number.isFinite(element) ? shortest(element, floats) : String(element)
}
