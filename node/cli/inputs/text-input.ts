/** From a text to the input of a model that takes one. */
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { ShippedModel } from '../../models/shipped/index.ts'
import { encodeTexts } from '../../tensors/text-elements.ts'
import { inputFile } from './input-errors.ts'
import { type MediumSource, mediumInput } from './shipped-input.ts'

/** A byte order mark is taken away. @throws MeshError INPUT_FILE where the bytes are no UTF-8 */
export function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw inputFile(path, 'it is no text in UTF-8', error)
  }
}

/**
 * A shipped model makes numbers of it; for a string tensor the whole text is its one element, in as many dimensions as the model
 * says.
 * @throws MeshError INPUT_FILE where the model takes no text, or this one is unusable; INPUT_TOO_LARGE; CANCELLED
 */
export async function textInput(
  text: string,
  spec: TensorSpec,
  shipped: ShippedModel | undefined,
  source: MediumSource,
): Promise<Tensor> {
  if (spec.type !== 'string') return mediumInput('text', Buffer.from(text), spec, shipped, source)
  const data = encodeTexts([text])
  return { name: spec.name, type: 'string', dims: spec.dims.map(() => 1), byteLength: data.length, data }
}

/** Of a file or of stdin, where editors and `echo` put one line end at the very end: that is taken away. */
export const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '')
