/** What a shipped classification model says: the most probable labels of every row. */
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import {
  type Answer,
  readLabels,
  readProbabilities,
  type ShippedModel,
  topAnswers,
} from '../../models/shipped/index.ts'
import { checkedCount, garbled } from '../../tensors/read-output.ts'

/** More are so improbable that they say nothing. */
const LABELS_MAX = 3

export interface BestLabels {
  /** Most probable first, of the first rows. */
  readonly rows: readonly (readonly Answer[])[]
  /** Of the whole output. */
  readonly rowCount: number
}

/** @throws MeshError OUTPUT_GARBLED where the outputs are not what the model answers */
export function bestLabels(outputs: readonly Tensor[], shipped: ShippedModel, rowsMax: number): BestLabels {
  const { name } = shipped.manifest.outputs[0]!
  const output = outputs.find((candidate) => candidate.name === name)
  if (output === undefined) throw garbled('the outputs are those of the model')
  checkedCount(output)
  const [rowCount = 0, ...others] = output.dims
  const labels = readLabels(shipped)
  const rows = readProbabilities(firstRows(output, [Math.min(rowCount, rowsMax), ...others]))
  return { rows: rows.map((row) => topAnswers(row, labels, LABELS_MAX)), rowCount }
}

function firstRows(output: Tensor, dims: readonly number[]): Tensor {
  const [rowCount = 1] = output.dims
  const byteLength = rowCount === 0 ? 0 : (output.data.length / rowCount) * (dims[0] ?? 1)
  return { ...output, dims, byteLength, data: output.data.subarray(0, byteLength) }
}
