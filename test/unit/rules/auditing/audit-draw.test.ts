import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { auditRoom, fairPriceMax, RUNS, runPriceMax } from '../../../../protocols/rules/auditing/audit-budget.ts'
import {
  commitmentOpens,
  commitmentTo,
  EPOCHS,
  epochOf,
  isDrawn,
  revealedFromMs,
  secretOfEpoch,
} from '../../../../protocols/rules/auditing/audit-draw.ts'
import { PPM, SENSITIVITY, shareOf, stakeToDeter } from '../../../../protocols/rules/auditing/audit-share.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import '../../../support/property-seed.ts'

const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const root = digestOf('root of a client')
const secret = secretOfEpoch(crypto, root, 7)
const receipts = Array.from({ length: 4_000 }, (_, i) => hashOf(`receipt ${i}`))

describe('the draw of audits', () => {
  it('takes its share of receipts, and the same ones each time', () => {
    const drawn = (share: number) => receipts.filter((receipt) => isDrawn(crypto, secret, receipt, share))
    expect(drawn(50_000).length).toBeGreaterThan(140)
    expect(drawn(50_000).length).toBeLessThan(260)
    expect(drawn(50_000)).toEqual(drawn(50_000))
  })

  it('takes what a smaller share took too', () => {
    fc.assert(
      fc.property(fc.nat(receipts.length - 1), fc.nat(PPM), fc.nat(PPM), (i, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)]
        if (isDrawn(crypto, secret, receipts[i]!, less)) expect(isDrawn(crypto, secret, receipts[i]!, more)).toBe(true)
      }),
    )
  })

  it('takes nothing at 0 and everything at a million parts', () => {
    for (const receipt of receipts.slice(0, 100)) {
      expect(isDrawn(crypto, secret, receipt, 0)).toBe(false)
      expect(isDrawn(crypto, secret, receipt, PPM)).toBe(true)
    }
  })

  it('is another one in another epoch', () => {
    const other = secretOfEpoch(crypto, root, 8)
    const drawn = (by: Uint8Array) => receipts.filter((receipt) => isDrawn(crypto, by, receipt, 100_000)).length
    const both = receipts.filter(
      (each) => isDrawn(crypto, secret, each, 100_000) && isDrawn(crypto, other, each, 100_000),
    )
    expect(both.length).toBeLessThan(drawn(secret) / 4)
  })

  it('is committed to for one epoch and one secret alone', () => {
    const commitment = commitmentTo(crypto, 7, secret)
    expect(commitmentOpens(crypto, commitment, 7, secret)).toBe(true)
    expect(commitmentOpens(crypto, commitment, 8, secret)).toBe(false)
    expect(commitmentOpens(crypto, commitment, 7, secretOfEpoch(crypto, root, 8))).toBe(false)
    expect(commitmentOpens(crypto, commitment, 7, secret.subarray(1))).toBe(false)
  })

  it('tells its secret only after all of the epoch, and of what comes late', () => {
    const { lengthMs, graceMs } = EPOCHS
    const epoch = epochOf(EPOCHS, 1_800_000_000_000)
    expect(revealedFromMs(EPOCHS, epoch) - 1_800_000_000_000).toBeGreaterThan(graceMs)
    expect(epochOf(EPOCHS, revealedFromMs(EPOCHS, epoch) - graceMs)).toBe(epoch + 1)
    expect(epochOf(EPOCHS, revealedFromMs(EPOCHS, epoch) - graceMs - 1)).toBe(epoch)
    expect(epochOf(EPOCHS, lengthMs)).toBe(1)
  })
})

describe('the share of audits', () => {
  it('is half for the proven, all for the doubted, and none for who audits nobody', () => {
    expect(shareOf(50_000, 'untested')).toBe(PPM)
    expect(shareOf(50_000, 'unproven')).toBe(50_000)
    expect(shareOf(50_000, 'proven')).toBe(25_000)
    expect(shareOf(50_000, 'doubted')).toBe(PPM)
    expect(shareOf(0, 'doubted')).toBe(0)
    expect(shareOf(1, 'proven')).toBe(1)
  })

  it('of 5 % deters who has 21 times the gain to lose', () => {
    expect(stakeToDeter(credits(1_000), 50_000)).toBe(21_223n)
    expect(stakeToDeter(credits(1_000), 0)).toBeUndefined()
    expect(stakeToDeter(credits(1_000), 50_000, 0)).toBeUndefined()
  })

  it('deters who has more to lose than the lies bring that it does not find, and by no credit too much', () => {
    const money = fc.bigInt({ min: 1n, max: 10n ** 12n })
    fc.assert(
      fc.property(money, fc.integer({ min: 1, max: PPM }), (gain, share) => {
        const stake = stakeToDeter(credits(gain), share)!
        // S > g(1 - qd)/(qd), where both sides are multiplied out.
        const found = BigInt(share) * BigInt(SENSITIVITY)
        const missed = gain * (10n ** 12n - found)
        expect(stake * found).toBeGreaterThan(missed)
        expect((stake - 1n) * found).toBeLessThanOrEqual(missed)
      }),
    )
  })
})

describe('the money of audits', () => {
  it('is never more than their share of what jobs cost, whatever twins ask for', () => {
    const price = fc.bigInt({ min: 0n, max: 10_000n })
    const day = fc.record({ job: price, asked: price, by: fc.constantFrom('twin' as const, 'canary' as const) })
    fc.assert(
      fc.property(fc.array(day, { maxLength: 50 }), fc.nat(PPM), (days, share) => {
        let [spent, audits] = [0n, 0n]
        for (const { job, asked, by } of days) {
          spent += job
          const room = auditRoom(share, { spent: credits(spent), audits: credits(audits) })
          const most = runPriceMax(room, credits(job), by)
          if (most !== undefined) audits += RUNS[by] * (asked < most ? asked : most)
          expect(audits * BigInt(PPM)).toBeLessThanOrEqual(spent * BigInt(share))
        }
      }),
    )
  })

  it('has no room below nothing', () => {
    expect(auditRoom(50_000, { spent: credits(100), audits: credits(10) })).toBe(0n)
    expect(auditRoom(500_000, { spent: credits(100), audits: credits(10) })).toBe(40n)
  })

  it('is there for a referee too before an audit begins, and holds no more than ten times the price ready', () => {
    expect(runPriceMax(credits(40), credits(20), 'twin')).toBe(20n)
    expect(runPriceMax(credits(40), credits(21), 'twin')).toBeUndefined()
    expect(runPriceMax(credits(59), credits(20), 'canary')).toBeUndefined()
    expect(runPriceMax(credits(1_000), credits(20), 'twin')).toBe(200n)
    expect(runPriceMax(credits(1_000), credits(0), 'twin')).toBe(500n)
    expect(runPriceMax(credits(1), credits(0), 'twin')).toBeUndefined()
  })

  it('pays a twin no more than twice the job or the middle of the market, so that who is cheap is no safer', () => {
    const asked = [1_000n, 1_500n, 2_000n, 90_000n].map(credits)
    expect(fairPriceMax(credits(1_000), asked, credits(10_000))).toBe(3_000n)
    expect(fairPriceMax(credits(2_000), asked, credits(10_000))).toBe(4_000n)
    expect(fairPriceMax(credits(1_000), asked, credits(2_500))).toBe(2_500n)
    expect(fairPriceMax(credits(0), [credits(0)], credits(7))).toBe(7n)
    expect(fairPriceMax(credits(20), [], credits(100))).toBe(40n)
  })
})
