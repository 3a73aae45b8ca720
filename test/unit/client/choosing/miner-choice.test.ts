import { describe, expect, it } from 'vitest'
import { MinerChoice } from '../../../../node/client/choosing/miner-choice.ts'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import type { JobWish } from '../../../../node/client/running/job-event.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { EXCLUDED_MS, FAULTS_MAX } from '../../../../protocols/rules/routing/circuit-breaker.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { shortOf } from '../../../../protocols/wire/offer/offer.ts'
import { offerOf } from '../../../support/offers.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const WISH: JobWish = {
  ...{ model, inputs: [], latencyClass: 'standard', latencyMsMax: undefined, hedges: false },
  ...{ priceMax: credits(10_000), weights: weightsOf('latency'), deadlineMs: 1_000, endsAtMs: 1_000 },
  signal: new AbortController().signal,
  onEvent: () => undefined,
}

function scene(...bases: readonly number[]) {
  const clock = new ManualClock()
  const book = new OfferBook(clock)
  const miners = bases.map((base, i) => {
    const offer = offerOf({
      ...{ miner: i + 1, nowMs: clock.nowMs() },
      body: { models: [{ short: shortOf(model), base: credits(base) }] },
    })
    book.put(offer)
    return offer.miner
  })
  const choice = new MinerChoice(book, () => 0)
  const next = (wish: Partial<JobWish> = {}) => choice.next({ ...WISH, ...wish }, () => true)
  const nextMiner = (wish?: Partial<JobWish>): number => miners.indexOf(next(wish)?.candidate.offer.miner ?? miners[0]!)
  return { clock, book, choice, miners, next, nextMiner }
}

describe('the choice of a miner', () => {
  it('says why, and what the next best lacks', () => {
    const { next, miners } = scene(100, 400)
    expect(next()!.because).toEqual({
      ...{ reason: 'best', chance: 1, weighed: 2, fitting: 2, estimatedMs: 150, latencySource: 'unknown' },
      next: { miner: miners[1], behindIn: 'price' },
    })
  })

  it('stays with the miner of the last job of the same model, while that is nearly the best', () => {
    const { choice, miners, nextMiner, book } = scene(100, 105)
    expect(nextMiner()).toBe(0)
    choice.answered(model, miners[1]!)
    expect(nextMiner()).toBe(1)
    book.failed(miners[1]!, new MeshError('STALLED'))
    expect(nextMiner()).toBe(0)
  })

  it('follows the policy of the wish', () => {
    const { book, miners, nextMiner } = scene(100, 300)
    book.observe(miners[0]!, { rttMs: 150, serviceMs: 50 })
    book.observe(miners[1]!, { rttMs: 5, serviceMs: 10 })
    expect(nextMiner()).toBe(1)
    expect(nextMiner({ weights: weightsOf('cost') })).toBe(0)
  })

  it('leaves a miner that keeps failing for a while, then gives it one job, and takes it back when that is answered', () => {
    const { clock, book, miners, nextMiner, next } = scene(100, 4_000)
    for (let i = 0; i < FAULTS_MAX; i++) book.failed(miners[0]!, new MeshError('STALLED'))
    expect(nextMiner()).toBe(1)
    expect(next({ among: ({ offer }) => offer.miner === miners[0] })!.because.reason).toBe('excluded')
    clock.advance(EXCLUDED_MS + 600_000)
    book.put(
      offerOf({
        miner: 1,
        sequence: 2,
        nowMs: clock.nowMs(),
        body: { models: [{ short: shortOf(model), base: credits(100) }] },
      }),
    )
    book.put(
      offerOf({
        miner: 2,
        sequence: 2,
        nowMs: clock.nowMs(),
        body: { models: [{ short: shortOf(model), base: credits(4_000) }] },
      }),
    )
    expect(nextMiner()).toBe(0)
    book.tried(miners[0]!)
    expect(nextMiner()).toBe(1)
    book.answered(miners[0]!)
    expect(nextMiner()).toBe(0)
  })

  it('excludes at once who broke a rule, and not who was only slow with its receipt', () => {
    const { book, miners, nextMiner } = scene(100, 4_000)
    book.failed(miners[0]!, new MeshError('RECEIPT_WITHHELD'))
    expect(book.breakerOf(miners[0]!).kind).toBe('active')
    book.failed(miners[0]!, new MeshError('OUTPUT_MISMATCH'))
    expect(book.breakerOf(miners[0]!)).toMatchObject({ kind: 'excluded', reason: 'OUTPUT_MISMATCH' })
    expect(nextMiner()).toBe(1)
  })

  it('says what came closest where nobody fits', () => {
    const { book, choice, miners } = scene(100)
    book.observe(miners[0]!, { rttMs: 60, serviceMs: 20 })
    expect(choice.next({ ...WISH, latencyMsMax: 50 }, () => true)).toBeUndefined()
    expect(choice.closest({ ...WISH, latencyMsMax: 50 })).toBe(
      'the quickest would take 80 ms (measured), and 50 are allowed',
    )
  })

  it('asks who did not answer a dial just now after all others, and alone where nobody else is left', () => {
    const { clock, miners } = scene(100, 200)
    const gone = new Set<string>()
    const book = new OfferBook(clock, {
      ...noWatch,
      reachOf: (peer) => (gone.has(peer) ? 'unreachable' : undefined),
    })
    const offers = [1, 2].map((miner) => offerOf({ miner, nowMs: clock.nowMs() }))
    for (const offer of offers) book.put(offer)
    const choice = new MinerChoice(book, () => 0)
    const asked = () => choice.next(WISH, () => true)?.candidate.offer.miner
    expect(asked()).toBe(miners[0])
    gone.add(offers[0]!.peer)
    expect(asked()).toBe(miners[1])
    gone.add(offers[1]!.peer)
    expect(choice.next(WISH, () => true)?.because.reason).toBe('unreachable')
  })

  it('reads score, audits, distance and group where somebody knows them', () => {
    const clock = new ManualClock()
    const watch = {
      ...{
        heardOffer: () => undefined,
        heardReceipt: () => undefined,
        heardLease: () => undefined,
        agreed: () => undefined,
      },
      isBarred: () => false,
      scoreOf: () => ({ points: 91.5, confidence: 0.8 }),
      auditFactor: () => 4,
      distanceOf: () => ({ ms: 33, source: 'coordinates' }) as const,
      groupOf: () => 'owner',
    }
    const book = new OfferBook(clock, watch)
    book.put(offerOf({ miner: 1, nowMs: clock.nowMs() }))
    const { candidate, because } = new MinerChoice(book, () => 0).next(WISH, () => true)!
    expect(because).toMatchObject({ score: 91.5, latencySource: 'coordinates', estimatedMs: 83 })
    expect(candidate).toMatchObject({ auditFactor: 4 })
    // Who stands behind a miner is asked of newcomers only.
    expect(candidate).not.toHaveProperty('group')
    const newcomers = new OfferBook(clock, { ...watch, scoreOf: () => ({ points: undefined, confidence: 0 }) })
    newcomers.put(offerOf({ miner: 1, nowMs: clock.nowMs() }))
    expect(newcomers.live()).toMatchObject([{ group: 'owner' }])
  })
})
