import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, equalBytes, toHex } from '../../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../../protocols/kernel/cbor-reader.ts'
import type { Hash32 } from '../../../../protocols/kernel/ids.ts'
import { encodeRlpBytes, encodeRlpList } from '../../../../protocols/rules/state-proof/rlp.ts'
import { EMPTY_ROOT, provenValue } from '../../../../protocols/rules/state-proof/trie-proof.ts'
import { buildTrie, type TrieEntry } from '../../../support/chain/merkle-trie.ts'
import { bytesOf, stateVectors } from '../../../support/state-vectors/read.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import '../../../support/property-seed.ts'

describe('the recorded proofs of a chain', () => {
  for (const { name, root, key, nodes, value, refused } of stateVectors.cases)
    it(`${refused ? 'prove nothing where there is' : 'prove'} ${name}`, () => {
      const prove = () => provenValue(crypto, root, bytesOf(key), nodes.map(bytesOf))
      if (refused) expect(prove).toThrow(MalformedError)
      else if (value === null) expect(prove()).toBeUndefined()
      else expect(toHex(prove()!)).toBe(value)
    })
})

/** Keys stand in the trie as they are, so that some share as many digits as a test wants: the first that is hashed is the key. */
function unhashed() {
  let isKey = true
  return {
    keccak256(bytes: Uint8Array) {
      const hashed = isKey ? bytes.slice() : crypto.keccak256(bytes)
      isKey = false
      return hashed
    },
  }
}
const proven = (trie: { readonly root: Uint8Array }, key: Uint8Array, nodes: readonly Uint8Array[]) =>
  provenValue(unhashed(), toHex(trie.root) as Hash32, key, nodes)

const byte = fc.oneof(fc.constantFrom(0x00, 0x01, 0x10, 0x11), fc.nat(255))
/** Many share long beginnings, so that there are extensions, and leaves so short that they stand in their parents. */
const key = fc.tuple(fc.nat(32), byte, fc.uint8Array({ minLength: 32, maxLength: 32 })).map(([shared, next, rest]) => {
  const made = rest.slice()
  made.fill(0, 0, shared)
  if (shared < 32) made[shared] = next
  return made
})
const value = fc.uint8Array({ minLength: 1, maxLength: 40 })
const entries = fc.uniqueArray(fc.record({ key, value }), { maxLength: 24, selector: (entry) => toHex(entry.key) })

