import { AbiCoder, keccak256 } from 'ethers'
import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../../protocols/kernel/cbor-reader.ts'
import { isMeshError } from '../../../../protocols/kernel/errors.ts'
import { type Address, address, type Hash32 } from '../../../../protocols/kernel/ids.ts'
import {
  NO_CODE,
  proveAccount,
  proveSlot,
  storageRootOf,
} from '../../../../protocols/rules/state-proof/account-proof.ts'
import { openHeader } from '../../../../protocols/rules/state-proof/block-header.ts'
import { headerOfBlock } from '../../../../protocols/rules/state-proof/header-of-block.ts'
import { readProofAnswer } from '../../../../protocols/rules/state-proof/proof-answer.ts'
import { encodeRlpBytes, encodeRlpList, readRlp } from '../../../../protocols/rules/state-proof/rlp.ts'
import { fieldOfWord, mappingSlot, slotAfter, slotAt } from '../../../../protocols/rules/state-proof/storage-slot.ts'
import { EMPTY_ROOT } from '../../../../protocols/rules/state-proof/trie-proof.ts'
import { buildTrie } from '../../../support/chain/merkle-trie.ts'
import { bytesOf, stateVectors } from '../../../support/state-vectors/read.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

const { block, header, cases } = stateVectors
const named = (name: string) => cases.find((found) => found.name === name)!
const nodesOf = (name: string) => named(name).nodes.map(bytesOf)

describe('a header', () => {
  it('has the hash that the chain gave its block, and its state root', () => {
    const opened = openHeader(crypto, bytesOf(header))
    expect(opened).toMatchObject({ hash: block.hash, stateRoot: block.stateRoot, parentHash: block.parentHash })
    expect([opened.number, opened.time]).toEqual([BigInt(block.number!), BigInt(block.timestamp!)])
    expect(toHex(headerOfBlock(block))).toBe(header)
  })

  it('of a later fork is read too, whatever it appends', () => {
    const { payload } = readRlp(bytesOf(header))
    const later = encodeRlpList([payload, encodeRlpBytes(new Uint8Array(32)), encodeRlpList([Uint8Array.of(7)])])
    expect(openHeader(crypto, later)).toMatchObject({
      stateRoot: block.stateRoot,
      hash: toHex(crypto.keccak256(later)),
    })
  })

  it('of an earlier one has fewer fields', () => {
    const { baseFeePerGas: _, ...early } = block
    expect(openHeader(crypto, headerOfBlock(early)).stateRoot).toBe(block.stateRoot)
    const cancun = { ...block, requestsHash: null }
    expect(openHeader(crypto, headerOfBlock(cancun)).hash).not.toBe(block.hash)
  })

  it('is refused where it is cut, too long, or no header', () => {
    expect(() => openHeader(crypto, bytesOf(header).subarray(0, -1))).toThrow(MalformedError)
    expect(() => openHeader(crypto, new Uint8Array(8_193))).toThrow('more than 8192 bytes')
    expect(() => openHeader(crypto, encodeRlpList([Uint8Array.of(1)]))).toThrow('fewer than 15 fields')
    expect(() => openHeader(crypto, encodeRlpList(Array<Uint8Array>(20).fill(Uint8Array.of(1))))).toThrow('32 bytes')
    for (const number of [undefined, 7, '0xzz', 'x', `0x${'1'.repeat(20_000)}`])
      expect(() => headerOfBlock({ ...block, number })).toThrow('number is no hexadecimal text')
  })
})

