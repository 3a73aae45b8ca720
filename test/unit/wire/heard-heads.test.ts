import { describe, expect, it } from 'vitest'
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { HeardHeads } from '../../../protocols/wire/offer/heard-heads.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import type { OfferBody } from '../../../protocols/wire/offer/offer-body.ts'
import { offerOf } from '../../support/offers.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'

const NOW_MS = 1_790_000_000_000
const offer = (change: Partial<OfferBody> = {}, sequence = 5n, signer: Secp256k1Signer = cast.operator.signer) =>
  signOffer(domain, signer, { ...body, ...change }, sequence, NOW_MS)

describe('heads that were heard', () => {
  it('are held against another one of their sequence, which was checked or is checked now', () => {
    const heads = new HeardHeads(domain)
    const [first, second] = [offer(), offer({ jobs: 3 })]
    expect(heads.hear(first)).toBeUndefined()
    for (const found of [heads.hear(second), heads.holdAgainst(second.bytes)]) {
      expect(found).toMatchObject({ kind: 'offer-heads', a: { value: first.head }, b: { value: second.head } })
      expect(contradictionFault(domain, found!)).toBeUndefined()
      // Without the bodies, which prove nothing.
      expect(found).not.toHaveProperty('a.payload')
      expect(found).not.toHaveProperty('b.payload')
    }
  })

  it('say nothing against the same one again, another sequence, or another operator', () => {
    const heads = new HeardHeads(domain)
    heads.hear(offer())
    const others = [offer(), offer({ jobs: 3 }, 6n), offer({ jobs: 3 }, 5n, cast.stranger.signer)]
    for (const other of others) {
      expect(heads.holdAgainst(other.bytes)).toBeUndefined()
      expect(heads.hear(other)).toBeUndefined()
    }
  })

  it('say nothing against what the operator never signed, and remember none of it', () => {
    const heads = new HeardHeads(domain)
    const { bytes } = offer({ jobs: 3 })
    const forged = bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)
    expect(heads.holdAgainst(forged)).toBeUndefined()
    heads.hear(offer())
    expect(heads.holdAgainst(forged)).toBeUndefined()
    expect(heads.holdAgainst(new Uint8Array(40))).toBeUndefined()
    expect(heads.holdAgainst(new Uint8Array(1_000_000))).toBeUndefined()
    expect(heads.size).toBe(1)
  })

  it('check no signature where nothing of the sequence was heard', () => {
    let checks = 0
    const verify: typeof crypto.verify = (...given) => {
      checks++
      return crypto.verify(...given)
    }
    const counted = {
      ...domain,
      crypto: { ...crypto, verify },
      structHash: domain.structHash.bind(domain),
    } as typeof domain
    const heads = new HeardHeads(counted)
    heads.holdAgainst(offer().bytes)
    expect(checks).toBe(0)
    heads.hear(offer())
    heads.holdAgainst(offer().bytes)
    expect(checks).toBe(0)
    heads.holdAgainst(offer({ jobs: 3 }).bytes)
    expect(checks).toBe(2)
  })

  it('are the latest 16 of an operator', () => {
    const heads = new HeardHeads(domain)
    for (let i = 0; i < 17; i++) heads.hear(offer({}, BigInt(i)))
    expect(heads.size).toBe(16)
    expect(heads.hear(offer({ jobs: 9 }, 1n))).toBeDefined()
    expect(heads.holdAgainst(offer({ jobs: 9 }, 0n).bytes)).toBeUndefined()
  })

  it('are 32,768 of all operators: the oldest of all goes', () => {
    const heads = new HeardHeads(domain)
    heads.hear(offer())
    const { address } = cast.operator.signer
    for (let i = 0; i < 32_767; i++) heads.hear(offerOf({ miner: i }))
    expect([heads.size, heads.hasHeard(address)]).toEqual([32_768, true])
    heads.hear(offerOf({ miner: 32_767 }))
    expect([heads.size, heads.hasHeard(address)]).toEqual([32_768, false])
    const own = new Secp256k1Signer(createSecret({ bytes: (length) => new Uint8Array(length).fill(7) }), crypto)
    heads.hear(offer({}, 1n, own))
    expect(heads.hear(offer({ jobs: 2 }, 1n, own))).toBeDefined()
  })
})
