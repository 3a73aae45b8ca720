/** Values as JSON that any language reads alike: uint64 as decimal text, bytes as `0x` text. */
import { toHex } from '../../../protocols/kernel/bytes.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, toJson(inner)]),
    )
  return value as Json
}
