import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rational } from '../../../../protocols/kernel/money.ts'
import { type CloudTariff, cloudPrice, usageMax } from '../../../../protocols/rules/venue/cloud-price.ts'
import '../../../support/property-seed.ts'

const decimal = (n: bigint, places = 9): Rational => ({ n, d: 10n ** BigInt(places) })
const ZERO = decimal(0n)
const ONE: Rational = { n: 1n, d: 1n }
const free: CloudTariff = { perCall: ZERO, per1kTokensIn: ZERO, per1kTokensOut: ZERO, unitWorth: ONE }

const rational = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((n) => decimal(n))
const tariff: fc.Arbitrary<CloudTariff> = fc.record({
  perCall: rational,
  per1kTokensIn: rational,
  per1kTokensOut: rational,
  unitWorth: fc.bigInt({ min: 10n ** 6n, max: 10n ** 12n }).map((n) => decimal(n)),
})
const tokens = fc.bigInt({ min: 0n, max: 1_000_000n })
const usage = fc.record({ tokensIn: tokens, tokensOut: tokens })

describe('the price of a call to a cloud', () => {
  it('is its bill in credits by what the token is worth', () => {
    expect(cloudPrice({ ...free, perCall: decimal(2n, 3) })).toBe(2_000n)
    expect(cloudPrice({ ...free, perCall: decimal(2n, 3), unitWorth: decimal(5n, 1) })).toBe(4_000n)
    const counted = { ...free, per1kTokensIn: decimal(150n, 6), per1kTokensOut: decimal(600n, 6) }
    expect(cloudPrice(counted, { tokensIn: 1_000n, tokensOut: 500n })).toBe(450n)
    expect(cloudPrice(free, { tokensIn: 1_000n, tokensOut: 500n })).toBe(0n)
  })

  it('is rounded up, so that a budget never counts less than the bill', () => {
    expect(cloudPrice({ ...free, perCall: decimal(1n) })).toBe(1n)
    fc.assert(
      fc.property(tariff, usage, (each, used) => {
        const { perCall, per1kTokensIn, per1kTokensOut, unitWorth } = each
        // All denominators are 10^9 here: the bill in thousandths of that.
        const bill = perCall.n * 1_000n + per1kTokensIn.n * used.tokensIn + per1kTokensOut.n * used.tokensOut
        const price = cloudPrice(each, used)
        const exact = bill * 1_000_000n
        const unit = unitWorth.n * 1_000n
        return price * unit >= exact && (price - 1n) * unit < exact
      }),
    )
  })

  it('never falls with what is used', () => {
    fc.assert(
      fc.property(tariff, usage, tokens, (each, used, more) => {
        const larger = { tokensIn: used.tokensIn + more, tokensOut: used.tokensOut + more }
        return cloudPrice(each, used) <= cloudPrice(each, larger)
      }),
    )
  })

  it('is refused where it is no amount, or the token is worth nothing', () => {
    expect(() => cloudPrice({ ...free, unitWorth: ZERO })).toThrow(RangeError)
    expect(() => cloudPrice({ ...free, perCall: decimal(-1n) })).toThrow(RangeError)
    expect(() => cloudPrice(free, { tokensIn: -1n, tokensOut: 0n })).toThrow(RangeError)
    expect(() => cloudPrice({ ...free, perCall: { n: 2n ** 64n, d: 1n } })).toThrow(RangeError)
  })

  it('of texts is bounded by their bytes, and by what the answer may have', () => {
    expect(usageMax([new Uint8Array(10), new Uint8Array(5)], 100)).toEqual({ tokensIn: 143n, tokensOut: 100n })
  })
})
