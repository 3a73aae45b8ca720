/** What `model.json` beside a shipped model says of it. */
import type { TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { InkSpec } from './ink-plane.ts'

export interface ModelManifest {
  readonly name: string
  readonly title: string
  readonly task: 'image-classification'
  readonly file: string
  /** Of the file, in hex. */
  readonly sha256: string
  readonly byteLength: number
  readonly licence: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly preprocess: ImagePreprocess
  /** A JSON file: what each column of the output stands for. */
  readonly labels: string
}

/** How a picture becomes the model's input. */
export interface ImagePreprocess extends InkSpec {
  readonly kind: 'ink-square'
  /** Name of the input: float32, [batch, 1, side, side]. */
  readonly input: string
  readonly description: string
}
