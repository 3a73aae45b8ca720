import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { type AttemptId, type Hash32, networkId, type PeerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { addressOf } from '../../../protocols/statements/address-of.ts'
import { agreementIsRecent } from '../../../protocols/statements/agreement.ts'
import { agreementsHash, nextAgreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { networkSalt, networkTag } from '../../../protocols/statements/domain.ts'
import { collectionsHash, GRANT_COLLECTIONS_MAX } from '../../../protocols/statements/grant.ts'
import { messageId } from '../../../protocols/statements/message-id.ts'
import { addressOfPeerId, peerIdOfPublicKey, publicKeyOfPeerId } from '../../../protocols/statements/peer-id.ts'
import { createResumeToken, resumeTokenHash, resumeTokenOpens } from '../../../protocols/statements/resume-token.ts'
import { type SigningDomain, signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { cast, crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'
import '../../support/property-seed.ts'

describe('a network', () => {
  test.each(vectors.domains)('$networkId on chain $chainId has its own salt, separator and tag', (vector) => {
    const domain: SigningDomain = signingDomain(
      { networkId: networkId(vector.networkId), chainId: BigInt(vector.chainId) },
      crypto,
    )
    expect(networkSalt(crypto, domain.network.networkId)).toBe(vector.salt)
    expect(domain.separator).toBe(vector.separator)
    expect(domain.tag).toBe(vector.tag)
    expect(networkTag(crypto, domain.network.networkId)).toBe(vector.salt.slice(2, 10))
  })
  test('has a chain id of at most 256 bits', () => {
    for (const chainId of [-1n, 2n ** 256n])
      expect(() => signingDomain({ networkId: networkId('local'), chainId }, crypto)).toThrow(RangeError)
  })
})

describe('the rolling hash of agreements', () => {
  test.each(vectors.agreementsHashes)('over $agreements.length agreements', ({ agreements, hash }) => {
    expect(agreementsHash(crypto, agreements as AttemptId[])).toBe(hash)
  })
  test('continues where it stood, and knows order and number', () => {
    const [a, b] = ['a', 'b'].map((word) => toHex(digestOf(word)) as AttemptId) as [AttemptId, AttemptId]
    expect(agreementsHash(crypto, [b], agreementsHash(crypto, [a]))).toBe(agreementsHash(crypto, [a, b]))
    expect(agreementsHash(crypto, [a, b])).not.toBe(agreementsHash(crypto, [b, a]))
    expect(agreementsHash(crypto, [a])).not.toBe(agreementsHash(crypto, [a, a]))
    expect(agreementsHash(crypto, [])).toBe(ZERO_HASH)
    expect(() => nextAgreementsHash(crypto, ZERO_HASH, '0x00' as AttemptId)).toThrow(RangeError)
  })
})

describe('the hash of collections', () => {
  test.each(vectors.collectionsHashes)('of $collections', ({ collections, hash }) => {
    expect(collectionsHash(crypto, collections as Hash32[])).toBe(hash)
  })
  test('is one for one set, however it is ordered, and none for a list that is no set', () => {
    const list = ['a', 'b', 'c'].map((word) => toHex(digestOf(word)) as Hash32)
    expect(collectionsHash(crypto, [...list].reverse())).toBe(collectionsHash(crypto, list))
    expect(() => collectionsHash(crypto, [list[0]!, list[0]!])).toThrow(RangeError)
    expect(() => collectionsHash(crypto, ['0x00' as Hash32])).toThrow(RangeError)
    const many = Array.from({ length: GRANT_COLLECTIONS_MAX + 1 }, (_, i) => toHex(digestOf(`${i}`)) as Hash32)
    expect(() => collectionsHash(crypto, many)).toThrow(RangeError)
  })
})

describe('a gossip message id', () => {
  test.each(vectors.messageIds)('of $data on "$topic"', ({ topic, data, id }) => {
    expect(toHex(messageId(crypto, topic, bytesOf(data)))).toBe(id)
  })
  test('differs by topic: an offer published first elsewhere is not marked as seen here', () => {
    const offer = digestOf('an offer')
    expect(messageId(crypto, '/aitbc/0/offer/1/eu/a', offer)).not.toEqual(
      messageId(crypto, '/aitbc/0/offer/1/eu/b', offer),
    )
  })
  test('differs by content: a forger who makes the same claims does not get the true message dropped', () => {
    const topic = '/aitbc/0/offer/1/eu/a'
    const claims = digestOf('author and sequence')
    const [genuine, forged] = [digestOf('true signature'), digestOf('false signature')].map((rest) =>
      concat(claims, rest),
    )
    expect(messageId(crypto, topic, genuine!)).not.toEqual(messageId(crypto, topic, forged!))
  })
  test('does not confuse where the topic ends', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.nat(), (text, at) => {
        const bytes = new TextEncoder().encode(text)
        const cut = at % (bytes.length + 1)
        const topic = new TextDecoder().decode(bytes.subarray(0, cut))
        if (topic === text || new TextEncoder().encode(topic).length !== cut) return
        expect(messageId(crypto, topic, bytes.subarray(cut))).not.toEqual(messageId(crypto, text, new Uint8Array(0)))
      }),
      { numRuns: 200 },
    )
  })
})

describe('a resume token', () => {
  test.each(vectors.resumeTokens)('opens its hash', ({ token, hash }) => {
    expect(resumeTokenHash(crypto, bytesOf(token))).toBe(hash)
    expect(resumeTokenOpens(crypto, bytesOf(token), hash as Hash32)).toBe(true)
  })
  test('opens no other hash, and has 32 bytes', () => {
    const token = createResumeToken({ bytes: (length) => new Uint8Array(length).fill(7) })
    expect(token.length).toBe(32)
    expect(resumeTokenOpens(crypto, digestOf('another'), resumeTokenHash(crypto, token))).toBe(false)
    const short = token.slice(1)
    expect(() => resumeTokenHash(crypto, short)).toThrow(RangeError)
    expect(resumeTokenOpens(crypto, short, toHex(crypto.sha256(short)) as Hash32)).toBe(false)
  })
})

describe('an agreement', () => {
  test('is recent within 60 s of its block, before and after', () => {
    const head = 1_790_000_000n
    expect([-61n, -60n, 0n, 60n, 61n].map((off) => agreementIsRecent({ blockTime: head + off }, head))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    expect(agreementIsRecent({ blockTime: 2n ** 64n - 1n }, head)).toBe(false)
    expect(agreementIsRecent({ blockTime: 0n }, head)).toBe(false)
  })
})

describe('a peer id', () => {
  test.each(vectors.keys)('of $name holds its key and leads to its address', ({ publicKey, address, peerId }) => {
    expect(peerIdOfPublicKey(bytesOf(publicKey))).toBe(peerId)
    expect(toHex(publicKeyOfPeerId(peerId as PeerId)!)).toBe(publicKey)
    expect(addressOfPeerId(crypto, peerId as PeerId)).toBe(address)
  })
  test('that is none, or of another kind of key, leads nowhere', () => {
    const good = peerIdOfPublicKey(cast.operator.signer.publicKey)
    const wrong = [
      '',
      '1',
      good.slice(1),
      good.slice(0, -1),
      `${good}1`,
      `1${good}`,
      good.replace('H', 'l'),
      good.replace('H', '0'),
      ` ${good}`,
      '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5',
      'QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC',
      'z'.repeat(53),
      'z'.repeat(1_000_000),
    ]
    for (const text of wrong) expect(publicKeyOfPeerId(text as PeerId), text.slice(0, 60)).toBeUndefined()
  })
  test('of bytes that are no point of the curve has no address', () => {
    const peer = peerIdOfPublicKey(new Uint8Array(33).fill(2).fill(0, 1, 32).fill(5, 32))
    expect(publicKeyOfPeerId(peer)?.length).toBe(33)
    expect(addressOfPeerId(crypto, peer)).toBeUndefined()
    expect(addressOf(crypto, new Uint8Array(0))).toBeUndefined()
    expect(() => peerIdOfPublicKey(new Uint8Array(32))).toThrow(RangeError)
  })
})
