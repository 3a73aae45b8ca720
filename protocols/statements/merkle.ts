/**
 * Merkle trees. A leaf's digest starts from 0x00 and a node's from 0x01, so neither can be passed off as the other; an odd
 * node at the end of a level moves up as it is, never doubled, so a root names one sequence of leaves.
 */
import type { Hasher } from '../kernel/ports.ts'

type Keccak = Pick<Hasher, 'keccak256'>

export const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01

const nodeBytes = new Uint8Array(65)
nodeBytes[0] = NODE_PREFIX

/** keccak256(0x01 || left || right). */
export function merkleNode(crypto: Keccak, left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  nodeBytes.set(left, 1)
  nodeBytes.set(right, 33)
  return crypto.keccak256(nodeBytes)
}

function parents(crypto: Keccak, level: readonly Uint8Array[]): readonly Uint8Array[] {
  const above: Uint8Array[] = []
  for (let i = 0; i + 1 < level.length; i += 2) above.push(merkleNode(crypto, level[i]!, level[i + 1]!))
  if (level.length % 2 === 1) above.push(level[level.length - 1]!)
  return above
}

/** The leaf itself for one leaf. @throws RangeError for none: what an empty tree means is its owner's to say */
export function merkleRoot(crypto: Keccak, leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) throw new RangeError('a tree has a leaf')
  let level = leaves
  while (level.length > 1) level = parents(crypto, level)
  return level[0]!
}

/** All levels of a tree, so that the path of any leaf costs no further hash. */
export class MerkleTree {
  readonly #levels: readonly (readonly Uint8Array[])[]

  /** `leaves` are digests. @throws RangeError for none */
  constructor(crypto: Keccak, leaves: readonly Uint8Array[]) {
    if (leaves.length === 0) throw new RangeError('a tree has a leaf')
    const levels = [leaves]
    for (let level = leaves; level.length > 1; levels.push(level)) level = parents(crypto, level)
    this.#levels = levels
  }

  get root(): Uint8Array {
    return this.#levels.at(-1)![0]!
  }

  /** Siblings from the leaf upwards; a level where the node is promoted has none. @throws RangeError outside the leaves */
  path(index: number): readonly Uint8Array[] {
    if (!(index in this.#levels[0]!)) throw new RangeError(`there is no leaf ${index}`)
    const path: Uint8Array[] = []
    for (const [depth, level] of this.#levels.entries()) {
      const sibling = level[(index >>> depth) ^ 1]
      if (sibling !== undefined) path.push(sibling)
    }
    return path
  }
}

/**
 * The root that `leaf` at `index` of `count` leaves leads to. `count` is signed beside the root: it says at which levels a
 * node is promoted, so every leaf has one path and every path one length. `undefined` where the path has another.
 */
export function rootFromPath(
  crypto: Keccak,
  leaf: Uint8Array,
  index: number,
  count: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= count) return undefined
  let node = leaf
  let used = 0
  for (let at = index, width = count; width > 1; at >>>= 1, width = (width + 1) >>> 1) {
    if (at === width - 1 && width % 2 === 1) continue
    const sibling = path[used++]
    if (sibling === undefined || sibling.length !== 32) return undefined
    node = at % 2 === 1 ? merkleNode(crypto, sibling, node) : merkleNode(crypto, node, sibling)
  }
  return used === path.length ? node : undefined
}
