/** Whether tensors fit what a model says of its inputs: from the headers alone, so that a client asks it before it sends anything. */
import { MeshError } from '../../kernel/errors.ts'
import { bytesNeeded, elementCount, STRING_HEAD_BYTES, type TensorHeader, type TensorSpec } from './tensor.ts'

/**
 * @throws MeshError INPUT_NAME, INPUT_MISSING, INPUT_TYPE, INPUT_SHAPE or INPUT_SIZE, the first that is wrong in the order of
 *   `headers`; each fact says what was given and what is expected
 */
export function checkInputs(specs: readonly TensorSpec[], headers: readonly TensorHeader[]): void {
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i]!
    const spec = specs.find((candidate) => candidate.name === header.name)
    if (spec === undefined)
      throw new MeshError('INPUT_NAME', { given: header.name, expected: specs.map((known) => known.name) })
    for (let earlier = 0; earlier < i; earlier++) {
      if (headers[earlier]!.name === header.name) {
        const expected = specs.map((known) => known.name)
        throw new MeshError('INPUT_NAME', { given: `${header.name} a second time`, expected })
      }
    }
    checkInput(spec, header)
  }
  if (headers.length === specs.length) return
  for (const spec of specs) {
    if (!headers.some((header) => header.name === spec.name))
      throw new MeshError('INPUT_MISSING', { expected: spec.name })
  }
}

function checkInput(spec: TensorSpec, header: TensorHeader): void {
  const { name } = spec
  if (header.type !== spec.type) throw new MeshError('INPUT_TYPE', { name, given: header.type, expected: spec.type })
  if (!fits(spec.dims, header.dims))
    throw new MeshError('INPUT_SHAPE', { name, given: shapeText(header.dims), expected: shapeText(spec.dims) })
  if (header.type === 'string') {
    const expected = (elementCount(header.dims) ?? 0) * STRING_HEAD_BYTES
    if (header.byteLength < expected)
      throw new MeshError('INPUT_SIZE', { name, given: header.byteLength, expected: `${expected} or more` })
    return
  }
  const expected = bytesNeeded(header.type, header.dims) ?? 0
  if (header.byteLength !== expected) throw new MeshError('INPUT_SIZE', { name, given: header.byteLength, expected })
}

/** Whole, not negative, countable, and equal to the model's wherever that fixes a dimension. */
function fits(expected: readonly (number | string)[], given: readonly number[]): boolean {
  if (expected.length !== given.length || elementCount(given) === undefined) return false
  for (let i = 0; i < given.length; i++) {
    const dim = given[i]!
    if (!Number.isSafeInteger(dim) || dim < 0) return false
    if (typeof expected[i] === 'number' && expected[i] !== dim) return false
  }
  return true
}

/** `[batch, 784]`; a dimension without a name is `?`. */
const shapeText = (dims: readonly (number | string)[]): string =>
  `[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`

/**
 * Walks the lengths inside a string tensor.
 * @throws MeshError INPUT_SIZE where they do not add up to its bytes
 */
export function checkStringLengths(header: TensorHeader, data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const count = elementCount(header.dims) ?? 0
  let at = 0
  for (let i = 0; i < count && at <= data.length; i++)
    at += at + STRING_HEAD_BYTES <= data.length ? STRING_HEAD_BYTES + view.getUint32(at, true) : STRING_HEAD_BYTES
  if (at !== data.length) {
    const expected = `as many as its ${count} elements say`
    throw new MeshError('INPUT_SIZE', { name: header.name, given: data.length, expected })
  }
}
