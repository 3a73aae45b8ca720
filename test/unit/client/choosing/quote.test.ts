import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteText } from '../../../../node/cli/jobs/quote-command.ts'
import { explainText } from '../../../../node/cli/jobs/quote-explain.ts'
import { jobCandidate } from '../../../../node/client/choosing/job-candidate.ts'
import { quoteOf } from '../../../../node/client/choosing/quote.ts'
import type { DirectoryAnswer } from '../../../../node/client/finding/find-offers.ts'
import type { MinerNotes } from '../../../../node/client/finding/offer-book.ts'
import { peerId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { jobPrice } from '../../../../protocols/rules/pricing/job-price.ts'
import { chancesOf, chooseMiner } from '../../../../protocols/rules/routing/choose-miner.ts'
import { guessFrom } from '../../../../protocols/rules/routing/guess-latency.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../../../protocols/rules/routing/weigh-candidate.ts'
import { shortOf } from '../../../../protocols/wire/offer/offer.ts'
import { offerOf } from '../../../support/offers.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'
import '../../../support/property-seed.ts'

interface Facts {
  readonly base?: number
  readonly rttMs?: number | undefined
  readonly serviceMs?: number | undefined
  readonly jobs?: number
  readonly failures?: number
}

function notes(miner: number, { base = 100, rttMs, serviceMs, jobs = 0, failures = 0 }: Facts = {}): MinerNotes {
  const models = [{ short: shortOf(model), base: credits(base) }]
  return {
    offer: offerOf({ miner, body: { models, jobs } }),
    heardAtMs: 0,
    rttMs,
    serviceMs,
    failures,
    isLeased: false,
    claimFactor: 1,
    auditFactor: 1,
  }
}

const named = (directory: string, ...miners: readonly MinerNotes[]): DirectoryAnswer => ({
  directory: peerId(directory),
  offers: miners.length,
  miners: miners.map(({ offer }) => offer.miner),
  false: 0,
})

const RICH = { priceMax: credits(1_000_000), latencyMsMax: undefined }
const json = (quote: ReturnType<typeof quoteOf>) =>
  JSON.parse(
    JSON.stringify({ ...quote, modelName: 'letters' }, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  )

describe('a quote', () => {
  it('names first whom a job would ask first, at the price that the job would be run for', () => {
    const facts = fc.record({
      base: fc.integer({ min: 1, max: 5_000 }),
      rttMs: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      serviceMs: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      jobs: fc.nat(4),
      failures: fc.nat(2),
    })
    const budget = fc.record({
      priceMax: fc.integer({ min: 1, max: 9_000 }).map((price) => credits(price)),
      latencyMsMax: fc.option(fc.integer({ min: 20, max: 500 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 12 }), budget, (miners, wanted) => {
        const live = miners.map((each, i) => notes(i + 1, each))
        const quote = quoteOf(model, live, [], wanted)
        const weights = weightsOf('latency')
        const candidates = live.map((note) => jobCandidate(note, model, quote.latencyClass))
        const weighed = candidates.map((each) =>
          weigh(each, { ...wanted, weights, latencyClass: quote.latencyClass, guess: guessFrom(candidates) }),
        )
        const first = chooseMiner(chancesOf(weighed), 0)?.candidate
        const quoted = quote.offers.find(({ chance }) => chance > 0)
        expect(quoted?.miner).toBe(first?.offer.miner)
        expect(quoted?.price).toBe(first?.price)
        for (const { miner, price } of quote.offers) {
          const { base } = live.find(({ offer }) => offer.miner === miner)!.offer.body.models[0]!
          expect(price).toBe(jobPrice(base, quote.latencyClass))
        }
        expect(quote.offers).toHaveLength(live.length)
      }),
      { numRuns: 300 },
    )
  })

  it('says of each that would not be asked why', () => {
    const live = [notes(1, { base: 50_000 }), notes(2, { rttMs: 900 }), notes(3, { jobs: 4 }), notes(4)]
    const { offers, latencyClass } = quoteOf(model, live, [], { priceMax: credits(10_000), latencyMsMax: 200 })
    expect(offers.map(({ fits }) => fits)).toEqual(['yes', 'full', 'too slow', 'too dear'])
    expect(offers.map(({ chance }) => chance)).toEqual([1, 0, 0, 0])
    expect(latencyClass).not.toBe('')
  })

  it('shows where directories do not agree', () => {
    const [a, b, met] = [notes(1), notes(2), notes(3)]
    const answers = [named('one', a, b), named('two', a), named('three')]
    const { offers, directories } = quoteOf(model, [a, b, met], answers, RICH)
    expect(directories).toBe(3)
    expect(offers.map(({ namedBy }) => namedBy)).toEqual([2, 1, 0])
  })
})

describe('an explained quote', () => {
  it('shows the chance, the terms and the reason of every miner', () => {
    const live = [notes(1, { rttMs: 4, serviceMs: 30 }), notes(2, { base: 900 }), notes(3, { base: 50_000 })]
    const quote = quoteOf(model, live, [], { priceMax: credits(10_000), latencyMsMax: undefined })
    const text = explainText(json(quote), undefined, (it) => it)
    expect(text).toMatch(/price\^0\.3 x latency\^0\.45 x quality\^0\.25/)
    expect(text).toMatch(/100\.0 % .* 34 ms measured .* the best$/m)
    expect(text).toMatch(/– .* 34 ms guessed .* dearer$/m)
    expect(text).toMatch(/above the ceiling; dearer$/m)
    // Nothing is held against anybody, so nothing is said of it.
    expect(text).not.toMatch(/CLAIMS|AUDITS|FAILURES/)
    expect(quote.offers.map(({ weakest }) => weakest)).toEqual([undefined, 'price', 'price'])
  })

  it('says what came closest where nobody fits', () => {
    const quote = quoteOf(model, [notes(1, { rttMs: 90, serviceMs: 30 })], [], { ...RICH, latencyMsMax: 20 })
    expect(quote.closest).toBe('the quickest would take 120 ms (measured), and 20 are allowed')
    expect(quoteText(json(quote), undefined, (it) => it)).toContain(
      'none within this budget: the quickest would take 120 ms',
    )
  })

  it('refuses a policy that is none', () => {
    const policy = { price: 0.5, latency: 0.6, quality: 0 }
    expect(() => quoteOf(model, [], [], { ...RICH, policy })).toThrow(/add up to 1.1/)
  })
})

describe('a quote for people', () => {
  it('begins with the price and ends with the miners', () => {
    const live = [notes(1, { rttMs: 4.2, serviceMs: 31 })]
    const text = quoteText(json(quoteOf(model, live, [named('one', live[0]!)], RICH)), undefined, (it) => it)
    expect(text).toMatch(/^letters for 0\.\d+ in the \w+ class; 1 directory asked\.$/m)
    expect(text).toMatch(/0x0+1 +0\.\d+ +4\.2 ms +31 ms +0\/4 +1\/1 +yes$/m)
  })

  it('says who is left out for its lies, and where that is told', () => {
    const barred = [notes(9).offer.miner]
    for (const live of [[], [notes(1)]]) {
      const quote = quoteOf(model, live, [], { ...RICH, barred })
      expect(quote.barred).toEqual(barred)
      const last = quoteText(json(quote), undefined, (it) => it)
        .split('\n')
        .at(-1)
      expect(last).toBe(`Asked nothing, for they were found to lie (aitbc audits, aitbc evidence): ${barred[0]}.`)
    }
  })

  it('shows the name that a miner gives the model without its control characters', () => {
    for (const live of [[], [notes(1)]]) {
      for (const budget of [RICH, { ...RICH, priceMax: credits(1) }]) {
        const quote = { ...json(quoteOf(model, live, [], budget)), modelName: 'letters\u001b]0;mine\u0007' }
        const text = quoteText(quote, undefined, (it) => it)
        expect(text).toContain('letters')
        expect([...'\u001b\u0007'].filter((each) => text.includes(each))).toEqual([])
      }
    }
  })

  it('says that nobody offers it, or nobody within the budget', () => {
    expect(quoteText(json(quoteOf(model, [], [], RICH)), undefined, (it) => it)).toBe(
      'No miner offers letters right now; 0 directories asked.',
    )
    const poor = { ...RICH, priceMax: credits(1) }
    expect(quoteText(json(quoteOf(model, [notes(1)], [], poor)), undefined, (it) => it)).toMatch(
      /^1 miner would run letters, none within this budget/,
    )
  })
})
