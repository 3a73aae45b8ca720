/** JSON of a cloud's answer: a stranger's, so every field is held to its type, and what is said of a wrong one repeats none of it. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { JsonFault, type JsonValue, parseJson } from '../../tensors/json-reader.ts'
import type { Exchanged } from './http-exchange.ts'

export type JsonMap = ReadonlyMap<string, JsonValue>

export const cloudGarbled = (provider: string, rule: string): MeshError =>
  new MeshError('CLOUD_GARBLED', { provider, rule })

export const mediaTypeOf = ({ headers }: Exchanged): string =>
  (headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()

/** @throws MeshError CLOUD_GARBLED */
export function requireJson(provider: string, answer: Exchanged): void {
  if (mediaTypeOf(answer) !== 'application/json') throw cloudGarbled(provider, 'JSON has the type application/json')
}

/** @throws MeshError CLOUD_GARBLED where it is no object */
export function jsonObject(provider: string, bytes: Uint8Array): JsonMap {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (value instanceof Map) return value
  } catch (error) {
    // It says a place, and nothing of the text.
    if (error instanceof JsonFault)
      throw cloudGarbled(provider, `its JSON is whole and nothing else (${error.message})`)
    if (error instanceof TypeError) throw cloudGarbled(provider, 'its JSON is UTF-8')
    throw error
  }
  throw cloudGarbled(provider, 'its JSON is one object')
}

export const isMap = (value: JsonValue | undefined): value is JsonMap => value instanceof Map

export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

/** What a stranger calls something, in so many characters as a message has room for. */
export const shownName = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value.replace(/[^ -~]/g, '?').slice(0, NAME_CHARS_SHOWN) : 'no name'

const NAME_CHARS_SHOWN = 80
