/** Whether a leaf that a miner shows is what it committed to, and what the work gives: a `side`th of a round's work, on a processor. */
import { equalBytes } from '../../kernel/bytes.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { rootFromPath } from '../../statements/merkle.ts'
import type { ProbeSize } from './probe-size.ts'
import {
  DIGEST_BYTES,
  firstRow,
  lastRow,
  leafDigest,
  leafPlace,
  leavesOf,
  leavesPerRound,
  probeHasher,
  roundSeed,
  rowsPerLeaf,
} from './probe-work.ts'

/** What both sides know when leaves are opened. */
export interface Commitments {
  readonly size: ProbeSize
  readonly seed: Uint8Array
  readonly nonce: Uint8Array
  /** Of each round, in order. */
  readonly roots: readonly Uint8Array[]
  readonly recalled: Uint8Array
}

export interface OpenedLeaf {
  /** Of the whole probe. */
  readonly leaf: number
  readonly block: Uint8Array
  /** Siblings, 32 bytes each, from the leaf up: in the round's tree, and in that of the recall. */
  readonly path: Uint8Array
  readonly recallPath: Uint8Array
}

/**
 * @param factor of the seed
 * @param row of the leaf, drawn after the leaf was shown
 * @returns why the leaf convicts its miner; `undefined` where it is right
 */
export function openingFault(
  hasher: Pick<Hasher, 'sha256'>,
  { size, seed, nonce, roots, recalled }: Commitments,
  factor: Int8Array,
  { leaf, block, path, recallPath }: OpenedLeaf,
  row: number,
): string | undefined {
  const { side, layers } = size
  if (block.length !== rowsPerLeaf(side) * side) return `leaf ${leaf} has ${block.length} bytes`
  const { round, leafOfRound } = leafPlace(side, leaf)
  const hash = probeHasher(hasher)
  const work = rootFromPath(hash, leafDigest(hasher, block), leafOfRound, leavesPerRound(side), digestsOf(path))
  if (work === undefined || !equalBytes(work, roots[round]!)) return `leaf ${leaf} is not what was committed to`
  const recall = rootFromPath(hash, leafDigest(hasher, block, nonce), leaf, leavesOf(size), digestsOf(recallPath))
  if (recall === undefined || !equalBytes(recall, recalled)) return `leaf ${leaf} is not what was recalled`
  const first = new Uint8Array(side)
  const before = round === 0 ? undefined : roots[round - 1]
  firstRow(hasher, roundSeed(hasher, seed, round, before), leafOfRound * rowsPerLeaf(side) + row, first)
  const shown = block.subarray(row * side, (row + 1) * side)
  return equalBytes(shown, lastRow(first, factor, layers)) ? undefined : `row ${row} of leaf ${leaf} was not computed`
}

const digestsOf = (path: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: path.length / DIGEST_BYTES }, (_, i) => path.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES))
