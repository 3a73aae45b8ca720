/** Errors about an input name the file it came from: a person gave the file, not the tensor. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { TensorSpec } from '../../../protocols/wire/job/tensor.ts'

/** The input that is read, and what it is read from. */
export interface InputPlace {
  readonly spec: TensorSpec
  /** A file's path, or words such as "stdin". */
  readonly path: string
}

export const inputFile = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('INPUT_FILE', { path, why }, cause)

/** @param expected where the element type alone does not say it */
export const inputType = (place: InputPlace, given: string, expected: string = place.spec.type): MeshError =>
  new MeshError('INPUT_TYPE', { name: namedPlace(place.spec.name, place.path), given, expected })

export const inputShape = (place: InputPlace, given: string): MeshError =>
  new MeshError('INPUT_SHAPE', {
    name: namedPlace(place.spec.name, place.path),
    given,
    expected: shapeText(place.spec.dims),
  })

export const namedPlace = (name: string, path: string): string => `${name} in ${path}`

/** `[batch, 784]`; a dimension without a name is `?`. */
export const shapeText = (dims: readonly (number | string)[]): string =>
  `[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`

/** `float32 [batch, 784]` */
export const specText = ({ type, dims }: Pick<TensorSpec, 'type' | 'dims'>): string => `${type} ${shapeText(dims)}`

/** What the system says of a file, in words. */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message
  return reasons[code] ?? code
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'its path leads through something that is no folder',
  ENAMETOOLONG: 'its name is too long',
  EROFS: 'its disk takes no changes',
  EEXIST: 'it is there already',
  EIO: 'its disk fails',
}
