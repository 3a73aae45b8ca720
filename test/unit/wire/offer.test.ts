import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { type Hash32, modelId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { ORIGIN } from '../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { addressOfPeerId } from '../../../protocols/statements/peer-id.ts'
import { termsHash } from '../../../protocols/statements/service-level.ts'
import { encodeSigned, openSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { isExpired, offeredModel, openOffer, shortOf, signOffer } from '../../../protocols/wire/offer/offer.ts'
import {
  fitOfferBody,
  OFFER_BODY_BYTES_MAX,
  OFFER_BYTES_MAX,
  OFFER_MODELS_MAX,
  OFFER_TTL_MS,
  type OfferBody,
  offerBodyCodec,
  offeredCoordinates,
  offerShard,
  PRICE_MAX,
} from '../../../protocols/wire/offer/offer-body.ts'
import { cast, crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { hashOf, model } from '../../support/wire-vectors/job-samples.ts'
import { body, termedBody, widestBody, widestTermedBody } from '../../support/wire-vectors/offer-bodies.ts'
import '../../support/property-seed.ts'

const NOW_MS = 1_790_000_000_000
const { signer } = cast.operator
const sign = (of: OfferBody, nowMs = NOW_MS) => signOffer(domain, signer, of, BigInt(nowMs), nowMs)

const price = fc.bigInt({ min: 0n, max: PRICE_MAX }).map(credits)
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const word = fc.stringMatching(/^[a-z0-9-]{1,24}$/)
const anyBody: fc.Arbitrary<OfferBody> = fc
  .record({
    region: word,
    gpuClass: word,
    models: fc.array(fc.record({ short: fc.uint8Array({ minLength: 8, maxLength: 8 }), base: price }), {
      maxLength: OFFER_MODELS_MAX,
    }),
    jobs: u32,
    jobsMax: u32,
    chunkCredits: price,
    windowChunks: fc.integer({ min: 0, max: 16 }),
    isPaused: fc.boolean(),
    features: fc.option(fc.integer({ min: 0, max: 0xff }), { nil: undefined }),
    coordinates: fc.option(fc.uint8Array({ minLength: 1, maxLength: 24 }), { nil: undefined }),
  })
  .map(({ isPaused, features, coordinates, ...rest }) =>
    fitOfferBody({
      ...rest,
      table: hashOf('table'),
      ...(isPaused ? { paused: 1 } : {}),
      ...(features === undefined ? {} : { features }),
      ...(coordinates === undefined ? {} : { coordinates }),
    }),
  )

describe('an offer with terms', () => {
  it('is read as it was signed, and its head names them', () => {
    const signed = sign(termedBody)
    expect(openOffer(domain, signed.bytes)).toEqual(signed)
    expect(signed.head.termsHash).toBe(termsHash(domain, termedBody.terms))
    expect(signed.head.termsHash).not.toBe(ZERO_HASH)
  })

  it('that its head does not name is not believed', () => {
    const payload = encode(offerBodyCodec, termedBody)
    const bodyHash = toHex(crypto.keccak256(payload)) as Hash32
    for (const termsHash of [ZERO_HASH, hashOf('others')]) {
      const head = { ...sign(body).head, bodyHash, termsHash }
      const bytes = encodeSigned(offerHeadType, signStruct(domain, offerHeadType, head, signer, payload))
      expect(() => openOffer(domain, bytes)).toThrow(/other terms/)
    }
  })

  it('lists as many of its first models as there is room for', () => {
    const models = fc.array(fc.record({ short: fc.uint8Array({ minLength: 8, maxLength: 8 }) }), {
      maxLength: OFFER_MODELS_MAX,
    })
    let cut = 0
    fc.assert(
      fc.property(models, price, price, (listed, of, step) => {
        const whole = { ...widestTermedBody, models: listed.map((each) => ({ ...each, base: of })), chunkCredits: step }
        const fitted = fitOfferBody(whole)
        expect(encode(offerBodyCodec, fitted).length).toBeLessThanOrEqual(OFFER_BODY_BYTES_MAX)
        expect(fitted.models).toEqual(whole.models.slice(0, fitted.models.length))
        const next = whole.models.slice(0, fitted.models.length + 1)
        if (next.length === fitted.models.length) return
        cut++
        expect(() => encode(offerBodyCodec, { ...fitted, models: next })).toThrow(RangeError)
      }),
      { numRuns: 60 },
    )
    // Where nothing is cut, the property says nothing.
    expect(cut).toBeGreaterThan(5)
    expect(fitOfferBody(widestBody)).toEqual(widestBody)
    expect(widestTermedBody.models.length).toBeGreaterThanOrEqual(4)
  })

  it('that break their bounds is not signed, with however few models', () => {
    expect(() => fitOfferBody({ ...termedBody, terms: { ...termedBody.terms!, quorum: 1 } })).toThrow(RangeError)
  })
})

describe('an offer', () => {
  it('is read as it was signed, whatever stands in it, and is never too long for gossip', () => {
    fc.assert(
      fc.property(anyBody, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (of, sequence) => {
        const signed = signOffer(domain, signer, of, sequence, NOW_MS, hashOf('beacon'))
        expect(signed.bytes.length).toBeLessThanOrEqual(OFFER_BYTES_MAX)
        expect(openOffer(domain, signed.bytes)).toEqual(signed)
      }),
      { numRuns: 60 },
    )
  })

  it('is not believed where another key signed it, or where a bit of it was changed', () => {
    const { bytes, head } = sign(body)
    const mine = signStruct(
      domain,
      offerHeadType,
      { ...head, operator: cast.owner.signer.address },
      cast.owner.signer,
      encode(offerBodyCodec, body),
    )
    const stolen = encodeSigned(offerHeadType, { ...mine, value: head })
    expect(() => openOffer(domain, stolen)).toThrow(/is signed by/)
    const changed = bytes.slice()
    changed[changed.length - 1]! ^= 1
    expect(() => openOffer(domain, changed)).toThrow(/false-signature/)
  })

  it('of the widest body and the latest time has the bytes that the law counts with, and no more', () => {
    const latest = signOffer(domain, signer, widestBody, 2n ** 64n - 1n, 2 ** 52)
    expect(latest.bytes.length).toBeLessThanOrEqual(OFFER_BYTES_MAX)
    const headBytes = latest.bytes.length - encode(offerBodyCodec, widestBody).length
    expect(headBytes).toBeLessThanOrEqual(OFFER_BYTES_MAX - OFFER_BODY_BYTES_MAX)
    expect(encode(offerBodyCodec, widestBody).length).toBeLessThanOrEqual(OFFER_BODY_BYTES_MAX)
  })

  it('with one model more is not signed: it would reach nobody', () => {
    const models = [...widestBody.models, widestBody.models[0]!]
    expect(() => sign({ ...widestBody, models })).toThrow(RangeError)
  })

  it('that says much beside its models lists the first of them, as many as there is room for', () => {
    const wordy = { ...widestBody, coordinates: coordinatesToBytes(ORIGIN) }
    const fitted = fitOfferBody(wordy)
    expect(fitted).toEqual({ ...wordy, models: wordy.models.slice(0, 5) })
    expect(() => sign(fitted)).not.toThrow()
    const brief = fitOfferBody({ ...wordy, region: 'eu' })
    expect(brief.models, 'one less where one less is enough').toEqual(wordy.models.slice(0, 6))
    expect(fitOfferBody(widestBody)).toBe(widestBody)
    expect(fitOfferBody({ ...body, models: Array.from({ length: 9 }, () => body.models[0]!) }).models).toHaveLength(7)
  })

  it('with a price beyond its bounds is not made fit by listing less', () => {
    const dear = { short: shortOf(model), base: credits(PRICE_MAX + 1n) }
    expect(() => fitOfferBody({ ...body, models: [body.models[0]!, dear] })).toThrow(RangeError)
  })

  it('says where its miner lies, in bytes that nobody has to understand', () => {
    const placed = { ...body, coordinates: coordinatesToBytes({ ...ORIGIN, error: 0.5 }) }
    expect(offeredCoordinates(openOffer(domain, sign(placed).bytes).body)).toEqual({ ...ORIGIN, error: 0.5 })
    expect(offeredCoordinates({ ...body, coordinates: Uint8Array.of(2, 1) })).toBeUndefined()
    expect(offeredCoordinates(body)).toBeUndefined()
  })

  it.each([
    ['coordinates', { coordinates: new Uint8Array(25) }],
    ['base price', { models: [{ short: shortOf(model), base: credits(PRICE_MAX + 1n) }] }],
    ['billing step', { chunkCredits: CREDITS_MAX }],
    ['window', { windowChunks: 17 }],
    ['region', { region: 'EU' }],
    ['class', { gpuClass: '' }],
    ['pause', { paused: 0 }],
  ] satisfies [string, Partial<OfferBody>][])('with a %s beyond its bounds is not signed', (_, spoilt) => {
    expect(() => sign({ ...body, ...spoilt })).toThrow(RangeError)
  })

  it('names its miner on the network and on the chain by one key', () => {
    const { miner, peer, head } = sign(body)
    expect(miner).toBe(signer.address)
    expect(addressOfPeerId(crypto, peer)).toBe(miner)
    expect(head.beacon).toBe(ZERO_HASH)
  })

  it('has a hash that an agreement names: another for anything else', () => {
    const hashes = [sign(body), sign({ ...body, jobs: 2 }), sign(body, NOW_MS + 1)].map(({ hash }) => hash)
    expect(new Set(hashes).size).toBe(3)
    expect(openOffer(domain, sign(body).bytes).hash).toBe(hashes[0])
  })

  it('stands for five minutes', () => {
    const signed = sign(body)
    expect(isExpired(signed, NOW_MS + OFFER_TTL_MS - 1)).toBe(false)
    expect(isExpired(signed, NOW_MS + OFFER_TTL_MS)).toBe(true)
  })

  it('keeps nothing alive of the message that it came in', () => {
    const message = new Uint8Array(60_000)
    message.set(sign(body).bytes)
    const opened = openOffer(domain, message.subarray(0, sign(body).bytes.length))
    expect(opened.bytes.buffer.byteLength).toBe(opened.bytes.length)
    message.fill(0)
    expect(opened).toEqual(sign(body))
  })

  it('without its body is none', () => {
    const { payload: _, ...bare } = openSigned(domain, offerHeadType, sign(body).bytes)
    expect(() => openOffer(domain, encodeSigned(offerHeadType, bare))).toThrow(/no body/)
  })

  it('belongs to the shard of its region and class', () => {
    expect(offerShard(body)).toBe('eu-west/inference')
  })
})

describe('a model in an offer', () => {
  it('is found by the first bytes of its digest', () => {
    expect(offeredModel(body, model)).toEqual({ short: shortOf(model), base: 1_000n })
    expect(shortOf(model)).toEqual(digestOf('model').slice(0, 8))
  })

  it('is not found where it is not listed, or is no model id', () => {
    expect(offeredModel(body, modelIdOf(digestOf('another model')))).toBeUndefined()
    expect(offeredModel(body, modelId('characters'))).toBeUndefined()
    expect(() => shortOf(modelId('characters'))).toThrow(/characters/)
  })

  it('that differs in a later byte only is taken for it: the table says which', () => {
    const digest = digestOf('model')
    digest[8]! ^= 1
    expect(offeredModel(body, modelIdOf(digest))).toEqual({ short: shortOf(model), base: 1_000n })
  })
})
