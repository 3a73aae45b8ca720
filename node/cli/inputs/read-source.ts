/** From one file, or from stdin, to tensors. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { ShippedModel } from '../../models/shipped/index.ts'
import type { ByteSource } from './byte-source.ts'
import { contentKind, HEAD_BYTES } from './content-kind.ts'
import type { GivenInput } from './given-input.ts'
import { inputFile } from './input-errors.ts'
import { inputName, JSON_BYTES_MAX, readJsonInput } from './json-input.ts'
import { NPY_HEADER_BYTES_MAX } from './npy-header.ts'
import { tensorOfNpy } from './npy-reader.ts'
import { mediumInput, takenText, takesText } from './shipped-input.ts'
import { decodeUtf8, textInput, withoutLineEnd } from './text-input.ts'

/** What a camera takes has a tenth of it; the pixels have a limit of their own. */
const IMAGE_BYTES_MAX = 128 * 1_048_576
/** Some thousand pages; our own models take less, and say so. */
const TEXT_BYTES_MAX = 16 * 1_048_576

export interface SourceContext {
  readonly specs: readonly TensorSpec[]
  readonly shipped?: ShippedModel | undefined
  readonly signal: AbortSignal
}

/** @throws MeshError INPUT_FILE, INPUT_NAME, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE, INPUT_TOO_LARGE, CANCELLED */
export async function readSource(
  source: ByteSource,
  { spec, isNamed }: GivenInput,
  { specs, shipped, signal }: SourceContext,
): Promise<readonly Tensor[]> {
  const { path } = source
  const head = await source.head(HEAD_BYTES)
  const isTextTaken = spec !== undefined && takesText(spec, shipped)
  const kind = contentKind(head, path, isTextTaken)
  if (kind === 'json') {
    const text = decodeUtf8(await source.read(JSON_BYTES_MAX, longer(path, 'JSON', JSON_BYTES_MAX)), path)
    return readJsonInput({ text, path, specs, spec, isNamed })
  }
  if (spec === undefined) throw inputName(specs, `without a name for ${path}`)
  if (kind === 'npy') {
    const bytes = await source.read(INPUT_BYTES_MAX + NPY_HEADER_BYTES_MAX, tooLarge)
    return [tensorOfNpy(bytes, { spec, path })]
  }
  if (kind === 'image') {
    const bytes = await source.read(IMAGE_BYTES_MAX, longer(path, 'an image', IMAGE_BYTES_MAX))
    return [await mediumInput('image', bytes, spec, shipped, { path, signal })]
  }
  const taken = takenText(spec, shipped)
  if (kind === 'archive') throw inputFile(path, `it is an archive, .npz or .zip; the model takes ${taken}`)
  if (kind === 'other') throw inputFile(path, `it is no .npy, .json or image file; the model takes ${taken}`)
  const bytes = await source.read(TEXT_BYTES_MAX, longer(path, 'a text', TEXT_BYTES_MAX))
  return [await textInput(withoutLineEnd(decodeUtf8(bytes, path)), spec, shipped, { path, signal })]
}

const tooLarge = (given: number): MeshError => new MeshError('INPUT_TOO_LARGE', { given, max: INPUT_BYTES_MAX })

const longer =
  (path: string, what: string, max: number) =>
  (given: number): MeshError =>
    inputFile(path, `it has ${given} bytes or more; ${what} may have ${max}. Arrays of any size go as .npy`)
