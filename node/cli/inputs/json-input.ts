/** The three forms of a JSON input: one tensor, several by name, and the `inputs` of an Open Inference request. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { DIMS_MAX, type Tensor, type TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { datatypeOf } from '../../tensors/datatypes.ts'
import { JsonFault, type JsonValue, parseJson } from '../../tensors/json-reader.ts'
import { reshaped, tensorOfJson } from '../../tensors/json-tensor.ts'
import { type InputPlace, inputType, shapeText } from '../../tensors/tensor-errors.ts'
import { inputFile } from './input-errors.ts'

/** A larger list of numbers is better kept as .npy: exact, a quarter of the size, and read without a copy of each value. */
export const JSON_BYTES_MAX = 64 * 1_048_576

export interface JsonInput {
  readonly text: string
  /** Named in errors. */
  readonly path: string
  readonly specs: readonly TensorSpec[]
  /** The input that a list is for; `undefined` where none was named and the model takes several. */
  readonly spec?: TensorSpec | undefined
  /** True where a person named the input: then an object of several is refused. */
  readonly isNamed?: boolean
}

/**
 * ```
 * [[1, 2], [3, 4]]                                       one input: nested lists, or a bare value
 * {"ids": [[1, 2]], "mask": [[true, false]]}             inputs by name
 * {"inputs": [{"name": "ids", "datatype": "INT64", "shape": [1, 2], "data": [1, 2]}]}     Open Inference
 * ```
 * @throws MeshError INPUT_FILE, INPUT_NAME, INPUT_TYPE, INPUT_SHAPE
 * @example readJsonInput({ text: '[[0.5]]', path: 'x.json', specs, spec: specs[0] })[0].dims   // [1, 1]
 */
export function readJsonInput(input: JsonInput): readonly Tensor[] {
  const { path, specs, spec, isNamed = false } = input
  const value = parse(input)
  if (!isMap(value)) {
    if (spec === undefined) throw inputName(specs, `without a name for ${path}`)
    return [tensorOfJson(value, { spec, path })]
  }
  if (isNamed) throw inputFile(path, 'it holds inputs by name; give it without a name before it')
  const requests = openInferenceInputs(value)
  if (requests !== undefined) return requests.map((request, i) => openInferenceTensor(request, i, input))
  return [...value].map(([name, item]) => tensorOfJson(item, placeOf(name, input)))
}

function parse({ text, path }: JsonInput): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonFault) throw inputFile(path, error.message, error)
    throw error
  }
}

const isMap = (value: JsonValue | undefined): value is ReadonlyMap<string, JsonValue> => value instanceof Map

function placeOf(name: string, { specs, path }: JsonInput): InputPlace {
  const spec = specs.find((candidate) => candidate.name === name)
  if (spec === undefined) throw inputName(specs, `${name} (in ${path})`)
  return { spec, path }
}

export const inputName = (specs: readonly TensorSpec[], given: string): MeshError =>
  new MeshError('INPUT_NAME', { given, expected: specs.map(({ name }) => name) })

/** A model may have an input with the name "inputs": its values are no objects. */
function openInferenceInputs(
  value: ReadonlyMap<string, JsonValue>,
): readonly ReadonlyMap<string, JsonValue>[] | undefined {
  const inputs = value.get('inputs')
  return Array.isArray(inputs) && inputs.length > 0 && inputs.every(isMap) ? inputs : undefined
}

function openInferenceTensor(request: ReadonlyMap<string, JsonValue>, index: number, input: JsonInput): Tensor {
  const { path } = input
  const name = request.get('name')
  if (typeof name !== 'string') throw inputFile(path, `"inputs"[${index}] has no "name"`)
  const place = placeOf(name, input)
  const { type } = place.spec
  const datatype = request.get('datatype')
  if (datatype !== datatypeOf[type])
    throw inputType(
      place,
      typeof datatype === 'string' ? datatype : 'without "datatype"',
      `${type}: ${datatypeOf[type]}`,
    )
  const shape = request.get('shape')
  if (!isShape(shape)) throw inputFile(path, `the "shape" of ${name} is no list of at most ${DIMS_MAX} whole numbers`)
  const data = request.get('data')
  if (data === undefined) throw inputFile(path, `${name} has no "data"`)
  return underShape(tensorOfJson(data, place), shape, path)
}

const isShape = (value: JsonValue | undefined): value is readonly number[] =>
  Array.isArray(value) &&
  value.length <= DIMS_MAX &&
  value.every((dim) => typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0)

/** The protocol allows data that is flat, and data that is nested as the shape says. */
function underShape(tensor: Tensor, shape: readonly number[], path: string): Tensor {
  const { name, dims } = tensor
  const isNestedAlike = dims.length === shape.length && dims.every((dim, i) => dim === shape[i])
  const whole = isNestedAlike || dims.length === 1 ? reshaped(tensor, shape) : undefined
  if (whole !== undefined) return whole
  throw inputFile(path, `the "data" of ${name} has the shape ${shapeText(dims)}, its "shape" is ${shapeText(shape)}`)
}
