import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../../protocols/kernel/bytes.ts'
import type { Address, Hash32 } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import {
  AUDIT_WINDOW_MS,
  type AuditNote,
  auditFactor,
  auditStanding,
  BARRED_FROM,
  CLEARED_BY,
  isUnsteady,
  PROVEN_MIN,
  STARVED_MS,
  tallyOf,
} from '../../../../protocols/rules/auditing/audit-record.ts'
import { type AuditOutcome, verdictOfThree, verdictOfTwo } from '../../../../protocols/rules/auditing/audit-verdict.ts'
import {
  chooseTwin,
  judgedTwins,
  type TwinCandidate,
  twinsAmong,
} from '../../../../protocols/rules/auditing/choose-twin.ts'
import type { Comparison } from '../../../../protocols/rules/auditing/compare-answers.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { digestOf } from '../../../support/statement-vectors/cast.ts'
import '../../../support/property-seed.ts'

const NOW = 1_800_000_000_000
const addressOf = (i: number): Address => `0x${i.toString(16).padStart(40, '0')}` as Address
const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const [ours, theirs] = [hashOf('our class'), hashOf('their class')]

const miner = (i: number, more: Partial<TwinCandidate> = {}): TwinCandidate => ({
  miner: addressOf(i),
  owner: addressOf(100 + i),
  network: `10.0.${i}.0/24`,
  kernelClasses: [ours],
  price: credits(1_000),
  isDoubted: false,
  isTested: false,
  ...more,
})

const wish = { kernelClass: ours, apartFrom: [miner(0)], priceMax: credits(1_000) }

describe('a twin', () => {
  it('has the same arithmetic, another owner, another network, a price that fits, and no doubt about it', () => {
    const fits = miner(1)
    const others = [
      miner(0, { owner: addressOf(7), network: '10.7.0.0/24' }),
      miner(2, { owner: addressOf(100) }),
      miner(3, { network: '10.0.0.0/24' }),
      miner(4, { kernelClasses: [theirs] }),
      miner(5, { price: credits(1_001) }),
      miner(6, { isDoubted: true }),
    ]
    expect(twinsAmong([...others, fits], wish)).toEqual([fits])
    expect(chooseTwin(others, wish, () => 0)).toBeUndefined()
  })

  it('is asked only where a referee could be, at the price; or where nobody could be one at any price', () => {
    const dear = miner(3, { price: credits(5_000) })
    expect(judgedTwins([miner(0), miner(1), miner(2), dear], wish)).toEqual([miner(1), miner(2)])
    // A referee is there, and asks for too much: not now.
    expect(judgedTwins([miner(0), miner(1), dear], wish)).toBeUndefined()
    expect(judgedTwins([miner(0), miner(1)], wish)).toEqual([miner(1)])
    expect(judgedTwins([miner(0)], wish)).toEqual([])
    // Of one owner: they are one voice.
    expect(judgedTwins([miner(1), miner(2, { owner: miner(1).owner })], wish)).toHaveLength(2)
  })

  it('may be anybody else where neither owners nor networks are known, and one of several classes', () => {
    const unknown = (i: number) => miner(i, { owner: undefined, network: undefined, kernelClasses: [theirs, ours] })
    const apartFrom = [unknown(0)]
    expect(twinsAmong([unknown(0), unknown(1), unknown(2)], { ...wish, apartFrom })).toHaveLength(2)
  })

  it('is apart from miner and twin where it is the referee', () => {
    const apartFrom = [miner(0), miner(1)]
    expect(
      twinsAmong([miner(0), miner(1), miner(2), miner(3, { owner: addressOf(101) })], { ...wish, apartFrom }),
    ).toEqual([miner(2)])
  })

  it('is a tested one where three owners have such: two new names of one mind would find each other right', () => {
    const random = new SeededRandom('tested twins')
    const draw = () => random.uint32() / 2 ** 32
    const fresh = Array.from({ length: 30 }, (_, i) => miner(10 + i))
    const tested = [1, 2, 3].map((i) => miner(i, { isTested: true }))
    const drawn = new Set(Array.from({ length: 200 }, () => chooseTwin([...fresh, ...tested], wish, draw)))
    expect(drawn).toEqual(new Set(tested))
    // Not at a price that only the new names ask: then nobody is.
    const dear = tested.map((each) => ({ ...each, price: credits(2_000) }))
    expect(chooseTwin([...fresh, ...dear], wish, draw)).toBeUndefined()
    expect(judgedTwins([...fresh, ...dear], wish)).toEqual([])
    const few = tested.slice(0, 2)
    expect(new Set(Array.from({ length: 500 }, () => chooseTwin([...fresh, ...few], wish, draw))).size).toBe(32)
  })

  it('is no likelier of an owner that runs many', () => {
    const random = new SeededRandom('twins')
    const draw = () => random.uint32() / 2 ** 32
    const many = Array.from({ length: 30 }, (_, i) => miner(10 + i, { owner: addressOf(999) }))
    const one = miner(1)
    let drawn = 0
    for (let i = 0; i < 2_000; i++) if (chooseTwin([...many, one], wish, draw) === one) drawn++
    expect(drawn).toBeGreaterThan(900)
    expect(drawn).toBeLessThan(1_100)
  })
})

const same: Comparison = { kind: 'same', error: 0 }
const apart: Comparison = { kind: 'differs', where: { output: 0, what: 'values' } }
const near: Comparison = { kind: 'unsure', where: { output: 0, what: 'values' } }

