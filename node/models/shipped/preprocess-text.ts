/** From a text to a model's input. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { floatInput } from './float-input.ts'
import type { TextPreprocess } from './manifest.ts'
import { textFeatures } from './text-features.ts'

/** Some twenty pages. What a text is about or written in shows long before; its features take a few hundredths of a second. */
export const TEXT_BYTES_MAX = 65_536

export interface TextSource {
  /** Named in errors. */
  readonly path?: string
}

/**
 * One text, as `spec` says.
 * @returns float32 [1, buckets]; see {@link textFeatures}
 * @throws MeshError INPUT_TOO_LARGE; INPUT_FILE where no letter is in it
 *
 * @example
 * const { manifest } = shippedModels().find(({ name }) => name === 'languages')!
 * if (manifest.task === 'text-classification') textToInput('Wo ist der Bahnhof?', manifest.preprocess)
 */
export function textToInput(text: string, spec: TextPreprocess, source: TextSource = {}): Tensor {
  const given = Buffer.byteLength(text)
  if (given > TEXT_BYTES_MAX) throw new MeshError('INPUT_TOO_LARGE', { given, max: TEXT_BYTES_MAX })
  const values = textFeatures(text, spec)
  if (values === undefined) {
    throw new MeshError('INPUT_FILE', { path: source.path ?? 'given', why: 'there is no letter in it' })
  }
  return floatInput(spec.input, [1, spec.buckets], values)
}
