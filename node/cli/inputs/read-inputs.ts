/** From what a person gives with `--input` to the tensors of a job. */
import { isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { checkInputs } from '../../../protocols/wire/job/tensor-check.ts'
import type { ShippedModel } from '../../models/shipped/index.ts'
import { namedPlace } from '../../tensors/tensor-errors.ts'
import { type ByteSource, openFile, openStream } from './byte-source.ts'
import { looksLikePath } from './content-kind.ts'
import { withBatch } from './fit-batch.ts'
import { type GivenInput, nameBefore, parseGiven } from './given-input.ts'
import { inputFile } from './input-errors.ts'
import { inputName } from './json-input.ts'
import { readSource } from './read-source.ts'
import { takesText } from './shipped-input.ts'
import { textInput } from './text-input.ts'

export interface InputRequest {
  /** The values of every `--input`, as written: `value`, or `name=value`. */
  readonly given: readonly string[]
  /** What the model takes. */
  readonly specs: readonly TensorSpec[]
  /** Where the model is one of ours: then images and texts go through its own preparation. */
  readonly shipped?: ShippedModel | undefined
  /** What `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined
  readonly signal: AbortSignal
}

/**
 * A value is the path of a .npy, .json, image or text file, `-` for stdin, or, where the model takes text and no file has that
 * name, the text itself. What a file is, its first bytes say, and only then its name. A .npy or JSON value may leave away a leading
 * dimension that is chosen per call: it is given one of 1 (fit-batch.ts).
 *
 * At most INPUT_BYTES_MAX in all; JSON, images and texts have smaller limits, beside their readers.
 * @returns in the order given, checked against `specs`
 * @throws MeshError INPUT_FILE, INPUT_NAME, INPUT_MISSING, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE, INPUT_TOO_LARGE, CANCELLED
 * @example await readInputs({ given: ['ids=ids.npy', 'mask=mask.json'], specs, signal })
 */
export async function readInputs(request: InputRequest): Promise<readonly Tensor[]> {
  const { specs, shipped, signal } = request
  const given = request.given.map((value) => parseGiven(value, specs, shipped))
  if (given.filter(({ value }) => value === '-').length > 1)
    throw inputFile('stdin', 'it can be read once only; give the other inputs as files')
  const placed: Placed[] = []
  let bytes = 0
  for (const one of given) {
    throwIfAborted(signal)
    for (const found of await readOne(one, request)) {
      placed.push(found)
      bytes += found.tensor.byteLength
    }
    if (bytes > INPUT_BYTES_MAX) throw new MeshError('INPUT_TOO_LARGE', { given: bytes, max: INPUT_BYTES_MAX })
  }
  return checked(specs, placed)
}

interface Placed {
  readonly tensor: Tensor
  /** Where it came from. */
  readonly path: string
}

async function readOne(given: GivenInput, request: InputRequest): Promise<readonly Placed[]> {
  await using source = await openGiven(given, request)
  if (source === undefined) return [await textItself(given, request)]
  const { path } = source
  const tensors = await readSource(source, given, request)
  return tensors.map((tensor) => {
    const spec = request.specs.find(({ name }) => name === tensor.name)!
    return { tensor: withBatch(tensor, spec), path }
  })
}

async function openGiven({ value }: GivenInput, { stdin, signal }: InputRequest): Promise<ByteSource | undefined> {
  if (value !== '-') return openFile(value, signal)
  if (stdin === undefined) throw inputFile('stdin', 'nothing is piped into this command')
  return openStream('stdin', stdin, signal)
}

async function textItself({ value, spec, isNamed }: GivenInput, request: InputRequest): Promise<Placed> {
  const { specs, shipped, signal } = request
  const path = 'the text given'
  if (spec !== undefined && takesText(spec, shipped) && !looksLikePath(value))
    return { tensor: await textInput(value, spec, shipped, { path, signal }), path }
  const name = isNamed ? undefined : nameBefore(value)
  throw name === undefined ? inputFile(value, 'there is no such file') : inputName(specs, name)
}

/** The check that every miner makes, with the file named. */
function checked(specs: readonly TensorSpec[], placed: readonly Placed[]): readonly Tensor[] {
  const tensors = placed.map(({ tensor }) => tensor)
  try {
    checkInputs(specs, tensors)
  } catch (error) {
    if (!isMeshError(error, 'INPUT_TYPE', 'INPUT_SHAPE', 'INPUT_SIZE')) throw error
    const { name } = error.facts
    const path = placed.find(({ tensor }) => tensor.name === name)?.path
    if (path === undefined) throw error
    throw new MeshError(error.code, { ...error.facts, name: namedPlace(String(name), path) }, error)
  }
  return tensors
}
