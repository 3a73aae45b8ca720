/** What does not fit of an input, with the place that it came from: a person gave a file, or a program a request. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { TensorSpec } from '../../protocols/wire/job/tensor.ts'

/** The input that is read, and what it is read from. */
export interface InputPlace {
  readonly spec: TensorSpec
  /** A file's path, or words such as "stdin" and "the request". */
  readonly path: string
}

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
