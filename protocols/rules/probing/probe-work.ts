/**
 * The work of a probe, as every engine comes to it bit for bit. A row x of bytes goes through `layers` times
 *
 *     z = x B;   y = floor(z / 16) mod 256
 *
 * with B of integers from -8 to 7. |z| <= 255 x 8 x side < 2^24, so fp32 holds every sum exactly, in whatever order it is made. Without
 * the division the layers would be one product with a power of B; with it they are as many products.
 */
import type { Hasher } from '../../kernel/ports.ts'
import { MerkleTree } from '../../statements/merkle.ts'
import type { ProbeSize } from './probe-size.ts'

type Sha256 = Pick<Hasher, 'sha256'>

/** Bits of a sum that a layer drops: what makes it no linear map. */
export const DROPPED_BITS = 4
export const VALUES = 256
const FACTOR_MIN = -8
const FACTOR_VALUES = 16

export const SEED_BYTES = 32
export const DIGEST_BYTES = 32
/** Rows of 64 bytes one by one would cost more hashes than products. */
export const LEAF_BYTES = 16_384

const FACTOR = 0x42
const FIRST = 0x41
const ROUND = 0x52

/** SHA-256 of the seed, a byte for what it is of, and a number of 32 bits, high byte first. */
function derive(hasher: Sha256, seed: Uint8Array, what: number, index: number): Uint8Array {
  const bytes = new Uint8Array(SEED_BYTES + 5)
  bytes.set(seed)
  bytes[SEED_BYTES] = what
  new DataView(bytes.buffer).setUint32(SEED_BYTES + 1, index)
  return hasher.sha256(bytes)
}

/** Fills `out`, whose length is a multiple of 4, from a digest: sfc32, little-endian words. */
function expand(digest: Uint8Array, out: Uint8Array): void {
  const state = new DataView(digest.buffer, digest.byteOffset, digest.length)
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => state.getInt32(at)) as [number, number, number, number]
  for (let at = 0; at < out.length; at += 4) {
    const word = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + word
    c |= 0
    out[at] = word
    out[at + 1] = word >>> 8
    out[at + 2] = word >>> 16
    out[at + 3] = word >>> 24
  }
}

/** B, the same for all rounds of a probe: row by row, [side, side]. */
export function factorOf(hasher: Sha256, seed: Uint8Array, side: number): Int8Array<ArrayBuffer> {
  const factor = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) {
    expand(derive(hasher, seed, FACTOR, row), factor.subarray(row * side, (row + 1) * side))
  }
  const values = new Int8Array(factor.buffer)
  for (let at = 0; at < values.length; at++) values[at] = (factor[at]! & (FACTOR_VALUES - 1)) + FACTOR_MIN
  return values
}

/** What round `round` begins with; nobody knows it before the round before has ended. `before` is that round's root. */
export function roundSeed(hasher: Sha256, seed: Uint8Array, round: number, before?: Uint8Array): Uint8Array {
  const own = derive(hasher, seed, ROUND, round)
  if (before === undefined) return own
  const both = new Uint8Array(own.length + before.length)
  both.set(own)
  both.set(before, own.length)
  return hasher.sha256(both)
}

/** A row of the matrix that a round begins with. */
export function firstRow(hasher: Sha256, seedOfRound: Uint8Array, row: number, out: Uint8Array): void {
  expand(derive(hasher, seedOfRound, FIRST, row), out)
}

/** All rows of it, [side, side]. */
export function firstRows(hasher: Sha256, seedOfRound: Uint8Array, side: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) firstRow(hasher, seedOfRound, row, rows.subarray(row * side, (row + 1) * side))
  return rows
}

/** The reference: what becomes of one row. `layers` x side^2 multiplications, a `side`th of what a round costs. */
export function lastRow(first: Uint8Array, factor: Int8Array, layers: number): Uint8Array {
  const side = first.length
  let row = Uint8Array.from(first)
  const sums = new Int32Array(side)
  for (let layer = 0; layer < layers; layer++) {
    sums.fill(0)
    for (let i = 0; i < side; i++) {
      const x = row[i]!
      const from = i * side
      for (let j = 0; j < side; j++) sums[j] = sums[j]! + x * factor[from + j]!
    }
    // An arithmetic shift rounds down, and a byte keeps the lowest eight bits: floor and modulo, for negative sums too.
    row = Uint8Array.from(sums, (sum) => (sum >> DROPPED_BITS) & (VALUES - 1))
  }
  return row
}

export const rowsPerLeaf = (side: number): number => Math.min(side, LEAF_BYTES / side)
export const leavesPerRound = (side: number): number => side / rowsPerLeaf(side)
export const leavesOf = ({ side, rounds }: ProbeSize): number => rounds * leavesPerRound(side)

/** Where a leaf of the whole probe lies. */
export function leafPlace(side: number, leaf: number): { readonly round: number; readonly leafOfRound: number } {
  const perRound = leavesPerRound(side)
  return { round: Math.floor(leaf / perRound), leafOfRound: leaf % perRound }
}

/** The leaves of a round's result, in order. */
export function blocksOf(result: Uint8Array, side: number): readonly Uint8Array[] {
  const bytes = rowsPerLeaf(side) * side
  return Array.from({ length: leavesPerRound(side) }, (_, i) => result.subarray(i * bytes, (i + 1) * bytes))
}

/** Digest of a leaf; with a nonce, of the same leaf in the tree of the recall. */
export function leafDigest(hasher: Sha256, block: Uint8Array, nonce?: Uint8Array): Uint8Array {
  const head = 1 + (nonce?.length ?? 0)
  const bytes = new Uint8Array(head + block.length)
  if (nonce !== undefined) bytes.set(nonce, 1)
  bytes.set(block, head)
  return hasher.sha256(bytes)
}

/** The trees of the statements, over SHA-256: OpenSSL hashes a block of results twenty times as fast as Keccak in WASM. */
export const probeHasher = (hasher: Sha256): Pick<Hasher, 'keccak256'> => ({
  keccak256: (bytes) => hasher.sha256(bytes),
})

export const probeTree = (hasher: Sha256, leaves: readonly Uint8Array[]): MerkleTree =>
  new MerkleTree(probeHasher(hasher), leaves)
