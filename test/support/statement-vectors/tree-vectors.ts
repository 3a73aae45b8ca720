/** Trees, content roots and the hashes that chain things together. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { type ContentDirection, contentRoot } from '../../../protocols/statements/content-root.ts'
import { collectionsHash } from '../../../protocols/statements/grant.ts'
import { MerkleTree } from '../../../protocols/statements/merkle.ts'
import { messageId } from '../../../protocols/statements/message-id.ts'
import { peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { resumeTokenHash } from '../../../protocols/statements/resume-token.ts'
import { cast, crypto, digestOf } from './cast.ts'
import { hex } from './cbor-parts.ts'
import type { Json } from './json.ts'

const hexOf = (nodes: readonly Uint8Array[]): readonly string[] => nodes.map((node) => toHex(node))

/** Leaf i of every tree is keccak256 of the text `leaf i`. */
export const leafOf = (index: number): Uint8Array<ArrayBuffer> => digestOf(`leaf ${index}`)

export interface PathVector {
  readonly name?: string
  readonly leaf: string
  readonly index: number
  readonly count: number
  readonly path: readonly string[]
}

export function merkleVectors(): { readonly valid: Json; readonly invalid: Json } {
  const valid: Json[] = []
  const invalid: Json[] = []
  for (let count = 1; count <= 64; count++) {
    const tree = new MerkleTree(
      crypto,
      Array.from({ length: count }, (_, i) => leafOf(i)),
    )
    const root = toHex(tree.root)
    const at = (index: number): PathVector => ({
      leaf: toHex(leafOf(index)),
      index,
      count,
      path: hexOf(tree.path(index)),
    })
    const places = [...new Set([0, count >>> 1, count - 1])]
    valid.push({ count, root, paths: places.map((index) => ({ ...at(index) })) })
    const last = at(count - 1)
    const other = toHex(leafOf(count))
    const spoilt: readonly PathVector[] = [
      { ...last, name: 'a leaf that is not in the tree', leaf: other },
      { ...last, name: 'an index outside the tree', index: count },
      { ...last, name: 'a node too many', path: [...last.path, other] },
      { ...last, name: 'another sibling', path: [...last.path.slice(0, -1), other] },
      { ...last, name: 'the root in place of the leaf, without a path', leaf: root, path: [] },
      ...(count === 1
        ? []
        : [
            { ...last, name: 'a node too few', path: last.path.slice(1) },
            { ...at(0), name: 'the place of another leaf', index: 1 },
          ]),
    ]
    // In a tree of one leaf the root is that leaf.
    invalid.push(
      ...spoilt
        .filter(({ name }) => count > 1 || !name!.startsWith('the root'))
        .map((vector) => ({ root, ...vector }) as unknown as Json),
    )
  }
  return { valid, invalid }
}

export const contentSalt = digestOf('salt')

/** Byte i of stream s is (i + 7 s) mod 251. */
export function contentStreams(lengths: readonly number[]): readonly Uint8Array[] {
  return lengths.map((length, stream) => Uint8Array.from({ length }, (_, i) => (i + 7 * stream) % 251))
}

const contents: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [65_535],
  [65_536],
  [65_537],
  [131_072],
  [0, 0],
  [3, 0],
  [0, 3],
  [1, 1, 1],
  [131_072, 5],
  [200_000, 65_536, 1],
]

export function contentVectors(): { readonly valid: Json; readonly invalid: Json } {
  const rootOf = (lengths: readonly number[], direction: ContentDirection, salt = contentSalt): Hash32 =>
    contentRoot(crypto, salt, direction, contentStreams(lengths))
  const valid = contents.flatMap((lengths) =>
    (['in', 'out'] as const).map((direction) => ({
      salt: toHex(contentSalt),
      direction,
      lengths,
      root: rootOf(lengths, direction),
    })),
  )
  const claim = (name: string, lengths: readonly number[], root: Hash32) => ({
    name,
    salt: toHex(contentSalt),
    direction: 'out',
    lengths,
    root,
  })
  const invalid = contents
    .filter((lengths) => lengths.length > 0)
    .flatMap((lengths) => {
      const tail = lengths.at(-1)!
      return [
        claim('the root of the other direction', lengths, rootOf(lengths, 'in')),
        claim('the root under another salt', lengths, rootOf(lengths, 'out', digestOf('another salt'))),
        claim('the root of a byte more', lengths, rootOf([...lengths.slice(0, -1), tail + 1], 'out')),
        claim('the root without its last stream', lengths, rootOf(lengths.slice(0, -1), 'out')),
        claim('the root with an empty stream more', lengths, rootOf([...lengths, 0], 'out')),
        ...(tail === 0
          ? []
          : [claim('the root of a byte less', lengths, rootOf([...lengths.slice(0, -1), tail - 1], 'out'))]),
      ]
    })
  return { valid, invalid }
}

const topics = ['', 'a', '/aitbc/5b3f4d9c/offer/1/eu-west/inference', 'ü'.repeat(64), 'x'.repeat(127), 'x'.repeat(128)]
const data = ['', '00', 'ff00ff']

export function messageIdVectors(): Json {
  return topics.flatMap((topic) =>
    data.map((bytes) => ({ topic, data: `0x${bytes}`, id: toHex(messageId(crypto, topic, hex(bytes))) })),
  )
}

export function chainVectors(): { readonly [name: string]: Json } {
  const hash = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
  const agreements = ['one', 'two', 'three'].map(hash)
  const collections = ['alpha', 'beta', 'gamma'].map(hash)
  return {
    agreementsHashes: [0, 1, 2, 3].map((count) => ({
      agreements: agreements.slice(0, count),
      hash: agreementsHash(crypto, agreements.slice(0, count)),
    })),
    collectionsHashes: [[], collections.slice(0, 1), collections, [...collections].reverse()].map((list) => ({
      collections: list,
      hash: collectionsHash(crypto, list),
    })),
    resumeTokens: ['one', 'two'].map((word) => ({
      token: hash(word),
      hash: resumeTokenHash(crypto, digestOf(word)),
    })),
    keys: Object.entries(cast).map(([name, { secret, signer }]) => ({
      name,
      secret,
      publicKey: toHex(signer.publicKey),
      address: signer.address,
      peerId: peerIdOfPublicKey(signer.publicKey),
    })),
  }
}
