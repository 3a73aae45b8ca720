/**
 * RLP, Ethereum's encoding of nested byte strings, one level at a time: a trie node names its children by their whole
 * encoding, so an item keeps where it stands. Canonical only: what a longer form says in a shorter one's place is refused, or
 * one node would have two hashes.
 */
import { bigintOf, concat, toHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import type { Hash32 } from '../../kernel/ids.ts'

export interface RlpItem {
  readonly kind: 'bytes' | 'list'
  /** Of a byte string the string, of a list its items' encodings one after another. A view. */
  readonly payload: Uint8Array
  /** With its head: what a hash is over. A view. */
  readonly encoding: Uint8Array
}

const SHORT_MAX = 55
/** Heads: a string or list of up to 55 bytes has its length in the head, a longer one the length of its length. */
const BYTES_HEAD = 0x80
const LIST_HEAD = 0xc0
/** Of four bytes of length nothing that is read here needs more: the reader's own bound is far below. */
const LENGTH_BYTES_MAX = 4

/** One item and nothing behind it. @throws MalformedError */
export function readRlp(bytes: Uint8Array): RlpItem {
  const item = itemAt(bytes, 0)
  if (item.encoding.length !== bytes.length) throw new MalformedError('bytes behind an RLP item', item.encoding.length)
  return item
}

/** The items of a list, at most `itemsMax`. @throws MalformedError */
export function readRlpList({ kind, payload }: RlpItem, itemsMax: number): readonly RlpItem[] {
  if (kind !== 'list') throw new MalformedError('an RLP list is expected')
  const items: RlpItem[] = []
  for (let at = 0; at < payload.length; ) {
    if (items.length === itemsMax) throw new MalformedError(`more than ${itemsMax} items in an RLP list`, at)
    const item = itemAt(payload, at)
    items.push(item)
    at += item.encoding.length
  }
  return items
}

/** A byte string of at most `bytesMax`. @throws MalformedError */
export function rlpBytes({ kind, payload }: RlpItem, bytesMax: number): Uint8Array {
  if (kind !== 'bytes') throw new MalformedError('an RLP byte string is expected')
  if (payload.length > bytesMax) throw new MalformedError(`an RLP byte string of more than ${bytesMax} bytes`)
  return payload
}

/** A non-negative integer of at most `bytesMax` bytes, without zeros in front. @throws MalformedError */
export function rlpInteger(item: RlpItem, bytesMax: number): bigint {
  const bytes = rlpBytes(item, bytesMax)
  if (bytes[0] === 0) throw new MalformedError('an RLP integer with zeros in front')
  return bigintOf(bytes)
}

/** A hash of 32 bytes. @throws MalformedError */
export function rlpHash(item: RlpItem): Hash32 {
  const bytes = rlpBytes(item, 32)
  if (bytes.length !== 32) throw new MalformedError('a hash has 32 bytes')
  return toHex(bytes) as Hash32
}

export function encodeRlpBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.length === 1 && bytes[0]! < BYTES_HEAD ? bytes.slice() : concat(head(BYTES_HEAD, bytes.length), bytes)
}

/** @param items encodings of the items, in order */
export function encodeRlpList(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const payload = concat(...items)
  return concat(head(LIST_HEAD, payload.length), payload)
}

function itemAt(bytes: Uint8Array, at: number): RlpItem {
  const first = bytes[at]
  if (first === undefined) throw new MalformedError('an RLP item is missing', at)
  if (first < BYTES_HEAD)
    return { kind: 'bytes', payload: bytes.subarray(at, at + 1), encoding: bytes.subarray(at, at + 1) }
  const kind = first < LIST_HEAD ? 'bytes' : 'list'
  const short = first - (kind === 'bytes' ? BYTES_HEAD : LIST_HEAD)
  const lengthBytes = Math.max(0, short - SHORT_MAX)
  const from = at + 1 + lengthBytes
  const length = lengthBytes === 0 ? short : lengthAt(bytes, at + 1, lengthBytes)
  const to = from + length
  if (to > bytes.length) throw new MalformedError('an RLP item that is cut off', at)
  if (kind === 'bytes' && length === 1 && bytes[from]! < BYTES_HEAD)
    throw new MalformedError('an RLP byte below 0x80 stands for itself', at)
  return { kind, payload: bytes.subarray(from, to), encoding: bytes.subarray(at, to) }
}

function lengthAt(bytes: Uint8Array, at: number, count: number): number {
  if (count > LENGTH_BYTES_MAX) throw new MalformedError('an RLP length of more than four bytes', at)
  if (at + count > bytes.length) throw new MalformedError('an RLP length that is cut off', at)
  if (bytes[at] === 0) throw new MalformedError('an RLP length with zeros in front', at)
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + bytes[at + i]!
  if (length <= SHORT_MAX) throw new MalformedError('an RLP length that belongs into the head', at)
  return length
}

function head(kind: number, length: number): Uint8Array {
  if (length <= SHORT_MAX) return Uint8Array.of(kind + length)
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Uint8Array.of(kind + SHORT_MAX + digits.length, ...digits)
}
