/**
 * A Merkle-Patricia proof: the nodes from the root to where a key ends, each named by its hash in the one before it. It shows
 * what stands under a key, or that nothing does. A node is used only where its hash was asked for, so bytes of a stranger
 * cost one hash and are refused.
 */
import { equalBytes, fromHex, toHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { type RlpItem, readRlp, readRlpList, rlpBytes } from './rlp.ts'

/** Digits of a hashed key, four bits each. */
const KEY_DIGITS = 64
/** A branch takes a digit at the least, and the leaf may have none left. Tries of today are some 12 deep. */
export const PROOF_NODES_MAX = KEY_DIGITS + 1
/** A branch of sixteen hashes without a value, which no key of one length ever ends in: 3 + 16 * 33 + 1. */
export const NODE_BYTES_MAX = 532
/** Below this a node stands in its parent itself, from here on its hash does. */
const HASHED_FROM_BYTES = 32

/** keccak256 of the empty byte string's encoding: a trie without an entry. */
export const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421' as Hash32

/**
 * What the trie of `root` holds under keccak256 of `key`; `undefined` where it is proven to hold nothing.
 * @param nodes from the root on, none too many; an empty trie needs none
 * @throws MalformedError where the nodes prove neither
 */
export function provenValue(
  hasher: Pick<Hasher, 'keccak256'>,
  root: Hash32,
  key: Uint8Array,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  if (nodes.length > PROOF_NODES_MAX) throw new MalformedError(`a proof of more than ${PROOF_NODES_MAX} nodes`)
  const digits = digitsOf(hasher.keccak256(key))
  if (root === EMPTY_ROOT) {
    if (nodes.length > 1 || (nodes.length === 1 && !isEmptyString(nodes[0]!)))
      throw new MalformedError('nodes of an empty trie')
    return undefined
  }
  const { value, used } = walk(hasher, root, digits, nodes)
  if (used !== nodes.length) throw new MalformedError('nodes behind the end of a proof')
  return value
}

interface Walked {
  readonly value: Uint8Array | undefined
  /** Nodes of the proof that the way went through. */
  readonly used: number
}

function walk(
  hasher: Pick<Hasher, 'keccak256'>,
  root: Hash32,
  digits: Uint8Array,
  nodes: readonly Uint8Array[],
): Walked {
  let used = 0
  const hashed = (hash: Uint8Array): RlpItem => {
    const node = nodes[used++]
    if (node === undefined) throw new MalformedError('a proof that ends too soon')
    if (node.length > NODE_BYTES_MAX) throw new MalformedError(`a node of more than ${NODE_BYTES_MAX} bytes`)
    if (!equalBytes(hasher.keccak256(node), hash)) throw new MalformedError('a node of another hash')
    return readRlp(node)
  }
  let node = hashed(fromHex(root) ?? new Uint8Array(0))
  // Each turn takes a digit or ends.
  for (let at = 0; ; ) {
    const items = readRlpList(node, 17)
    if (items.length !== 17 && items.length !== 2) throw new MalformedError('a node of neither 2 nor 17 items')
    let child: RlpItem
    if (items.length === 17) {
      if (rlpBytes(items[16]!, 0).length !== 0 || at === KEY_DIGITS) throw new MalformedError('a branch where keys end')
      child = items[digits[at]!]!
      at++
      if (child.encoding.length === 1 && child.payload.length === 0) return { value: undefined, used }
    } else {
      const { path, isLeaf } = pathOf(rlpBytes(items[0]!, 33))
      const fits = path.every((digit, i) => digit === digits[at + i])
      if (isLeaf) {
        if (at + path.length !== KEY_DIGITS) throw new MalformedError('a leaf of a key of another length')
        return { value: fits ? rlpBytes(items[1]!, NODE_BYTES_MAX) : undefined, used }
      }
      if (path.length === 0 || at + path.length >= KEY_DIGITS)
        throw new MalformedError('an extension that leads nowhere')
      if (!fits) return { value: undefined, used }
      child = items[1]!
      at += path.length
    }
    if (child.kind === 'bytes') {
      node = hashed(hashIn(child))
      continue
    }
    node = embedded(child)
    // It stands in its parent; some endpoints list it once more.
    if (used < nodes.length && equalBytes(nodes[used]!, child.encoding)) used++
  }
}

function embedded(child: RlpItem): RlpItem {
  if (child.encoding.length >= HASHED_FROM_BYTES) throw new MalformedError('a node in its parent that has a hash')
  return child
}

function hashIn(child: RlpItem): Uint8Array {
  const hash = rlpBytes(child, 32)
  if (hash.length !== 32) throw new MalformedError('a child that is neither a node nor a hash')
  return hash
}

/** Hex-prefix form: a first digit of flags (odd, leaf), a zero where the count is even, then the digits. */
function pathOf(bytes: Uint8Array): { readonly path: Uint8Array; readonly isLeaf: boolean } {
  const digits = digitsOf(bytes)
  const flags = digits[0]
  if (flags === undefined || flags > 3) throw new MalformedError('a path without flags')
  const isOdd = flags % 2 === 1
  if (!isOdd && digits[1] !== 0) throw new MalformedError('a path with a digit in place of its padding')
  return { path: digits.subarray(isOdd ? 1 : 2), isLeaf: flags >= 2 }
}

function digitsOf(bytes: Uint8Array): Uint8Array {
  const digits = new Uint8Array(2 * bytes.length)
  for (const [i, byte] of bytes.entries()) {
    digits[2 * i] = byte >>> 4
    digits[2 * i + 1] = byte & 15
  }
  return digits
}

const isEmptyString = (node: Uint8Array): boolean => toHex(node) === '0x80'
