import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import {
  type Counter,
  type CreditTerms,
  isStranger,
  maybeAstray,
  mayStart,
  shouldRaise,
  voucherNeeded,
  windowCredits,
} from '../../../protocols/rules/settlement/credit-window.ts'
import { PRICE_MAX } from '../../../protocols/wire/offer/offer-body.ts'
import '../../support/property-seed.ts'

const amount = (max: bigint): fc.Arbitrary<Credits> => fc.bigInt({ min: 0n, max }).map(credits)
/** Small and large ones alike: a window of some chunks, and a counter of years. */
const some = fc.oneof(amount(10n), amount(100_000n), amount(10n ** 15n))
const counter: fc.Arbitrary<Counter> = fc.record({ paid: some, due: some, reserved: some })
const terms: fc.Arbitrary<CreditTerms> = fc.record({
  chunkCredits: fc.oneof(amount(10n), amount(50_000n), amount(PRICE_MAX)),
  windowChunks: fc.integer({ min: 0, max: 16 }),
})
const local: CreditTerms = { chunkCredits: credits(50_000), windowChunks: 4 }
const books = (paid: number, due = 0, reserved = 0): Counter => ({
  paid: credits(paid),
  due: credits(due),
  reserved: credits(reserved),
})

describe('credit', () => {
  it('is never more than the terms, whatever was paid, delivered and started', () => {
    let started = 0
    let onCredit = 0
    // What is due is about what was paid: elsewhere all is plain.
    const nearItsLimit = fc
      .record({ paid: some, over: some, reserved: amount(10n) })
      .map(({ paid, over, reserved }): Counter => ({ paid, due: credits(paid + over), reserved }))
    fc.assert(
      fc.property(nearItsLimit, terms, some, (each, lent, price) => {
        if (!mayStart(each, lent, price)) return
        started++
        const owed = each.due + each.reserved + price - each.paid
        expect(owed).toBeLessThanOrEqual(lent.chunkCredits * BigInt(lent.windowChunks))
        expect(owed).toBeLessThanOrEqual(each.paid)
        if (isStranger(each)) expect(owed).toBeLessThanOrEqual(0n)
        if (owed > 0n) onCredit++
      }),
      { numRuns: 1_000 },
    )
    // Where nobody starts, or nobody owes anything, the property says nothing.
    expect([started > 100, onCredit > 50]).toEqual([true, true])
  })

  it('is exactly as much as the terms: one credit more is refused', () => {
    fc.assert(
      fc.property(counter, terms, (each, lent) => {
        const room = each.paid + windowCredits(each, lent) - each.due - each.reserved
        fc.pre(room >= 0n && room < 2n ** 63n)
        expect(mayStart(each, lent, credits(room))).toBe(true)
        expect(mayStart(each, lent, credits(room + 1n))).toBe(false)
      }),
    )
  })

  it('is nothing for a stranger, and never more than what was paid before', () => {
    expect(windowCredits(books(0), local)).toBe(0n)
    expect(windowCredits(books(1, 1), local)).toBe(1n)
    expect(windowCredits(books(199_999, 199_999), local)).toBe(199_999n)
    expect(windowCredits(books(200_001, 200_001), local)).toBe(200_000n)
    expect(mayStart(books(0), local, credits(1))).toBe(false)
    expect(mayStart(books(0), local, credits(0))).toBe(true)
  })

  it('is nothing for what was paid ahead and not delivered: a stranger pays for all of its first job', () => {
    expect(windowCredits(books(1_000), local)).toBe(0n)
    expect(windowCredits(books(200_000, 1_000), local)).toBe(1_000n)
    expect(mayStart(books(999), local, credits(1_000))).toBe(false)
    expect(mayStart(books(1_000), local, credits(1_000))).toBe(true)
  })

  it('is used up by what runs as by what was delivered', () => {
    expect(mayStart(books(500_000, 500_000, 199_000), local, credits(1_000))).toBe(true)
    expect(mayStart(books(500_000, 500_000, 199_000), local, credits(1_001))).toBe(false)
    expect(mayStart(books(500_000, 699_000, 0), local, credits(1_001))).toBe(false)
  })
})

describe('the voucher that is needed', () => {
  it('lets the attempt start; where it is above what was paid, what was paid is not enough', () => {
    fc.assert(
      fc.property(counter, terms, some, (each, lent, price) => {
        const needed = voucherNeeded(each, lent, price)
        expect(mayStart(each, lent, price)).toBe(needed <= each.paid)
        if (needed <= each.paid) return
        expect(mayStart({ ...each, paid: needed }, lent, price)).toBe(true)
        expect(mayStart(each, lent, price)).toBe(false)
      }),
    )
  })

  it('of a stranger covers everything', () => {
    expect(voucherNeeded(books(0), local, credits(2_000))).toBe(2_000n)
    expect(voucherNeeded(books(0, 500, 700), local, credits(2_000))).toBe(3_200n)
  })

  it('of a known client leaves its credit open', () => {
    expect(voucherNeeded(books(2_000, 2_000), local, credits(2_000))).toBe(2_000n)
    expect(voucherNeeded(books(400_000, 702_000), local, credits(2_000))).toBe(504_000n)
  })

  it('never falls when more is due, runs or is asked for', () => {
    fc.assert(
      fc.property(counter, terms, some, some, (each, lent, price, more) => {
        const needed = voucherNeeded(each, lent, price)
        return (
          voucherNeeded({ ...each, due: credits(each.due + more) }, lent, price) >= needed &&
          voucherNeeded({ ...each, reserved: credits(each.reserved + more) }, lent, price) >= needed &&
          voucherNeeded(each, lent, credits(price + more)) >= needed
        )
      }),
    )
  })
})

describe('the next voucher', () => {
  it('is due when half of the credit is used, and not before', () => {
    expect(shouldRaise(credits(499_999), credits(400_000), local)).toBe(false)
    expect(shouldRaise(credits(500_000), credits(400_000), local)).toBe(true)
    expect(shouldRaise(credits(2_999), credits(2_000), local)).toBe(false)
    expect(shouldRaise(credits(3_000), credits(2_000), local)).toBe(true)
    expect(shouldRaise(credits(0), credits(0), local)).toBe(false)
  })

  it('comes before the window is full, so that work does not wait for it', () => {
    fc.assert(
      fc.property(some, some, terms, some, (payable, paid, lent, price) => {
        const each = { paid, due: payable, reserved: credits(0) }
        fc.pre(!isStranger(each) && price * 2n <= windowCredits(each, lent))
        // An attempt of up to half of the credit that may not start has a reason to pay in the books.
        return mayStart(each, lent, price) || shouldRaise(payable, paid, lent)
      }),
    )
  })
})

describe('what went astray', () => {
  it('is let go of up to a window and a twentieth of what was paid, over the life of a counter', () => {
    expect(maybeAstray(books(0), local, 0n)).toBe(0n)
    expect(maybeAstray(books(1_000_000, 1_000_000), local, 0n)).toBe(250_000n)
    expect(maybeAstray(books(1_000_000, 1_000_000), local, 249_999n)).toBe(1n)
    expect(maybeAstray(books(1_000_000, 1_000_000), local, 250_001n)).toBe(0n)
  })

  it('never sums up to more, however it is divided', () => {
    fc.assert(
      fc.property(counter, terms, fc.array(some, { maxLength: 20 }), (each, lent, asked) => {
        let gone = 0n
        for (const wish of asked) {
          const patience = maybeAstray(each, lent, gone)
          gone += wish < patience ? wish : patience
        }
        return gone <= windowCredits(each, lent) + each.paid / 20n
      }),
    )
  })
})
