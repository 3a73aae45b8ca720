/** Values as JSON-RPC of Ethereum writes them. Decoders throw what is no such value: the pool then goes to the next endpoint. */
import { type Address, type Hash32, isAddress, isHash32 } from '../../../protocols/kernel/ids.ts'

/** `0x` text of whole bytes, lower case. */
export type Hex = `0x${string}`

/** 256 bits: no number of the chain is larger. */
const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const BYTES = /^0x(?:[0-9a-f]{2})*$/i

/** @throws TypeError */
export function quantity(value: unknown): bigint {
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw new TypeError('no number')
  return BigInt(value)
}

/** @throws TypeError */
export function hex(value: unknown): Hex {
  if (typeof value !== 'string' || !BYTES.test(value)) throw new TypeError('no bytes')
  return value.toLowerCase() as Hex
}

/** @throws TypeError */
export function hash(value: unknown): Hash32 {
  const text = hex(value)
  if (!isHash32(text)) throw new TypeError('no hash')
  return text
}

/** @throws TypeError */
export function account(value: unknown): Address {
  const text = hex(value)
  if (!isAddress(text)) throw new TypeError('no address')
  return text
}

/** @throws TypeError */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object')
  return value as Readonly<Record<string, unknown>>
}

/** @throws TypeError also where it has more than `max` items */
export function list<T>(value: unknown, max: number, item: (value: unknown) => T): readonly T[] {
  if (!Array.isArray(value) || value.length > max) throw new TypeError('no list, or a long one')
  return value.map(item)
}

/** `undefined` for null and what is missing. */
export const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === null || value === undefined ? undefined : read(value)

export const toQuantity = (value: bigint | number): Hex => `0x${value.toString(16)}`
