import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, address, hash32 } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { regionExcusePercent, selfDoubtPercent } from '../../../../protocols/rules/qos/doubt.ts'
import { evidenceOf } from '../../../../protocols/rules/qos/evidence-of.ts'
import { scoreOf } from '../../../../protocols/rules/qos/miner-score.ts'
import {
  type AnsweredJob,
  type Observation,
  requireObservation,
  type Subject,
  unitPriceMilli,
} from '../../../../protocols/rules/qos/observation.ts'
import '../../../support/property-seed.ts'

const minerOf = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const model = hash32(`0x${'7'.repeat(64)}`)
const answered = (miner: number, facts: Partial<AnsweredJob> = {}): AnsweredJob => ({
  kind: 'answered',
  atS: 1_000,
  miner: minerOf(miner),
  doubtPercent: 0,
  attempt: hash32(`0x${'1'.repeat(64)}`),
  latencyMs: 200,
  latencyClass: 'standard',
  weights: model,
  price: credits(1_000),
  usage: 1n,
  ...facts,
})
const failed = (miner: number, atS = 1_000, doubtPercent = 0): Observation => ({
  kind: 'failed',
  atS,
  miner: minerOf(miner),
  doubtPercent,
})
const inRegion =
  (regionOf: (miner: Address) => string, efficiency?: Subject['efficiency']) =>
  (miner: Address): Subject => ({
    miner,
    owner: miner,
    region: regionOf(miner),
    cardClass: 'cpu',
    ...(efficiency === undefined ? {} : { efficiency }),
  })
const oneRegion = inRegion(() => 'eu')

describe('what is known of miners', () => {
  it('is uptime of all that was tried, a refusal being an answer', () => {
    const refused: Observation = { kind: 'refused', atS: 1_000, miner: minerOf(1), doubtPercent: 0 }
    const known = evidenceOf([answered(1), refused, failed(1), answered(1)], oneRegion).get(minerOf(1))!
    expect(known.uptime).toEqual({ centi: 7_500, count: 4 })
    expect(known.latency).toEqual({ centi: 10_000, count: 2 })
    expect(known.accuracy).toBeUndefined()
  })

  it('knows nothing good of who only ever refuses, and no more of who refuses more than it does', () => {
    const refused: Observation = { kind: 'refused', atS: 1_000, miner: minerOf(1), doubtPercent: 0 }
    const no = (count: number) => Array.from({ length: count }, () => refused)
    expect(evidenceOf(no(50), oneRegion).get(minerOf(1))).toEqual({})
    expect(evidenceOf([...no(50), failed(1)], oneRegion).get(minerOf(1))!.uptime).toEqual({ centi: 0, count: 1 })
    expect(evidenceOf([...no(50), answered(1)], oneRegion).get(minerOf(1))!.uptime!.count).toBe(2)
  })

  it('credits correctness for audits alone', () => {
    const jobs = Array.from({ length: 50 }, () => answered(1))
    expect(evidenceOf(jobs, oneRegion).get(minerOf(1))?.accuracy).toBeUndefined()
    const audit = (isMatch: boolean): Observation => ({
      kind: 'audited',
      atS: 1_000,
      miner: minerOf(1),
      doubtPercent: 0,
      attempt: jobs[0]!.attempt,
      isMatch,
    })
    const matched = evidenceOf([...jobs, audit(true)], oneRegion).get(minerOf(1))!
    expect(matched.accuracy).toEqual({ centi: 2_065, count: 1 })
    const caught = evidenceOf([...jobs, audit(true), audit(false)], oneRegion).get(minerOf(1))!
    expect(caught.accuracy).toMatchObject({ count: 2, isSettled: true })
    expect(scoreOf(caught).points).toBeLessThan(80)
  })

  it('says nothing of price and power where there is nobody to compare with', () => {
    const known = evidenceOf([answered(1)], oneRegion).get(minerOf(1))!
    expect(known.cost).toBeUndefined()
    expect(known.power).toBeUndefined()
  })

  it('compares what was paid for a unit of one model in the standard class', () => {
    const jobs = [
      answered(1, { price: credits(3_000), latencyClass: 'realtime' }),
      answered(2, { price: credits(1_100) }),
      answered(3, { price: credits(4_000), usage: 4n }),
    ]
    const known = evidenceOf(jobs, oneRegion)
    expect([1, 2, 3].map((miner) => known.get(minerOf(miner))?.cost?.centi)).toEqual([7_500, 0, 7_500])
  })

  it('compares miners of one class of card only', () => {
    const classed = (miner: Address): Subject => ({
      ...oneRegion(miner),
      cardClass: miner === minerOf(2) ? 'gpu' : 'cpu',
    })
    const known = evidenceOf([answered(1), answered(2, { price: credits(5) })], classed)
    expect(known.get(minerOf(1))?.cost).toBeUndefined()
  })

  it('compares what a watt was shown to compute', () => {
    const efficient = (miner: Address): Subject => ({
      ...oneRegion(miner),
      efficiency: { gflops: miner === minerOf(1) ? 900 : 300, watts: 100 },
    })
    const known = evidenceOf([answered(1), answered(2)], efficient)
    expect(known.get(minerOf(1))?.power?.centi).toBe(10_000)
    expect(known.get(minerOf(2))?.power?.centi).toBe(0)
  })

  it('leaves out figures that are no numbers', () => {
    const strange = inRegion(() => 'eu', { gflops: Number.NaN, watts: 100 })
    expect(evidenceOf([answered(1), answered(2)], strange).get(minerOf(1))?.power).toBeUndefined()
  })

  it('does not depend on the order of the observations', () => {
    const observation: fc.Arbitrary<Observation> = fc.oneof(
      fc
        .record({ n: fc.integer({ min: 1, max: 5 }), atS: fc.nat(2_000), ms: fc.nat(3_000), price: fc.nat(5_000) })
        .map(({ n, atS, ms, price }) => answered(n, { atS, latencyMs: ms, price: credits(price) })),
      fc
        .record({ n: fc.integer({ min: 1, max: 5 }), atS: fc.nat(2_000), doubt: fc.nat(100) })
        .map(({ n, atS, doubt }) => failed(n, atS, doubt)),
    )
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 40 }), (seen) => {
        const one = new Map(evidenceOf(seen, oneRegion))
        const other = new Map(evidenceOf([...seen].reverse(), oneRegion))
        for (const [miner, known] of one) expect(other.get(miner)).toEqual(known)
        for (const known of one.values()) scoreOf(known)
      }),
    )
  })
})