describe('a proof', () => {
  it('shows what stands under every key of a trie, and nothing under any other', () => {
    fc.assert(
      fc.property(entries, key, (held, other) => {
        const trie = buildTrie(crypto, held)
        for (const entry of held) expect(proven(trie, entry.key, trie.proof(entry.key))).toEqual(entry.value)
        const there = held.find((entry) => equalBytes(entry.key, other))
        expect(proven(trie, other, trie.proof(other))).toEqual(there?.value)
      }),
      { numRuns: 300 },
    )
  })

  it('shows nothing any more where a bit of any node is another, or a node is missing, doubled or exchanged', () => {
    const damage = fc.record({
      node: fc.nat(64),
      bit: fc.nat(8 * 532),
      kind: fc.constantFrom('bit', 'missing', 'doubled'),
    })
    fc.assert(
      fc.property(entries, key, damage, (held, other, { node, bit, kind }) => {
        fc.pre(held.length > 0)
        const trie = buildTrie(crypto, held)
        const nodes = [...trie.proof(other)]
        const at = node % nodes.length
        if (kind === 'bit') {
          const made = nodes[at]!.slice()
          const place = bit % (8 * made.length)
          made[place >>> 3]! ^= 1 << (place & 7)
          nodes[at] = made
        } else if (kind === 'missing') nodes.splice(at, 1)
        else nodes.splice(at, 0, nodes[at]!)
        expect(() => proven(trie, other, nodes)).toThrow(MalformedError)
      }),
      { numRuns: 500 },
    )
  })

  it('cannot be given for another key', () => {
    fc.assert(
      fc.property(entries, key, (held, other) => {
        fc.pre(held.length > 1)
        const trie = buildTrie(crypto, held)
        const there = held.find((entry) => equalBytes(entry.key, other))?.value
        for (const entry of held) {
          try {
            expect(proven(trie, other, trie.proof(entry.key))).toEqual(there)
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedError)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('may list a node once more that stands in its parent, as some endpoints do', () => {
    const keys = [0x00, 0x10, 0x11].map((last) => Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? last : 7)))
    const held: readonly TrieEntry[] = keys.map((of, i) => ({ key: of, value: Uint8Array.of(i + 1) }))
    const trie = buildTrie(crypto, held)
    const nodes = trie.proof(keys[1]!)
    // The branch over the last digit of 0x10 and 0x11 has two leaves of one digit, all in their parents.
    const leaf = (of: number) => encodeRlpList([encodeRlpBytes(Uint8Array.of(0x20)), Uint8Array.of(of)])
    const branch = encodeRlpList([leaf(2), leaf(3), ...Array<Uint8Array>(15).fill(Uint8Array.of(0x80))])
    expect(proven(trie, keys[1]!, nodes)).toEqual(Uint8Array.of(2))
    expect(proven(trie, keys[1]!, [...nodes, branch])).toEqual(Uint8Array.of(2))
    expect(proven(trie, keys[1]!, [...nodes, branch, leaf(2)])).toEqual(Uint8Array.of(2))
    expect(() => proven(trie, keys[1]!, [...nodes, leaf(3)])).toThrow('behind the end')
  })

  const alone = Uint8Array.from({ length: 32 }, () => 0x55)
  const hash = (node: Uint8Array): Hash32 => toHex(crypto.keccak256(node)) as Hash32
  const string = encodeRlpBytes
  const empty = Uint8Array.of(0x80)
  it.each<[why: string, node: Uint8Array]>([
    ['neither 2 nor 17 items', encodeRlpList([empty, empty, empty])],
    ['an RLP list is expected', string(alone)],
    ['more than 0 bytes', encodeRlpList([...Array<Uint8Array>(16).fill(empty), string(alone)])],
    ['a path without flags', encodeRlpList([empty, string(alone)])],
    ['a path without flags', encodeRlpList([string(Uint8Array.of(0x40)), string(alone)])],
    ['a digit in place of its padding', encodeRlpList([string(Uint8Array.of(0x25)), string(alone)])],
    ['a leaf of a key of another length', encodeRlpList([string(Uint8Array.of(0x20, 0x55)), string(alone)])],
    ['an extension that leads nowhere', encodeRlpList([string(Uint8Array.of(0x00)), string(alone)])],
    ['an extension that leads nowhere', encodeRlpList([string(concat(Uint8Array.of(0x00), alone)), string(alone)])],
    ['more than 33 bytes', encodeRlpList([string(new Uint8Array(34)), string(alone)])],
    ['neither a node nor a hash', encodeRlpList([string(Uint8Array.of(0x15)), string(Uint8Array.of(1, 2, 3))])],
    [
      'a node in its parent that has a hash',
      encodeRlpList([string(Uint8Array.of(0x15)), encodeRlpList([string(Uint8Array.of(0x35)), string(alone)])]),
    ],
  ])('with a node of the right hash and the wrong form is refused: %s', (why, node) => {
    expect(() => provenValue(unhashed(), hash(node), alone, [node])).toThrow(why)
  })

  it('ends where the key ends', () => {
    const nodes = [encodeRlpList(Array<Uint8Array>(17).fill(empty))]
    for (let i = 0; i < 64; i++) {
      const below = string(crypto.keccak256(nodes[0]!))
      nodes.unshift(encodeRlpList([...Array<Uint8Array>(5).fill(empty), below, ...Array<Uint8Array>(11).fill(empty)]))
    }
    expect(() => provenValue(unhashed(), hash(nodes[0]!), alone, nodes)).toThrow('a branch where keys end')
    expect(provenValue(unhashed(), hash(nodes[1]!), alone, nodes.slice(1))).toBeUndefined()
  })

  it('has no more nodes than a key has digits, and none longer than a branch', () => {
    const long = new Uint8Array(533)
    expect(() => provenValue(crypto, hash(long), alone, [long])).toThrow('more than 532 bytes')
    expect(() => provenValue(crypto, EMPTY_ROOT, alone, Array<Uint8Array>(66).fill(empty))).toThrow(
      'more than 65 nodes',
    )
  })
})
