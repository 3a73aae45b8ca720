import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { latencyClasses } from '../../../protocols/rules/pricing/latency-class.ts'
import { PRICE_MAX } from '../../../protocols/wire/offer/offer-body.ts'
import '../../support/property-seed.ts'

const price = fc.bigInt({ min: 0n, max: PRICE_MAX }).map(credits)
const anyClass = fc.constantFrom(...latencyClasses)
/** Units of one job: as many tokens as a day of the fastest card gives. */
const usage = fc.bigInt({ min: 0n, max: 1_000_000n })

describe('the price of a job', () => {
  it('is the base times the class', () => {
    expect(latencyClasses.map((each) => jobPrice(credits(1_000), each))).toEqual([3_000n, 2_000n, 1_000n, 700n])
    expect(jobPrice(credits(1_000), 'fast', 3n)).toBe(6_000n)
    expect(jobPrice(credits(0), 'realtime')).toBe(0n)
  })

  it('is rounded half up, once', () => {
    expect(jobPrice(credits(5), 'economy')).toBe(4n)
    expect(jobPrice(credits(5), 'economy', 3n)).toBe(11n)
    expect(jobPrice(credits(2), 'economy')).toBe(1n)
  })

  it('is within half a credit of the exact one', () => {
    fc.assert(
      fc.property(price, anyClass, usage, (base, latencyClass, units) => {
        const milli = { realtime: 3_000n, fast: 2_000n, standard: 1_000n, economy: 700n }[latencyClass]
        const off = jobPrice(base, latencyClass, units) * 1_000n - base * milli * units
        return off > -500n && off <= 500n
      }),
    )
  })

  it('never falls with the base, with the usage, or with a tighter class', () => {
    fc.assert(
      fc.property(price, price, anyClass, usage, usage, (a, b, latencyClass, m, n) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        const [few, many] = m < n ? [m, n] : [n, m]
        const dearest = latencyClasses.map((each) => jobPrice(low, each, few))
        for (let i = 1; i < dearest.length; i++) if (dearest[i]! > dearest[i - 1]!) return false
        return jobPrice(low, latencyClass, few) <= jobPrice(high, latencyClass, many)
      }),
    )
  })

  it('of any offer that a codec takes is an amount that a voucher can say', () => {
    fc.assert(
      fc.property(price, anyClass, usage, (base, latencyClass, units) => {
        return jobPrice(base, latencyClass, units) <= CREDITS_MAX
      }),
    )
    expect(jobPrice(PRICE_MAX, 'realtime', 1_000_000n)).toBe(3n * 10n ** 18n)
  })
})
