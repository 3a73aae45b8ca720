import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { type AttemptId, type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { MerkleTree, merkleNode, merkleRoot, rootFromPath } from '../../../protocols/statements/merkle.ts'
import {
  BATCH_DEPTH_MAX,
  BATCH_RECEIPTS_MAX,
  BatchCheck,
  batchHolds,
  provenReceiptCodec,
  receiptCodec,
  receiptIsProven,
  receiptLeaf,
  receiptTree,
} from '../../../protocols/statements/receipt-batch.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Receipt, receiptBatchType, receiptType } from '../../../protocols/statements/struct-types.ts'
import { arbitraryStruct } from '../../support/arbitrary-structs.ts'
import { cast, crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'
import { leafOf } from '../../support/statement-vectors/tree-vectors.ts'

const leaves = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => leafOf(i))

describe('a Merkle tree', () => {
  test.each(vectors.merkle.valid)(
    'of $count leaves has the root and the paths of the vectors',
    ({ count, root, paths }) => {
      expect(toHex(merkleRoot(crypto, leaves(count)))).toBe(root)
      const tree = new MerkleTree(crypto, leaves(count))
      for (const { leaf, index, path } of paths) {
        expect(tree.path(index).map(toHex)).toEqual(path)
        const reached = rootFromPath(crypto, bytesOf(leaf), index, count, path.map(bytesOf))
        expect(reached && toHex(reached)).toBe(root)
      }
    },
  )

  test('refuses every spoilt path of the vectors', () => {
    for (const { name, leaf, index, count, path, root } of vectors.merkle.invalid) {
      const reached = rootFromPath(crypto, bytesOf(leaf), index, count, path.map(bytesOf))
      expect(reached && toHex(reached), `${name}, ${count} leaves`).not.toBe(root)
    }
  })

  test('is built as it is written down: pairs, an odd one moves up, prefixes apart', () => {
    const [a, b, c, d, e] = leaves(5) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const node = (left: Uint8Array, right: Uint8Array) => crypto.keccak256(concat(Uint8Array.of(1), left, right))
    expect(merkleNode(crypto, a, b)).toEqual(node(a, b))
    expect(merkleRoot(crypto, [a])).toEqual(a)
    expect(merkleRoot(crypto, [a, b, c])).toEqual(node(node(a, b), c))
    expect(merkleRoot(crypto, [a, b, c, d, e])).toEqual(node(node(node(a, b), node(c, d)), e))
  })

  test('gives every leaf of every size a path that leads to its root, and that no other leaf or place shares', () => {
    for (let count = 1; count <= 33; count++) {
      const tree = new MerkleTree(crypto, leaves(count))
      const root = toHex(tree.root)
      for (let index = 0; index < count; index++)
        for (let place = 0; place < count; place++) {
          const reached = rootFromPath(crypto, leafOf(index), place, count, tree.path(index))
          expect(reached !== undefined && toHex(reached) === root).toBe(place === index)
        }
    }
  })

  test('has no path outside its leaves and none without a leaf', () => {
    const tree = new MerkleTree(crypto, leaves(3))
    for (const index of [-1, 3, 1.5, Number.NaN]) {
      expect(() => tree.path(index)).toThrow(RangeError)
      expect(rootFromPath(crypto, leafOf(0), index, 3, [])).toBeUndefined()
    }
    expect(() => new MerkleTree(crypto, [])).toThrow(RangeError)
    expect(() => merkleRoot(crypto, [])).toThrow(RangeError)
  })
})

function spoilt(path: readonly Hash32[], at: number, how: string): readonly Hash32[] {
  if (how === 'longer') return [...path, ZERO_HASH]
  if (how === 'shorter') return path.slice(0, -1)
  return path.map((node, i) => (i === at % path.length ? ZERO_HASH : node))
}

describe('a batch of receipts', () => {
  const operator = cast.operator.signer.address
  const receipts = fc
    .sample(arbitraryStruct(receiptType), { numRuns: BATCH_RECEIPTS_MAX, seed: 1 })
    .map((receipt): Receipt => ({ ...receipt, operator }))
  const batchOf = (list: readonly Receipt[]) => {
    const tree = receiptTree(domain, list)
    return { tree, batch: { operator, root: tree.root, count: tree.count, sequence: 1n } }
  }

  test('of any size holds each of its receipts at its own place only, on at most 6 nodes', () => {
    for (const size of [1, 2, 3, 5, 31, 64]) {
      const list = receipts.slice(0, size)
      const { tree, batch } = batchOf(list)
      for (const [i, receipt] of list.entries()) {
        expect(tree.path(i).path.length).toBeLessThanOrEqual(BATCH_DEPTH_MAX)
        expect(batchHolds(domain, batch, receipt, tree.path(i))).toBe(true)
        if (size > 1) expect(batchHolds(domain, batch, receipt, tree.path((i + 1) % size))).toBe(false)
      }
    }
  })
  test('checked as a whole holds what it holds one by one, in whatever order, with liars between', () => {
    const places = fc.record({
      receipt: fc.nat(BATCH_RECEIPTS_MAX - 1),
      place: fc.option(fc.nat(BATCH_RECEIPTS_MAX - 1), { freq: 3, nil: undefined }),
      spoil: fc.option(fc.nat(BATCH_DEPTH_MAX), { freq: 3, nil: undefined }),
      swap: fc.constantFrom('other', 'longer', 'shorter'),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: BATCH_RECEIPTS_MAX }),
        fc.array(places, { maxLength: 80 }),
        (size, asked) => {
          const { tree, batch } = batchOf(receipts.slice(0, size))
          const check = new BatchCheck(domain, batch)
          for (const { receipt, place, spoil, swap } of asked) {
            const { index, path } = tree.path((place ?? receipt) % size)
            const given = { index, path: spoil === undefined ? path : spoilt(path, spoil, swap) }
            const told = receipts[receipt % size]!
            expect(check.holds(told, given)).toBe(batchHolds(domain, batch, told, given))
          }
        },
      ),
      { numRuns: 60 },
    )
  })
  test('checked as a whole costs one hash a receipt above the tree itself', () => {
    let hashes = 0
    const counting = signingDomain(domain.network, {
      ...crypto,
      keccak256: (...parts) => {
        hashes++
        return crypto.keccak256(...parts)
      },
    })
    const { tree, batch } = batchOf(receipts)
    const check = new BatchCheck(counting, batch)
    for (const receipt of receipts) receiptLeaf(counting, receipt)
    const leafHashes = hashes
    hashes = 0
    for (const [i, receipt] of receipts.entries()) expect(check.holds(receipt, tree.path(i))).toBe(true)
    expect(hashes - leafHashes).toBeLessThan(BATCH_RECEIPTS_MAX)
  })
  test('holds no receipt that was changed in any field', () => {
    const { tree, batch } = batchOf(receipts.slice(0, 5))
    const receipt = receipts[3]!
    const changed: readonly Partial<Receipt>[] = [
      { agreement: ZERO_HASH as AttemptId },
      { status: receipt.status ^ 1 || 2 },
      { outputRoot: ZERO_HASH },
      { weights: ZERO_HASH },
      { kernelClass: ZERO_HASH },
      { usage: receipt.usage ^ 1n },
      { price: credits(receipt.price ^ 1n) },
      { waitedUs: receipt.waitedUs ^ 1n },
      { computedUs: receipt.computedUs ^ 1n },
      { blockTime: receipt.blockTime ^ 1n },
      { operator: cast.stranger.signer.address },
    ]
    expect(changed.length).toBe(Object.keys(receiptType.fields).length)
    for (const change of changed)
      expect(batchHolds(domain, batch, { ...receipt, ...change }, tree.path(3)), Object.keys(change)[0]).toBe(false)
  })
  test('is not made of none or of more than 64, nor believed when it says so', () => {
    expect(() => receiptTree(domain, [])).toThrow(RangeError)
    expect(() => receiptTree(domain, [...receipts, receipts[0]!])).toThrow(RangeError)
    const { tree, batch } = batchOf(receipts)
    expect(batchHolds(domain, { ...batch, count: 65 }, receipts[0]!, tree.path(0))).toBe(false)
    expect(batchHolds(domain, { ...batch, count: 0 }, receipts[0]!, tree.path(0))).toBe(false)
  })
  test('hashes a leaf as 0x00 before the struct hash', () => {
    const hash = domain.structHash(receiptType, receipts[0]!)
    expect(receiptLeaf(domain, receipts[0]!)).toEqual(crypto.keccak256(concat(Uint8Array.of(0), hash)))
  })
  test('proves a receipt that travels alone, until its path or signature is touched', () => {
    const { tree, batch } = batchOf(receipts.slice(0, 7))
    const signed = signStruct(domain, receiptBatchType, batch, cast.operator.signer)
    const proven = { receipt: receipts[6]!, ...tree.path(6), batch: signed }
    const read = decode(provenReceiptCodec, encode(provenReceiptCodec, proven))
    expect(receiptIsProven(domain, read)).toBe(true)
    expect(receiptIsProven(domain, { ...read, index: 5 })).toBe(false)
    expect(receiptIsProven(domain, { ...read, path: read.path.slice(1) })).toBe(false)
    expect(receiptIsProven(domain, { ...read, path: [...read.path, '0x' as Hash32] })).toBe(false)
    const signature = digestOf('not a signature')
    expect(receiptIsProven(domain, { ...read, batch: { ...signed, signature } })).toBe(false)
  })
  test('has no receipt of status 0, read or written', () => {
    const bytes = encode(receiptCodec, { ...receipts[0]!, status: 1 })
    const zeroed = bytes.with(1 + 21 + 34, 0)
    expect(bytes[1 + 21 + 34]).toBe(1)
    expect(() => decode(receiptCodec, zeroed)).toThrow('receipt status 0')
    expect(() => encode(receiptCodec, { ...receipts[0]!, status: 0 })).toThrow(RangeError)
    const { tree, batch } = batchOf([{ ...receipts[0]!, status: 0 }])
    expect(batchHolds(domain, batch, { ...receipts[0]!, status: 0 }, tree.path(0))).toBe(false)
  })
})
