/** From the bytes of a file to a model's input, of whatever kind the model takes. */
import { MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { Preprocess } from './manifest.ts'
import { type ImageSource, imageToInput } from './preprocess-image.ts'
import { TEXT_BYTES_MAX, textToInput } from './preprocess-text.ts'

/**
 * A picture's file, or a text in UTF-8.
 * @throws MeshError INPUT_FILE where the bytes are not what the model takes; INPUT_TOO_LARGE; CANCELLED
 */
export async function bytesToInput(bytes: Uint8Array, spec: Preprocess, source: ImageSource = {}): Promise<Tensor> {
  if (spec.kind === 'ink-square') return imageToInput(bytes, spec, source)
  throwIfAborted(source.signal)
  return textToInput(decodeText(bytes, source.path ?? 'given'), spec, source)
}

function decodeText(bytes: Uint8Array, path: string): string {
  if (bytes.byteLength > TEXT_BYTES_MAX) {
    throw new MeshError('INPUT_TOO_LARGE', { given: bytes.byteLength, max: TEXT_BYTES_MAX })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new MeshError('INPUT_FILE', { path, why: 'it is not text in UTF-8' }, error)
  }
}
