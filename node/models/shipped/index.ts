/** The models that come with this package. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelManifest } from './manifest.ts'
import { packageRoot } from './package-root.ts'

export { type Answer, readLabels, readProbabilities, topAnswers } from './answers.ts'
export type {
  ImageModelManifest,
  ImagePreprocess,
  ModelManifest,
  Preprocess,
  TextModelManifest,
  TextPreprocess,
} from './manifest.ts'
export { bytesToInput } from './preprocess.ts'
export { type ImageSource, imageToInput } from './preprocess-image.ts'
export { TEXT_BYTES_MAX, type TextSource, textToInput } from './preprocess-text.ts'

export interface ShippedModel {
  readonly name: string
  readonly manifest: ModelManifest
  /** Absolute, of the model's folder. */
  readonly folder: string
  /** Absolute, of the ONNX file. */
  readonly path: string
}

const names = ['characters', 'languages'] as const

let models: readonly ShippedModel[] | undefined

/** Read from the package's folder once. */
export function shippedModels(): readonly ShippedModel[] {
  models ??= names.map((name) => readModel(join(packageRoot(), 'node', 'models', 'shipped', name)))
  return models
}

function readModel(folder: string): ShippedModel {
  const manifest: ModelManifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))
  return { name: manifest.name, manifest, folder, path: join(folder, manifest.file) }
}
