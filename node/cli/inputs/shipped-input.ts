/** What a shipped model's own preparation takes. */
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { bytesToInput, type ShippedModel } from '../../models/shipped/index.ts'
import { specText } from '../../tensors/tensor-errors.ts'
import { inputFile } from './input-errors.ts'

export type Medium = 'image' | 'text'

/** What the preparation makes this input from; `undefined` where there is none for it. */
export function mediumOf(spec: TensorSpec, shipped: ShippedModel | undefined): Medium | undefined {
  if (shipped === undefined || shipped.manifest.preprocess.input !== spec.name) return undefined
  return shipped.manifest.preprocess.kind === 'ink-square' ? 'image' : 'text'
}

export const takesText = (spec: TensorSpec, shipped: ShippedModel | undefined): boolean =>
  spec.type === 'string' || mediumOf(spec, shipped) === 'text'

/** For a message: `an image, or float32 [batch, 1, 28, 28] as .npy or .json`. */
export function takenText(spec: TensorSpec, shipped: ShippedModel | undefined): string {
  const tensor = `${specText(spec)} as .npy or .json`
  if (takesText(spec, shipped)) return `a text, or ${tensor}`
  return mediumOf(spec, shipped) === 'image' ? `an image, or ${tensor}` : tensor
}

export interface MediumSource {
  readonly path: string
  readonly signal: AbortSignal
}

/**
 * What a shipped model makes of an image or a text.
 * @throws MeshError INPUT_FILE where it takes none, or this one is unusable; INPUT_TOO_LARGE; CANCELLED
 */
export async function mediumInput(
  medium: Medium,
  bytes: Uint8Array,
  spec: TensorSpec,
  shipped: ShippedModel | undefined,
  source: MediumSource,
): Promise<Tensor> {
  if (shipped !== undefined && mediumOf(spec, shipped) === medium)
    return bytesToInput(bytes, shipped.manifest.preprocess, source)
  const what = medium === 'image' ? 'an image' : 'a text'
  throw inputFile(source.path, `it is ${what}; the model takes ${takenText(spec, shipped)}`)
}
