import { describe, expect, it } from 'vitest'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { FUTURE_MS_MAX } from '../../../protocols/kernel/limits.ts'
import type { DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type OfferFacts, offerOf } from '../../support/offers.ts'
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
