import { describe, expect, it } from 'vitest'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { address } from '../../../../protocols/kernel/ids.ts'
import type { Offer } from '../../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS, type OfferBody } from '../../../../protocols/wire/offer/offer-body.ts'
import { offerOf } from '../../../support/offers.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { hashOf, model } from '../../../support/wire-vectors/job-samples.ts'

/** Our own tolerance for the miner's clock. */
const CLOCKS_APART_MS = 30_000

function set() {
  const clock = new ManualClock()
  const book = new OfferBook(clock)
  const put = (miner: number, sequence: number, change: Partial<OfferBody> = {}): Offer => {
    const offer = offerOf({ miner, sequence, nowMs: clock.nowMs(), body: change })
    book.put(offer)
    return offer
  }
  const live = (): readonly bigint[] => book.live().map(({ offer }) => offer.head.sequence)
  return { clock, book, put, live }
}

describe('a client’s book of offers', () => {
  it('knows the newest offer of each miner', () => {
    const { book, put, live } = set()
    const first = put(1, 5)
    put(2, 7)
    const newer = put(1, 6)
    expect(live()).toEqual([7n, 6n])
    expect(book.put(first)).toBe(false)
    expect(book.offerOf(newer.miner)).toBe(newer)
  })

  it('names only those that serve a model, and none that was withdrawn', () => {
    const { book, put } = set()
    put(1, 1)
    put(2, 1, { models: [] })
    put(3, 1, { paused: 1 })
    expect(book.live().length).toBe(2)
    expect(book.live(model).map(({ offer }) => offer.miner)).toEqual([offerOf({ miner: 1 }).miner])
  })

  it('keeps the offer of a miner whose card we lease, withdrawn and old as it may be, until the lease is over', () => {
    const { clock, book, put } = set()
    const { miner } = put(1, 1, { paused: 1 })
    book.lease(miner, clock.nowMs() + 2 * OFFER_TTL_MS)
    expect(book.live()).toMatchObject([{ isLeased: true }])
    clock.advance(2 * OFFER_TTL_MS - 1)
    expect(book.live(model)).toHaveLength(1)
    clock.advance(1)
    expect(book.live()).toEqual([])
    book.lease(miner, clock.nowMs() + 1)
    book.unlease(miner)
    expect(book.live()).toEqual([])
  })

  it('shows the newest offer of a miner that was found to lie, and names it to no job, until it lapses', () => {
    const clock = new ManualClock()
    const liars = new Set<string>()
    const book = new OfferBook(clock, { ...noWatch, isBarred: (miner) => liars.has(miner) })
    const { miner } = offerOf({ miner: 1 })
    book.put(offerOf({ miner: 1, sequence: 1, nowMs: clock.nowMs() }))
    expect([book.live(model).length, book.barred(model)]).toEqual([1, []])
    liars.add(miner)
    const newer = offerOf({ miner: 1, sequence: 2, nowMs: clock.nowMs() })
    expect(book.put(newer)).toBe(false)
    expect([book.live(model), book.barred(model)]).toEqual([[], [newer]])
    clock.advance(OFFER_TTL_MS + CLOCKS_APART_MS + 1)
    expect(book.barred(model)).toEqual([])
  })

  it('lets an offer go when its life is over by our own timer, whatever the wall clock says', () => {
    const { clock, put, live } = set()
    put(1, 1)
    clock.advance(OFFER_TTL_MS)
    clock.setWall(0)
    expect(live()).toEqual([1n])
    clock.advance(1)
    expect(live()).toEqual([])
  })

  it('lets others go before a miner that spares its card, and forgets it as soon as the card can be cool', () => {
    const { clock, book, put } = set()
    const { miner } = put(1, 1)
    const failures = () => book.live()[0]!.failures
    book.rests(miner)
    book.rests(miner)
    expect(failures()).toBe(1)
    clock.advance(59_999)
    expect(failures()).toBe(1)
    clock.advance(1)
    expect(failures()).toBe(0)
  })

  it('is not kept believing by those who say the same offer again', () => {
    const { clock, book, put, live } = set()
    const offer = put(1, 1)
    const wall = clock.nowMs()
    for (let i = 0; i < 10; i++) {
      clock.advance(OFFER_TTL_MS / 5)
      clock.setWall(wall)
      book.put(offer)
    }
    expect(live()).toEqual([])
  })

  it('lets an offer go that lies in the past by more than clocks are apart', () => {
    const { clock, put, live } = set()
    put(1, 1)
    clock.setWall(clock.nowMs() + OFFER_TTL_MS + CLOCKS_APART_MS)
    expect(live()).toEqual([1n])
    clock.setWall(clock.nowMs() + 1)
    expect(live()).toEqual([])
  })

  it('remembers how a miner served us when its offer changes', () => {
    const { book, put } = set()
    const { miner } = put(1, 1)
    book.observe(miner, { rttMs: 10, serviceMs: 100 })
    book.observe(miner, { rttMs: 20 })
    book.failed(miner, new MeshError('STALLED'))
    put(1, 2)
    expect(book.live()).toMatchObject([{ rttMs: 10, serviceMs: 100, failures: 1 }])
  })

  it('takes the quickest of the latest five round trips for the distance: the first waited for the connection', () => {
    const { book, put } = set()
    const { miner } = put(1, 1)
    for (const rttMs of [300, 20, 25]) book.observe(miner, { rttMs })
    expect(book.live()[0]!.rttMs).toBe(20)
    for (const rttMs of [60, 70, 80, 90]) book.observe(miner, { rttMs })
    expect(book.live()[0]!.rttMs).toBe(25)
    book.observe(miner, { rttMs: 100 })
    expect(book.live()[0]!.rttMs).toBe(60)
  })

  it('knows no distance after a minute without a job, so that a miner that was slow once is tried again', () => {
    const { clock, book, put } = set()
    const { miner } = put(1, 1)
    book.observe(miner, { rttMs: 300 })
    clock.advance(59_999)
    expect(book.live()[0]!.rttMs).toBe(300)
    clock.advance(1)
    expect(book.live()[0]!.rttMs).toBeUndefined()
  })

  it('remembers the quickest of the latest five answers by its own clock, whatever the miner said that they were made of', () => {
    const { clock, book, put } = set()
    const { miner } = put(1, 1)
    for (const tookMs of [500, 400, 420]) book.observe(miner, { rttMs: 0, serviceMs: 1, tookMs })
    expect(book.live()[0]!.quickestMs).toBe(400)
    for (const tookMs of [450, 460, 470, 480]) book.observe(miner, { rttMs: 0, serviceMs: 1, tookMs })
    expect(book.live()[0]!.quickestMs).toBe(420)
    clock.advance(600_000)
    put(1, 2)
    expect(book.live()[0]!.quickestMs).toBe(210)
  })

  it('forgets failures by half each minute', () => {
    const { clock, book, put } = set()
    const { miner } = put(1, 1)
    book.failed(miner, new MeshError('STALLED'))
    book.failed(miner, new MeshError('STALLED'))
    clock.advance(60_000)
    expect(book.live()[0]!.failures).toBeCloseTo(1)
    book.failed(miner, new MeshError('STALLED'))
    expect(book.live()[0]!.failures).toBeCloseTo(2)
  })

  it('has no opinion of a miner that it does not know', () => {
    const { book } = set()
    book.failed(address(`0x${'99'.repeat(20)}`), new MeshError('STALLED'))
    book.observe(address(`0x${'99'.repeat(20)}`), { rttMs: 1 })
    expect(book.live()).toEqual([])
  })

  it('drops the miner that was longest unheard of when it is full', () => {
    const { book, put } = set()
    for (let miner = 0; miner < 4_096; miner++) put(miner, 1)
    put(0, 2)
    put(9_999, 1)
    expect(book.live().length).toBe(4_096)
    expect(book.offerOf(offerOf({ miner: 0 }).miner)).toBeDefined()
    expect(book.offerOf(offerOf({ miner: 1 }).miner)).toBeUndefined()
  })

  it('keeps tables by hash, the newest of them', () => {
    const { book } = set()
    for (let i = 0; i <= 512; i++) book.keepTable(hashOf(`table ${i}`), [])
    expect(book.table(hashOf('table 0'))).toBeUndefined()
    expect(book.table(hashOf('table 1'))).toEqual([])
    book.keepTable(hashOf('table 512'), [])
    expect(book.table(hashOf('table 1'))).toEqual([])
  })
})