describe('the verdict', () => {
  it('is for both where they agree, open where they differ, and none where they are near', () => {
    expect(verdictOfTwo(same)).toEqual({ outcome: 'matched' })
    expect(verdictOfTwo(near)).toEqual({ outcome: 'inconclusive', why: 'near' })
    expect(verdictOfTwo(apart)).toBeUndefined()
  })

  it('is against who stands alone', () => {
    expect(verdictOfThree(apart, same)).toEqual({
      audited: { outcome: 'mismatched' },
      twin: { outcome: 'matched' },
    })
    expect(verdictOfThree(same, apart)).toEqual({
      audited: { outcome: 'matched' },
      twin: { outcome: 'mismatched' },
    })
  })

  it('is none where the referee agrees with both, with neither, or nearly', () => {
    for (const [a, b] of [
      [same, same],
      [apart, apart],
      [near, apart],
      [same, near],
      [near, same],
      [apart, near],
    ] as const) {
      expect(verdictOfThree(a, b).audited).toEqual({ outcome: 'inconclusive', why: 'undecided' })
      expect(verdictOfThree(a, b).twin).toEqual({ outcome: 'inconclusive', why: 'undecided' })
    }
  })
})

const notes = (...outcomes: readonly (readonly [AuditOutcome, number])[]): readonly AuditNote[] => {
  const all = outcomes.flatMap(([outcome, count]) => Array<AuditOutcome>(count).fill(outcome))
  return all.map((outcome, i) => ({ outcome, atMs: NOW - all.length + i }))
}

describe('the standing of a miner', () => {
  it('is untested at first, unproven after one that matched, and proven by twenty', () => {
    expect(auditStanding([], NOW)).toBe('untested')
    expect(auditStanding(notes(['inconclusive', 9]), NOW)).toBe('untested')
    expect(auditStanding(notes(['matched', 1]), NOW)).toBe('unproven')
    expect(auditStanding(notes(['matched', PROVEN_MIN - 1]), NOW)).toBe('unproven')
    expect(auditStanding(notes(['matched', PROVEN_MIN]), NOW)).toBe('proven')
    expect(auditFactor(notes(['matched', PROVEN_MIN]), NOW)).toBe(1)
  })

  it('is a doubt after one mismatch and never more, until matched ones have cleared it', () => {
    const one = notes(['matched', 50], ['mismatched', 1])
    expect(auditStanding(one, NOW)).toBe('doubted')
    expect(auditFactor(one, NOW)).toBe(4)
    expect(auditStanding(notes(['mismatched', 1], ['matched', CLEARED_BY - 1]), NOW)).toBe('doubted')
    expect(auditStanding(notes(['mismatched', 1], ['matched', CLEARED_BY]), NOW)).toBe('unproven')
  })

  it('looks worse for an hour after a mismatch, and is asked and looked at again then', () => {
    const one = notes(['mismatched', 1])
    expect(auditFactor(one, NOW + STARVED_MS - 2)).toBe(4)
    expect(auditFactor(one, NOW + STARVED_MS)).toBe(1)
    expect(auditStanding(one, NOW + STARVED_MS)).toBe('doubted')
    const again = [...one, { outcome: 'mismatched' as const, atMs: NOW + STARVED_MS }]
    expect(auditFactor(again, NOW + STARVED_MS + 1)).toBe(16)
  })

  it('is a liar after three, also between many that matched', () => {
    expect(auditStanding(notes(['mismatched', BARRED_FROM - 1]), NOW)).toBe('doubted')
    expect(auditStanding(notes(['mismatched', BARRED_FROM]), NOW)).toBe('lying')
    expect(auditStanding(notes(['mismatched', 3], ['matched', 57]), NOW)).toBe('lying')
    expect(auditStanding(notes(['mismatched', 3], ['matched', 58]), NOW)).toBe('proven')
  })

  it('is changed by nothing that an audit did not find out', () => {
    const outcome = fc.constantFrom<AuditOutcome>('matched', 'mismatched', 'inconclusive')
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 80 }), (outcomes) => {
        const all = outcomes.map((each, i) => ({ outcome: each, atMs: NOW - 100 + i }))
        const told = all.filter((note) => note.outcome !== 'inconclusive')
        expect(auditStanding(all, NOW)).toBe(auditStanding(told, NOW))
        expect(auditFactor(all, NOW)).toBe(auditFactor(told, NOW))
      }),
    )
  })

  it('forgets what is a week old', () => {
    const old = notes(['mismatched', 5], ['matched', 2]).map(({ outcome, atMs }) => ({
      outcome,
      atMs: atMs - AUDIT_WINDOW_MS,
    }))
    expect(auditStanding(old, NOW)).toBe('untested')
    expect(tallyOf(old, NOW)).toEqual({ matched: 0, mismatched: 0, inconclusive: 0 })
    expect(tallyOf(old, NOW - AUDIT_WINDOW_MS)).toEqual({ matched: 2, mismatched: 5, inconclusive: 0 })
  })
})

describe('a model', () => {
  it('is unsteady where most of at least four miners differ over it', () => {
    expect(isUnsteady([true, true, true])).toBe(false)
    expect(isUnsteady([true, true, false, false])).toBe(false)
    expect(isUnsteady([true, true, true, false])).toBe(true)
    expect(isUnsteady([true, false, false, false, false])).toBe(false)
  })
})