describe('doubt', () => {
  const tried = (count: number): Observation[] => Array.from({ length: count }, (_, i) => answered(i + 1, { atS: 100 }))

  it('lets a failure count for nothing while this node has no peers', () => {
    expect(selfDoubtPercent({ peers: 0, lagMs: 0 })).toBe(100)
    const seen = [answered(1), answered(1), failed(1, 1_000, 100)]
    expect(evidenceOf(seen, oneRegion).get(minerOf(1))?.uptime?.centi).toBe(10_000)
  })

  it('grows with the lateness of its own timers, and takes such latencies for its own', () => {
    expect([0, 50, 275, 500, 9_000].map((lagMs) => selfDoubtPercent({ peers: 3, lagMs }))).toEqual([0, 0, 50, 100, 100])
    const late = answered(1, { latencyMs: 1_900, doubtPercent: 60 })
    expect(evidenceOf([late, answered(1)], oneRegion).get(minerOf(1))?.latency).toEqual({ centi: 10_000, count: 1 })
    expect(() => selfDoubtPercent({ peers: Number.NaN, lagMs: 0 })).toThrow(RangeError)
  })

  it('leaves the miners of a region their scores when all of it goes down', () => {
    const outage = Array.from({ length: 200 }, (_, i) => failed(i + 1))
    const known = evidenceOf([...tried(200), ...outage], oneRegion)
    expect(known.get(minerOf(7))?.uptime?.centi).toBe(10_000)
  })

  it('does not excuse who fails alone, or with a friend, or when another region is down', () => {
    const alone = evidenceOf([...tried(50), failed(1)], oneRegion)
    expect(alone.get(minerOf(1))?.uptime?.centi).toBe(5_000)
    const pair = evidenceOf([...tried(2), failed(1), failed(2)], oneRegion)
    expect(pair.get(minerOf(1))?.uptime?.centi).toBe(5_000)
    const elsewhere = inRegion((miner) => (miner === minerOf(1) ? 'us' : 'eu'))
    const other = evidenceOf([...tried(50), ...Array.from({ length: 50 }, (_, i) => failed(i + 1))], elsewhere)
    expect(other.get(minerOf(1))?.uptime?.centi).toBe(5_000)
  })

  it('does not excuse an owner by its own other machines, in a region of which only they speak', () => {
    const owned = (miner: Address): Subject => ({ ...oneRegion(miner), owner: minerOf(99), region: 'geo-u0x' })
    const seen = [...tried(5), ...Array.from({ length: 5 }, (_, i) => failed(i + 1))]
    expect(evidenceOf(seen, owned).get(minerOf(1))?.uptime).toEqual({ centi: 5_000, count: 2 })
  })

  it('excuses by the share of the others that failed, from a half on', () => {
    const slot = new Map(Array.from({ length: 11 }, (_, i) => [i, { answered: i < 6 ? 0 : 1, failed: i < 6 ? 1 : 0 }]))
    expect(regionExcusePercent(slot, 0)).toBe(50)
    slot.set(1, { answered: 2, failed: 1 })
    expect(regionExcusePercent(slot, 0)).toBe(0)
  })
})

describe('an observation', () => {
  it('is refused of oneself, and with figures that are none', () => {
    expect(() => requireObservation(answered(1), minerOf(1))).toThrow('nobody rates itself')
    expect(() => requireObservation(answered(1, { latencyMs: Number.NaN }))).toThrow(RangeError)
    expect(() => requireObservation(answered(1, { latencyMs: -1 }))).toThrow(RangeError)
    expect(() => requireObservation(answered(1, { atS: 1.5 }))).toThrow(RangeError)
    expect(() => requireObservation(failed(1, 1, 101))).toThrow(RangeError)
    requireObservation(answered(1), minerOf(2))
  })

  it('has a price for a unit also where its miner counted none', () => {
    expect(unitPriceMilli(answered(1, { usage: 0n }))).toBe(1_000_000n)
  })
})
