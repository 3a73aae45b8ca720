/** What is offered, quoted and charged is one price, whatever the strategy of the miner and the budget of the client. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteOf } from '../../../node/client/choosing/quote.ts'
import { OfferBook } from '../../../node/client/finding/offer-book.ts'
import { refuseByPrice } from '../../../node/work/admission.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { classForBudget } from '../../../protocols/rules/pricing/latency-class.ts'
import { marketBase } from '../../../protocols/rules/pricing/market-base.ts'
import { priceStrategies } from '../../../protocols/rules/pricing/price-strategies.ts'
import { askPrice } from '../../../protocols/rules/pricing/price-strategy.ts'
import { offeredModel, shortOf } from '../../../protocols/wire/offer/offer.ts'
import { offerBodyCodec, PRICE_MAX } from '../../../protocols/wire/offer/offer-body.ts'
import { offerOf } from '../../support/offers.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import '../../support/property-seed.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const amount = fc.bigInt({ min: 1n, max: 10n ** 10n }).map(credits)

const asked = fc
  .record({
    facts: fc.record({
      jobType: fc.constant('inference'),
      capabilityScore: share,
      queue: fc.nat(500),
      utilisation: share,
      hourUtc: fc.nat(23),
      complexity: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
      nowMs: fc.constant(0),
    }),
    strategy: fc.constantFrom(...priceStrategies),
    price: amount,
    others: fc.array(amount, { maxLength: 6 }),
    utilisation: share,
    energy: fc.option(amount, { nil: undefined }),
  })
  .map(({ facts, strategy, price, others, utilisation, energy }) =>
    askPrice({ strategy, price }, { formula: marketBase(facts), others, utilisation, energy }),
  )

test('a client is quoted what the miner charges for the offer, and one that fits never costs more than its ceiling', () => {
  const budget = fc.record({
    priceMax: amount,
    latencyMsMax: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(asked, budget, ({ base }, { priceMax, latencyMsMax }) => {
      const told = offerOf({ miner: 1, body: { models: [{ short: shortOf(model), base }] } })
      // As it comes over the wire.
      const offer = { ...told, body: decode(offerBodyCodec, encode(offerBodyCodec, told.body)) }
      const book = new OfferBook(new ManualClock())
      book.put(offer)
      const { offers, latencyClass } = quoteOf(model, book.live(model), [], { priceMax, latencyMsMax })
      const [quoted] = offers
      // What the desk makes of the price that its board promised under this head.
      const charged = jobPrice(offeredModel(told.body, model)!.base, latencyClass)
      expect(latencyClass).toBe(classForBudget(latencyMsMax))
      expect(quoted!.price).toBe(charged)
      expect(quoted!.fits === 'too dear').toBe(charged > priceMax)
      // The agreement's ceiling is the quoted price: the miner takes it, and a credit less it would not.
      expect(refuseByPrice(charged, quoted!.price)).toBeUndefined()
      if (charged > 0n)
        expect(refuseByPrice(charged, credits(quoted!.price - 1n))).toMatchObject({ reason: 'PRICE_TOO_LOW' })
    }),
  )
})

test('no offer names a price beyond the bounds of the arithmetic of who reads it', () => {
  const body = (base: bigint) =>
    offerOf({ miner: 1, body: { models: [{ short: shortOf(model), base: credits(base) }] } }).body
  expect(() => encode(offerBodyCodec, body(PRICE_MAX + 1n))).toThrow(RangeError)
  expect(jobPrice(credits(PRICE_MAX), 'realtime')).toBe(3n * PRICE_MAX)
})
