import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../support/property-seed.ts'
import { type CounterRecord, MinerCounter } from '../../../../node/work/paying/miner-counter.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { mayStart, voucherNeeded, windowCredits } from '../../../../protocols/rules/settlement/credit-window.ts'
import { AGREEMENTS_HASH_START, agreementsHash } from '../../../../protocols/statements/agreements-hash.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

const TERMS = { chunkCredits: credits(100), windowChunks: 4 }
const EMPTY: CounterRecord = {
  cumulative: credits(0),
  due: credits(0),
  forgiven: credits(0),
  agreementsHash: AGREEMENTS_HASH_START,
  grant: undefined,
}
const counterAt = (change: Partial<CounterRecord> = {}): MinerCounter => new MinerCounter('c', { ...EMPTY, ...change })

describe('a counter at the miner', () => {
  it('begins where the journal stands', () => {
    const counter = counterAt({ cumulative: credits(50), due: credits(90), forgiven: credits(10) })
    expect([counter.paid, counter.due, counter.forgiven, counter.reserved, counter.open]).toEqual([
      50n,
      80n,
      10n,
      0n,
      0,
    ])
  })

  it('sets a price aside while a job runs, and owes what it cost in the end', () => {
    const counter = counterAt()
    counter.reserve(attemptOf('a'), credits(30))
    counter.reserve(attemptOf('b'), credits(12))
    counter.settle(attemptOf('a'), credits(30))
    counter.settle(attemptOf('b'), credits(0))
    expect([counter.due, counter.reserved, counter.open]).toEqual([30n, 0n, 0])
  })

  it('rolls the hash of what a voucher newly pays', () => {
    const counter = counterAt()
    counter.raise(crypto, credits(5), [attemptOf('a')])
    counter.raise(crypto, credits(9), [attemptOf('b'), attemptOf('c')])
    expect(counter.paid).toBe(9n)
    expect(counter.agreementsHash).toBe(agreementsHash(crypto, ['a', 'b', 'c'].map(attemptOf)))
  })

  it('lets go of nothing while work runs, nor of what is paid', () => {
    const counter = counterAt({ cumulative: credits(100), due: credits(120) })
    expect(counter.astray(TERMS)).toBe(20n)
    counter.reserve(attemptOf('a'), credits(1))
    expect(counter.astray(TERMS)).toBe(0n)
    counter.settle(attemptOf('a'), credits(0))
    counter.raise(crypto, credits(120), [])
    expect(counter.astray(TERMS)).toBe(0n)
  })

  it('gives a stranger that never paid nothing away', () => {
    expect(counterAt({ due: credits(20) }).astray(TERMS)).toBe(0n)
  })
})

/** What a client may do; it takes whatever the law lets it have. */
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('job' as const), price: fc.integer({ min: 0, max: 500 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('end' as const), charged: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pay' as const), more: fc.integer({ min: 1, max: 600 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'square' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)

describe('whatever a client does', () => {
  it('never has more credit than the window, and is never forgiven more than the miner’s patience', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        let counter = counterAt()
        const running: { readonly attempt: ReturnType<typeof attemptOf>; readonly price: bigint }[] = []
        let [worked, number] = [0n, 0]
        for (const step of acts) {
          const exposed = counter.due + counter.reserved
          switch (step.kind) {
            case 'job': {
              const price = credits(step.price)
              if (!mayStart(counter, TERMS, price)) break
              expect(voucherNeeded(counter, TERMS, price)).toBeLessThanOrEqual(counter.paid)
              const attempt = attemptOf(`${number++}`)
              counter.reserve(attempt, price)
              running.push({ attempt, price })
              break
            }
            case 'end': {
              const ended = running.shift()
              if (ended === undefined) break
              const price = credits(BigInt(Math.floor(Number(ended.price) * step.charged)))
              counter.settle(ended.attempt, price)
              worked += price
              expect(counter.due + counter.reserved).toBeLessThanOrEqual(exposed)
              break
            }
            case 'pay':
              counter.raise(crypto, credits(counter.paid + BigInt(step.more)), [])
              break
            case 'square': {
              const amount = counter.astray(TERMS)
              counter.forgive(amount)
              expect(counter.due).toBeGreaterThanOrEqual(amount === 0n ? 0n : counter.paid)
              break
            }
            case 'restart':
              // What ran is lost with the process, and owed by nobody.
              running.length = 0
              counter = counterAt({
                cumulative: counter.paid,
                due: credits(counter.due + counter.forgiven),
                forgiven: counter.forgiven,
                agreementsHash: counter.agreementsHash,
              })
          }
          const window = windowCredits(counter, TERMS)
          expect(counter.due + counter.reserved - counter.paid).toBeLessThanOrEqual(window)
          expect(counter.forgiven).toBeLessThanOrEqual(window + counter.paid / 20n)
          expect(counter.due + counter.forgiven).toBe(worked)
          expect(counter.open).toBe(running.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