describe('an account', () => {
  it('is proven with its storage, and a slot of it', () => {
    const { root, key } = named('an account')
    const account = proveAccount(crypto, root, key as Address, nodesOf('an account'))!
    expect(account).toMatchObject({ nonce: 1n, balance: 0n, storageRoot: named('a slot').root })
    expect(account.codeHash).not.toBe(NO_CODE)
    const slot = named('a slot').key as Hash32
    expect(proveSlot(crypto, storageRootOf(account), slot, nodesOf('a slot'))).toBe(4n ** 9n)
    const unwritten = named('a slot that nobody wrote')
    expect(proveSlot(crypto, account.storageRoot, unwritten.key as Hash32, nodesOf(unwritten.name))).toBe(0n)
  })

  it('of a wallet has neither code nor storage, and of nobody is nothing', () => {
    const wallet = named('an account without code')
    const account = proveAccount(crypto, wallet.root, wallet.key as Address, nodesOf(wallet.name))
    expect(account).toMatchObject({ codeHash: NO_CODE, storageRoot: EMPTY_ROOT })
    expect(account!.balance).toBeGreaterThan(10n ** 18n)
    const nobody = named('no account')
    expect(proveAccount(crypto, nobody.root, nobody.key as Address, nodesOf(nobody.name))).toBeUndefined()
    expect(proveSlot(crypto, storageRootOf(undefined), slotAt(0n), [])).toBe(0n)
  })

  it('that its nodes do not prove is an error that says of what, and why', () => {
    const { root, key, nodes } = named('an account')
    const prove = () => proveAccount(crypto, root, key as Address, nodes.slice(1).map(bytesOf))
    expect(prove).toThrow(`the account ${key} is not proven by its nodes: a node of another hash`)
    expect(() => proveSlot(crypto, root, slotAt(0n), [])).toThrow('the storage slot 0x0000')
  })

  it('is refused where the trie holds something else under its key', () => {
    const who = address(`0x${'33'.repeat(20)}`)
    const held = (value: Uint8Array) => {
      const key = crypto.keccak256(bytesOf(who))
      const trie = buildTrie(crypto, [{ key, value }])
      return () => proveAccount(crypto, toHex(trie.root) as Hash32, who, trie.proof(key))
    }
    const [number, hash] = [encodeRlpBytes(Uint8Array.of(9)), encodeRlpBytes(new Uint8Array(32).fill(1))]
    expect(held(encodeRlpList([number, number, hash, hash]))()).toMatchObject({ nonce: 9n, balance: 9n })
    expect(held(encodeRlpList([number, number, hash]))).toThrow('four fields')
    expect(held(encodeRlpList([number, number, hash, number]))).toThrow('32 bytes')
    expect(held(encodeRlpList([Uint8Array.of(0), number, hash, hash]))).toThrow('zeros in front')
    expect(held(encodeRlpList([number, number, hash, hash, number]))).toThrow('more than 4 items')
  })

  it('has no slot that holds more than a word, and one that holds zero says so by a leaf or by none', () => {
    const slot = slotAt(5n)
    const held = (value: Uint8Array) => {
      const key = crypto.keccak256(bytesOf(slot))
      const trie = buildTrie(crypto, [{ key, value }])
      return () => proveSlot(crypto, toHex(trie.root) as Hash32, slot, trie.proof(key))
    }
    expect(held(encodeRlpBytes(Uint8Array.of(1, 0)))()).toBe(256n)
    expect(held(Uint8Array.of(0x80))()).toBe(0n)
    expect(held(Uint8Array.of(0))).toThrow('zeros in front')
    expect(held(encodeRlpBytes(new Uint8Array(33).fill(1)))).toThrow('more than 32 bytes')
    expect(held(encodeRlpBytes(Uint8Array.of(0, 1)))).toThrow('zeros in front')
  })
})

describe('the answer to eth_getProof', () => {
  it('is read with slots in any of the forms that endpoints give them', () => {
    const json = { accountProof: ['0x80'], storageProof: [{ key: '0x5', value: '0x0', proof: ['0xC0'] }] }
    const answer = readProofAnswer(json)
    expect(answer.account).toEqual([Uint8Array.of(0x80)])
    expect(answer.slots.get(slotAt(5n))).toEqual([Uint8Array.of(0xc0)])
  })

  it.each<[json: unknown]>([
    [undefined],
    [null],
    [[]],
    [{ accountProof: [], storageProof: {} }],
    [{ accountProof: 'x', storageProof: [] }],
    [{ accountProof: [1], storageProof: [] }],
    [{ accountProof: ['0x1'], storageProof: [] }],
    [{ accountProof: [`0x${'00'.repeat(533)}`], storageProof: [] }],
    [{ accountProof: Array(66).fill('0x80'), storageProof: [] }],
    [{ accountProof: [], storageProof: [{ key: '0x', proof: [] }] }],
    [{ accountProof: [], storageProof: [{ key: 5, proof: [] }] }],
    [{ accountProof: [], storageProof: [null] }],
    [{ accountProof: [], storageProof: Array(33).fill({ key: '0x1', proof: [] }) }],
  ])('is refused as %j', (json) => {
    try {
      readProofAnswer(json)
      expect.unreachable()
    } catch (error) {
      expect(isMeshError(error, 'STATE_UNPROVEN')).toBe(true)
    }
  })
})

describe('a storage slot', () => {
  it('of a mapping is the one that Solidity computes, also of a mapping in a mapping', () => {
    const who = address(`0x${'ab'.repeat(20)}`)
    const encoded = AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [who, 7])
    const entry = mappingSlot(crypto, who, slotAt(7n))
    expect(entry).toBe(keccak256(encoded))
    const inner = mappingSlot(crypto, slotAt(3n), entry)
    expect(inner).toBe(keccak256(concat(bytesOf(slotAt(3n)), bytesOf(entry))))
    expect(slotAfter(entry, 2)).toBe(`0x${(BigInt(entry) + 2n).toString(16).padStart(64, '0')}`)
    expect(slotAfter(slotAt(2n ** 256n - 1n), 1)).toBe(slotAt(0n))
    for (const slot of [-1n, 2n ** 256n]) expect(() => slotAt(slot)).toThrow(RangeError)
    expect(() => mappingSlot(crypto, '0x1' as Hash32, slotAt(0n))).toThrow(RangeError)
  })

  it('may be shared by fields, the first in the lowest bytes', () => {
    const word = (3n << 128n) | (2n << 64n) | 1n
    expect([0, 8, 16, 24].map((offset) => fieldOfWord(word, offset, 8))).toEqual([1n, 2n, 3n, 0n])
    expect(fieldOfWord(2n ** 256n - 1n, 31, 1)).toBe(255n)
    expect(() => fieldOfWord(word, 25, 8)).toThrow(RangeError)
  })
})
