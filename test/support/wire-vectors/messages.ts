/** Valid messages as vectors: the value in JSON beside the bytes that the codec writes for it. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Codec, decode, encode } from '../../../protocols/kernel/codec.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { type Beyond, type InvalidMessage, spoilt } from './spoil.ts'

export interface ValidMessage {
  readonly name: string
  readonly message: string
  readonly value: Json
  readonly bytes: string
  /** False where the bytes hold keys of a later version: they are read, but not written. */
  readonly canonical: boolean
}

export function valid<T>(message: string, name: string, codec: Codec<T>, value: T): ValidMessage {
  return read(message, name, codec, encode(codec, value))
}

/** From bytes that no codec of this version writes. */
export function read<T>(message: string, name: string, codec: Codec<T>, bytes: Uint8Array): ValidMessage {
  const value = decode(codec, bytes)
  return {
    name,
    message,
    value: toJson(value),
    bytes: toHex(bytes),
    canonical: toHex(encode(codec, value)) === toHex(bytes),
  }
}

/**
 * Values of every kind of message, the everyday one first: it is what invalid ones are made from. A new kind is a compile
 * error until it has one.
 */
export type Samples<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: readonly [Extract<T, { kind: K }>, ...Extract<T, { kind: K }>[]]
}

export function validSamples<T extends { readonly kind: string }>(
  message: string,
  codec: Codec<T>,
  samples: Samples<T>,
): readonly ValidMessage[] {
  return (Object.entries(samples) as [string, readonly T[]][]).flatMap(([kind, values]) =>
    values.map((value, i) => valid(message, i === 0 ? kind : `${kind}, ${i + 1}`, codec, value)),
  )
}

/** @param beyond of every field with a bound, something behind it */
export function invalidSamples<T extends { readonly kind: string }>(
  message: string,
  codec: Codec<T>,
  samples: Samples<T>,
  beyond: { readonly [K in T['kind']]: readonly Beyond[] },
  /** Kinds behind whose fields something may stand. */
  open: readonly T['kind'][] = [],
): readonly InvalidMessage[] {
  return (Object.entries(samples) as [T['kind'], readonly T[]][]).flatMap(([kind, [everyday]]) =>
    spoilt(
      { message, what: kind, codec, bytes: encode(codec, everyday!), behind: open.includes(kind) ? 'kind' : 'fields' },
      beyond[kind],
    ),
  )
}
