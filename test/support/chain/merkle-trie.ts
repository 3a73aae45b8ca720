/** A Merkle-Patricia trie with its proofs, built from its definition: what the verifying side is held against. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { encodeRlpBytes, encodeRlpList } from '../../../protocols/rules/state-proof/rlp.ts'

export interface TrieEntry {
  /** 32 bytes: keys as they are in the trie, hashed by whoever wants them hashed. */
  readonly key: Uint8Array
  readonly value: Uint8Array
}

interface Node {
  readonly encoding: Uint8Array
  /** Nodes from this one towards `digits`. */
  proof(digits: readonly number[]): readonly Uint8Array[]
}

export interface Trie {
  readonly root: Uint8Array
  proof(key: Uint8Array): readonly Uint8Array[]
}

const EMPTY = Uint8Array.of(0x80)
const digitsOf = (key: Uint8Array): number[] => [...key].flatMap((byte) => [byte >>> 4, byte & 15])

export function buildTrie(hasher: Pick<Hasher, 'keccak256'>, entries: readonly TrieEntry[]): Trie {
  if (entries.length === 0) return { root: hasher.keccak256(EMPTY), proof: () => [] }
  const top = nodeOf(
    hasher,
    entries.map(({ key, value }) => ({ digits: digitsOf(key), value })),
  )
  return { root: hasher.keccak256(top.encoding), proof: (key) => [top.encoding, ...top.proof(digitsOf(key))] }
}

interface Rest {
  readonly digits: readonly number[]
  readonly value: Uint8Array
}

function nodeOf(hasher: Pick<Hasher, 'keccak256'>, entries: readonly Rest[]): Node {
  const [first, ...others] = entries
  if (others.length === 0) {
    const encoding = encodeRlpList([encodeRlpBytes(hexPrefix(first!.digits, true)), encodeRlpBytes(first!.value)])
    return { encoding, proof: () => [] }
  }
  let shared = 0
  while (others.every(({ digits }) => digits[shared] === first!.digits[shared])) shared++
  const branch = branchOf(
    hasher,
    entries.map(({ digits, value }) => ({ digits: digits.slice(shared), value })),
  )
  if (shared === 0) return branch
  const path = first!.digits.slice(0, shared)
  return {
    encoding: encodeRlpList([encodeRlpBytes(hexPrefix(path, false)), reference(hasher, branch)]),
    proof: (digits) =>
      path.every((digit, i) => digit === digits[i]) ? [...listed(branch), ...branch.proof(digits.slice(shared))] : [],
  }
}

function branchOf(hasher: Pick<Hasher, 'keccak256'>, entries: readonly Rest[]): Node {
  const children = Array.from({ length: 16 }, (_, digit) => {
    const below = entries.filter(({ digits }) => digits[0] === digit)
    if (below.length === 0) return undefined
    return nodeOf(
      hasher,
      below.map(({ digits, value }) => ({ digits: digits.slice(1), value })),
    )
  })
  return {
    encoding: encodeRlpList([
      ...children.map((child) => (child === undefined ? EMPTY : reference(hasher, child))),
      EMPTY,
    ]),
    proof: ([digit, ...digits]) => {
      const child = children[digit!]
      return child === undefined ? [] : [...listed(child), ...child.proof(digits)]
    },
  }
}

const isEmbedded = ({ encoding }: Node): boolean => encoding.length < 32
const listed = (node: Node): readonly Uint8Array[] => (isEmbedded(node) ? [] : [node.encoding])
const reference = (hasher: Pick<Hasher, 'keccak256'>, node: Node): Uint8Array =>
  isEmbedded(node) ? node.encoding : encodeRlpBytes(hasher.keccak256(node.encoding))

function hexPrefix(digits: readonly number[], isLeaf: boolean): Uint8Array {
  const flags = (isLeaf ? 2 : 0) + (digits.length % 2)
  const all = digits.length % 2 === 1 ? [flags, ...digits] : [flags, 0, ...digits]
  return concat(...Array.from({ length: all.length / 2 }, (_, i) => Uint8Array.of(all[2 * i]! * 16 + all[2 * i + 1]!)))
}
