import { describe, expect, it } from 'vitest'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { FUTURE_MS_MAX } from '../../../protocols/kernel/limits.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { ORIGIN } from '../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import type { DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { shortOf } from '../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS, type OfferBody } from '../../../protocols/wire/offer/offer-body.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { type OfferFacts, offerOf } from '../../support/offers.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

function set() {
  const clock = new ManualClock()
  const directory = new OfferDirectory(clock)
  const put = (facts: OfferFacts): void => directory.put(offerOf({ nowMs: clock.nowMs(), ...facts }))
  const found = (query: Partial<DirectoryQuery> = {}): readonly string[] =>
    [...directory.find({ offersMax: 64, ...query })].map(({ offer }) => new TextDecoder().decode(offer))
  return { clock, directory, put, found }
}

describe('a directory of offers', () => {
  it('names the newest first, one offer a miner, with its age', () => {
    const { clock, directory, put, found } = set()
    put({ miner: 1 })
    clock.advance(1_000)
    put({ miner: 2 })
    put({ miner: 1, sequence: 2 })
    expect(found()).toEqual(['1/2', '2/1'])
    clock.advance(500.4)
    expect([...directory.find({ offersMax: 1 })].map(({ ageMs }) => ageMs)).toEqual([500, 500])
  })

  it('keeps the newer of two offers, in whatever order they come', () => {
    const { put, found } = set()
    put({ miner: 1, sequence: 2 })
    put({ miner: 1, sequence: 1 })
    put({ miner: 1, sequence: 2, body: { region: 'us-east' } })
    expect(found({ region: 'eu-west' })).toEqual(['1/2'])
  })

  it('finds by region and by model', () => {
    const { put, found } = set()
    put({ miner: 1 })
    put({ miner: 2, body: { region: 'us-east' } })
    put({ miner: 3, body: { models: [] } })
    expect(found({ region: 'us-east' })).toEqual(['2/1'])
    expect(found({ model })).toEqual(['2/1', '1/1'])
    expect(found({ model, region: 'eu-west' })).toEqual(['1/1'])
    expect(found({ miner: offerOf({ miner: 2 }).miner })).toEqual(['2/1'])
    expect(found({ miner: offerOf({ miner: 4 }).miner })).toEqual([])
  })

  it('shows no miner that has withdrawn, and takes no older offer of it either', () => {
    const { put, found } = set()
    put({ miner: 1, sequence: 1 })
    put({ miner: 1, sequence: 3, body: { paused: 1 } })
    expect(found()).toEqual([])
    put({ miner: 1, sequence: 2 })
    expect(found()).toEqual([])
    put({ miner: 1, sequence: 4 })
    expect(found()).toEqual(['1/4'])
  })

  it('lets an offer go after its own life and ours, whatever the wall clock does meanwhile', () => {
    const { clock, directory, put, found } = set()
    put({ miner: 1 })
    put({ miner: 2, nowMs: clock.nowMs() + 10 * OFFER_TTL_MS })
    put({ miner: 3, nowMs: clock.nowMs() - OFFER_TTL_MS + 5_000 })
    clock.setWall(0)
    clock.advance(5_000 + FUTURE_MS_MAX)
    expect(found()).toEqual(['2/1', '1/1'])
    clock.advance(OFFER_TTL_MS - 5_001)
    expect(found()).toEqual(['2/1', '1/1'])
    clock.advance(1)
    expect(found()).toEqual([])
    expect(directory.size).toBe(0)
  })

  it('takes none that is over already, beyond what clocks are apart', () => {
    const { clock, put, found } = set()
    put({ miner: 1, nowMs: clock.nowMs() - OFFER_TTL_MS - FUTURE_MS_MAX })
    put({ miner: 2, nowMs: clock.nowMs() - OFFER_TTL_MS - FUTURE_MS_MAX + 1 })
    expect(found()).toEqual(['2/1'])
  })

  it('drops the oldest entry when it is full', () => {
    const { directory, put, found } = set()
    for (let miner = 0; miner < 20_000; miner++) put({ miner })
    put({ miner: 0, sequence: 2 })
    put({ miner: 30_000 })
    expect(directory.size).toBe(20_000)
    const names = new Set(found())
    expect([names.has('0/2'), names.has('1/1'), names.has('30000/1')]).toEqual([true, false, true])
  })

  it('keeps what miners without stake offer beside the others, a few of them, until they have some or it is too old', () => {
    const clock = new ManualClock()
    const poor = new Set<string>()
    const isPoor = (miner: string): boolean => poor.has(miner)
    const directory = new OfferDirectory(clock, undefined, (miner) => !isPoor(miner), isPoor)
    const offers = Array.from({ length: 300 }, (_, i) => offerOf({ nowMs: clock.nowMs(), miner: i + 1 }))
    for (const offer of offers) {
      poor.add(offer.miner)
      directory.put(offer)
    }
    expect(directory.size).toBe(0)
    for (const { miner } of offers) {
      poor.delete(miner)
      directory.recognise(miner)
    }
    // The newest 256: whoever makes keys pushes out whoever makes keys.
    expect([...directory.live()].map(({ offer }) => offer.miner)).toEqual(offers.slice(-256).map(({ miner }) => miner))
    const late = offerOf({ nowMs: clock.nowMs(), miner: 999 })
    poor.add(late.miner)
    directory.put(late)
    clock.advance(OFFER_TTL_MS + FUTURE_MS_MAX)
    poor.delete(late.miner)
    directory.recognise(late.miner)
    expect([...directory.live()]).toEqual([])
  })
})

describe('a directory that is told where its asker is', () => {
  const at = (x: number): Uint8Array =>
    coordinatesToBytes({ ...ORIGIN, vectorMs: ORIGIN.vectorMs.map((zero, i) => (i === 0 ? x : zero)) })
  const priced = (base: number, x: number): Partial<OfferBody> => ({
    models: [{ short: shortOf(model), base: credits(base) }],
    coordinates: at(x),
  })

  it('names the best for it, each followed by one of the newest', () => {
    const { put, found } = set()
    put({ miner: 1, body: priced(100, 5) })
    put({ miner: 2, body: priced(100, 20) })
    for (let miner = 3; miner <= 8; miner++) put({ miner, body: priced(100, 200 + miner) })
    expect(found({ model, near: at(0), offersMax: 4 }).slice(0, 4)).toEqual(['1/1', '8/1', '2/1', '7/1'])
    // Who is elsewhere is told of others.
    expect(found({ model, near: at(203), offersMax: 2 }).slice(0, 1)).toEqual(['3/1'])
    expect(found({ model, offersMax: 2 }).slice(0, 2)).toEqual(['8/1', '7/1'])
  })

  it('goes by the policy that it names, and by latency where that is not known', () => {
    const { put, found } = set()
    put({ miner: 1, body: priced(300, 5) })
    put({ miner: 2, body: priced(100, 150) })
    for (let miner = 3; miner <= 5; miner++) put({ miner, body: priced(5_000, 400) })
    const first = (policy?: string) =>
      found({ model, near: at(0), offersMax: 1, ...(policy === undefined ? {} : { policy }) })[0]
    expect([first(), first('latency'), first('a-later-one')]).toEqual(['1/1', '1/1', '1/1'])
    expect(first('cost')).toBe('2/1')
  })

  it('finds the same by the index as one by one, whatever comes, goes, withdraws and expires', () => {
    const { clock, put, found } = set()
    const random = new SeededRandom('directory')
    for (let i = 0; i < 600; i++) {
      const paused = random.below(6) === 0 ? { paused: 1 } : {}
      put({
        miner: random.below(150) + 1,
        sequence: i + 1,
        body: { ...priced(100 + random.below(900), random.below(300)), ...paused },
      })
      clock.advance(random.below(1_500))
    }
    const all = found({ model })
    const near = found({ model, near: at(40), offersMax: 10 })
    expect(all.length).toBeGreaterThan(64)
    expect([...near].sort()).toEqual([...all].sort())
    expect(new Set(near).size).toBe(near.length)
  })

  it('overlooks a place of another form', () => {
    const { put, found } = set()
    put({ miner: 1 })
    put({ miner: 2 })
    expect(found({ model, near: new Uint8Array([9, 9]), offersMax: 1 })[0]).toBe('2/1')
  })
})
