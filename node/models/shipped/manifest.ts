/** What `model.json` beside a shipped model says of it. */
import type { TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { InkSpec } from './ink-plane.ts'
import type { TextFeatureSpec } from './text-features.ts'

export type ModelManifest = ImageModelManifest | TextModelManifest

export interface ImageModelManifest extends ManifestOfAnyModel {
  readonly task: 'image-classification'
  readonly preprocess: ImagePreprocess
}

export interface TextModelManifest extends ManifestOfAnyModel {
  readonly task: 'text-classification'
  readonly preprocess: TextPreprocess
}

interface ManifestOfAnyModel {
  readonly name: string
  readonly title: string
  readonly file: string
  /** Of the file, in hex. */
  readonly sha256: string
  readonly byteLength: number
  readonly licence: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** A JSON file: what each column of the output stands for. */
  readonly labels: string
}

/** How what a person gives becomes the model's input; done by the client, so that the miner sees only numbers. */
export type Preprocess = ImagePreprocess | TextPreprocess

/** How a picture becomes the model's input. */
export interface ImagePreprocess extends InkSpec {
  readonly kind: 'ink-square'
  /** Name of the input: float32, [batch, 1, side, side]. */
  readonly input: string
  readonly description: string
}

/** How a text becomes the model's input. */
export interface TextPreprocess extends TextFeatureSpec {
  readonly kind: 'text-ngrams'
  /** Name of the input: float32, [batch, buckets]. */
  readonly input: string
  readonly description: string
}
