/**
 * What two directories compare before anything is sent: their offers in buckets by miner, each bucket as one number. Equal
 * numbers, equal buckets: in a mesh that works nearly all are, and nothing more is said of them.
 */
import type { Address, Hash32 } from '../../kernel/ids.ts'

/** An offer as far as the comparison goes; `hash` is the struct hash of its head. */
export interface Summarised {
  readonly miner: Address
  readonly hash: Hash32
}

/** Bytes of an offer's hash that stand for it: among 20,000 offers, two look alike once in 10^11 comparisons. */
export const MARK_BYTES = 8
/** 4,096 buckets: 32 KiB of digests, for directories of 16,000 offers and more. */
export const BUCKET_BITS_MAX = 12
/** Fewer would say more digests than offers, more would name neighbours of what differs. */
const OFFERS_PER_BUCKET = 4

/** How many buckets a directory of this size compares: 2^bits. */
export const bucketBitsFor = (offers: number): number =>
  Math.min(BUCKET_BITS_MAX, Math.max(0, Math.ceil(Math.log2(Math.max(1, offers / OFFERS_PER_BUCKET)))))

/** By the last bits of the miner's address: its first ones are what people make pretty. */
export const bucketOf = (miner: Address, bits: number): number =>
  bits === 0 ? 0 : Number.parseInt(miner.slice(-4), 16) & ((1 << bits) - 1)

/** First 8 bytes of the hash, as they are listed. */
export const markOf = (hash: Hash32): string => hash.slice(2, 2 + 2 * MARK_BYTES)

export function inBuckets<T extends Summarised>(offers: Iterable<T>, bits: number): readonly (readonly T[])[] {
  const buckets = Array.from({ length: 1 << bits }, (): T[] => [])
  for (const offer of offers) buckets[bucketOf(offer.miner, bits)]!.push(offer)
  return buckets
}

/**
 * Digests of all buckets, 8 bytes each: the exclusive or of the marks of its offers, zero for an empty one. Whoever makes its
 * own hashes cancel each other out hides its own offers alone.
 */
export function bucketDigests(buckets: readonly (readonly Summarised[])[]): Uint8Array<ArrayBuffer> {
  const digests = new DataView(new ArrayBuffer(buckets.length * MARK_BYTES))
  for (const [i, bucket] of buckets.entries()) {
    let [high, low] = [0, 0]
    for (const { hash } of bucket) {
      high ^= Number.parseInt(hash.slice(2, 10), 16)
      low ^= Number.parseInt(hash.slice(10, 18), 16)
    }
    digests.setUint32(i * MARK_BYTES, high)
    digests.setUint32(i * MARK_BYTES + 4, low)
  }
  return new Uint8Array(digests.buffer)
}

export type BucketState = 'equal' | 'empty' | 'differs'

/** How bucket `i` of the asker stands to ours. */
export function compareBucket(theirs: Uint8Array, ours: Uint8Array, i: number): BucketState {
  let [isEqual, isEmpty] = [true, true]
  for (let at = i * MARK_BYTES; at < (i + 1) * MARK_BYTES; at++) {
    if (theirs[at] !== ours[at]) isEqual = false
    if (theirs[at] !== 0) isEmpty = false
  }
  if (isEqual) return 'equal'
  return isEmpty ? 'empty' : 'differs'
}

/** A bitmap of buckets, the first in the highest bit of the first byte. */
export function bitmapOf(buckets: readonly number[], count: number): Uint8Array<ArrayBuffer> {
  const bitmap = new Uint8Array(Math.ceil(count / 8))
  for (const bucket of buckets) bitmap[bucket >>> 3] = bitmap[bucket >>> 3]! | (0x80 >>> (bucket & 7))
  return bitmap
}

export const isMarked = (bitmap: Uint8Array, bucket: number): boolean =>
  (bitmap[bucket >>> 3]! & (0x80 >>> (bucket & 7))) !== 0
