/** From a row of probabilities to what a person reads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

export interface Answer {
  readonly label: string
  readonly probability: number
}

/** What each column of the model's output stands for. */
export function readLabels(model: {
  readonly folder: string
  readonly manifest: { readonly labels: string }
}): string[] {
  return JSON.parse(readFileSync(join(model.folder, model.manifest.labels), 'utf8'))
}

/**
 * The rows of an output [batch, labels], as they came over the network.
 * @throws MeshError OUTPUT_GARBLED where it is something else
 */
export function readProbabilities(output: Tensor): Float32Array[] {
  const [rows = 0, columns = 0] = output.dims
  if (output.type !== 'float32' || output.dims.length !== 2 || output.data.byteLength !== rows * columns * 4) {
    throw new MeshError('OUTPUT_GARBLED', { rule: 'probabilities are float32 [batch, labels]' })
  }
  const view = new DataView(output.data.buffer, output.data.byteOffset, output.data.byteLength)
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from({ length: columns }, (_, column) => view.getFloat32((row * columns + column) * 4, true)),
  )
}

/**
 * The `count` most probable labels of one row, most probable first.
 * @throws MeshError OUTPUT_GARBLED where the row is not one probability for each label
 */
export function topAnswers(probabilities: ArrayLike<number>, labels: readonly string[], count: number): Answer[] {
  if (probabilities.length !== labels.length) {
    throw new MeshError('OUTPUT_GARBLED', { rule: 'there is one probability for each label' })
  }
  const answers = labels.map((label, i) => ({ label, probability: probabilities[i]! }))
  if (!answers.every(({ probability }) => probability >= 0 && probability <= 1)) {
    throw new MeshError('OUTPUT_GARBLED', { rule: 'a probability lies between 0 and 1' })
  }
  return answers.sort((a, b) => b.probability - a.probability).slice(0, count)
}
