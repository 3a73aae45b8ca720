/** Fields of a request, held to their type. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { JsonValue } from '../tensors/json-reader.ts'

export type JsonMap = ReadonlyMap<string, JsonValue>

/** Longest name or id; a caller's own are far shorter, and they go into messages. */
const TEXT_CHARS_MAX = 256

export const misunderstood = (why: string): MeshError => new MeshError('HTTP_REQUEST', { why })

/** @throws MeshError HTTP_REQUEST */
export function fieldsOf(value: JsonValue | undefined, place: string): JsonMap {
  if (value instanceof Map) return value
  throw misunderstood(`${place} is no object`)
}

/** @throws MeshError HTTP_REQUEST */
export function listOf(value: JsonValue | undefined, place: string, itemsMax: number): readonly JsonValue[] {
  if (!Array.isArray(value)) throw misunderstood(`${place} is no list`)
  if (value.length > itemsMax) throw misunderstood(`${place} has more than ${itemsMax} items`)
  return value
}

const NONE: JsonMap = new Map()

/** @throws MeshError HTTP_REQUEST */
export function parametersOf(fields: JsonMap, place: string): JsonMap {
  const value = fields.get('parameters')
  return value === undefined ? NONE : fieldsOf(value, `the "parameters" of ${place}`)
}

/** @throws MeshError HTTP_REQUEST */
export function flagOf(parameters: JsonMap, name: string): boolean | undefined {
  const value = parameters.get(name)
  if (value === undefined || typeof value === 'boolean') return value
  throw misunderstood(`"${name}" is neither true nor false`)
}

/** @throws MeshError HTTP_REQUEST */
export function textOf(value: JsonValue | undefined, place: string): string {
  if (typeof value !== 'string') throw misunderstood(`${place} is no text`)
  if (value.length > TEXT_CHARS_MAX) throw misunderstood(`${place} has more than ${TEXT_CHARS_MAX} characters`)
  return value
}
