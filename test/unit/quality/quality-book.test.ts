import { describe, expect, it } from 'vitest'
import { OthersWord, RATERS_MAX } from '../../../node/quality/others-word.ts'
import { OwnWindow, WINDOW_OBSERVATIONS_MAX } from '../../../node/quality/own-window.ts'
import { QualityBook } from '../../../node/quality/quality-book.ts'
import { type Address, address, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { OBSERVATIONS_MAX, type Observation } from '../../../protocols/rules/qos/observation.ts'
import type { BurnedFee } from '../../../protocols/rules/qos/rater-weight.ts'
import type { DigestRow } from '../../../protocols/wire/score/score-digest.ts'
import { DIGEST_LIFETIME_MS, type HeardWord } from '../../../protocols/wire/score/score-topic.ts'
import { hashOf } from '../../support/paid-receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const NOW_MS = 1_790_000_000_000
const named = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const [self, rater, miner, owner] = [named(1), named(2), named(3), named(4)] as const

const answered = (latencyMs: number, of = miner, atS = NOW_MS / 1_000): Observation => ({
  kind: 'answered',
  atS,
  miner: of,
  doubtPercent: 0,
  attempt: hashOf(`${of} ${latencyMs} ${atS}`),
  latencyMs,
  latencyClass: 'standard',
  weights: hashOf('model'),
  price: credits(1_000),
  usage: 1n,
})
const failed = (of = miner, atS = NOW_MS / 1_000): Observation => ({ kind: 'failed', atS, miner: of, doubtPercent: 0 })

const row = (change: Partial<DigestRow> = {}): DigestRow => ({
  miner,
  owner,
  count: 40,
  latency: { centi: 10_000, count: 40 },
  accuracy: undefined,
  uptime: { centi: 10_000, count: 40 },
  cost: undefined,
  centi: 10_000,
  feeBurned: credits(0),
  receipts: hashOf('root'),
  ...change,
})
const digest = (rows: readonly DigestRow[], from = rater, sequence = 1n): HeardWord => ({
  rater: from,
  sequence,
  word: {
    ...{ kind: 'scores', region: 'eu', peer: peerId('p'), fromS: 1, untilS: 2, fromBlock: 0n, untilBlock: 0n },
    batches: [1n],
    rows,
  },
  payload: new Uint8Array(0),
  bytes: new Uint8Array(0),
})

function set(
  burned: ((of: Address, by: Address) => BurnedFee) | undefined = () => ({ there: 5_000n, inAll: 50_000n }),
  ownerOf: (of: Address) => Address | undefined = () => owner,
) {
  const clock = new ManualClock(NOW_MS)
  const own = new OwnWindow({
    clock,
    subjectOf: (of) => ({ miner: of, owner, region: 'eu', cardClass: 'cpu' }),
    isOwn: (of) => of === self,
  })
  const others = new OthersWord({ clock, self, burned, hasBurned: () => true, ownerOf })
  const tiers: string[] = []
  const book = new QualityBook({
    clock,
    own,
    others,
    ownReviews: () => [],
    onTier: (_, tier, former) => tiers.push(`${former}${tier}`),
  })
  return { clock, own, others, book, tiers }
}

describe('what this node saw itself', () => {
  it('is never of itself', () => {
    const { own } = set()
    expect(own.note(answered(10, self))).toBe(false)
    expect(own.observations()).toEqual([])
  })

  it('is forgotten after a day, and its score with it', () => {
    const { own, clock, book } = set()
    for (let i = 0; i < 20; i++) own.note(answered(100 + i))
    expect(book.reportOf(miner).score.tier).toBe('A')
    clock.advance(86_401_000)
    expect(book.scoreOf(miner)).toMatchObject({ tier: 'U', points: undefined })
    expect(own.observations()).toEqual([])
  })

  it('is bounded for each miner and in all, the newest kept', () => {
    const { own } = set()
    for (let i = 0; i < OBSERVATIONS_MAX + 10; i++) own.note(answered(i))
    expect(own.observations()).toHaveLength(OBSERVATIONS_MAX)
    expect(own.observations()[0]).toMatchObject({ latencyMs: 10 })
    for (let i = 0; i < WINDOW_OBSERVATIONS_MAX; i++) own.note(failed(named(100 + i)))
    expect(own.observations()).toHaveLength(WINDOW_OBSERVATIONS_MAX)
    expect(own.observations().some((seen) => seen.miner === miner)).toBe(false)
  })
})

describe('a score', () => {
  it('goes by the word of others where nothing was seen, and by what was seen soon after', () => {
    const { own, others, book } = set()
    others.hear(digest([row()]))
    expect(book.reportOf(miner).score).toMatchObject({ points: 100, tier: 'A' })
    for (let i = 0; i < 20; i++) own.note(failed(miner, NOW_MS / 1_000 - 400 * i))
    const { points, components } = book.reportOf(miner).score
    expect(components.uptime.points).toBeLessThanOrEqual(20)
    expect(points).toBeLessThan(75)
  })

  it('is made of no word at all where no chain weighs it', () => {
    const { others, book } = set()
    const unweighed = set(undefined as never)
    others.hear(digest([row()]))
    unweighed.others.hear(digest([row()]))
    expect(book.scoreOf(miner).points).toBe(100)
    const plain = new OthersWord({
      clock: unweighed.clock,
      self,
      burned: undefined,
      hasBurned: () => false,
      ownerOf: () => undefined,
    })
    plain.hear(digest([row()]))
    expect(plain.ratingsOf(miner)[0]).toMatchObject({ weight: 0n })
  })

  it('takes no word of who was found lying, is silent, or is this node itself', () => {
    const { others, clock } = set()
    others.hear(digest([row()], self))
    expect(others.ratingsOf(miner)).toEqual([])
    others.hear(digest([row()]))
    expect(others.ratingsOf(miner)[0]!.weight).toBe(4_500n)
    others.checked(rater, 'away')
    others.checked(rater, 'away')
    expect(others.ratingsOf(miner)[0]!.weight).toBe(4_500n)
    others.checked(rater, 'away')
    expect(others.ratingsOf(miner)[0]).toMatchObject({ weight: 0n, standing: 'away' })
    others.checked(rater, 'same')
    expect(others.ratingsOf(miner)[0]!.weight).toBe(4_500n)
    others.checked(rater, 'different')
    expect(others.ratingsOf(miner)[0]!.weight).toBe(0n)
    expect([others.concerns(rater), others.liars()]).toEqual([false, [{ rater, atMs: NOW_MS }]])
    clock.advance(7 * 86_400_000 + 1)
    expect(others.concerns(rater)).toBe(true)
  })

  it('takes no word of a rater about a miner whose owner it invents, or owns itself', () => {
    // The rater has paid this owner, and says that a miner of somebody else were one of its.
    const paid = (_: Address, by: Address): BurnedFee => ({ there: by === owner ? 5_000n : 0n, inAll: 50_000n })
    for (const real of [undefined, named(9), rater]) {
      const { others, book } = set(real === rater ? () => ({ there: 5_000n, inAll: 50_000n }) : paid, () => real)
      others.hear(digest([row()]))
      expect([real, others.ratingsOf(miner)[0]!.weight, book.scoreOf(miner).points]).toEqual([real, 0n, undefined])
    }
  })

  it('keeps the word of who burned much, however many raters of a credit each talk over it', () => {
    const { others, clock } = set((of) => (of === rater ? { there: 5_000n, inAll: 50_000n } : { there: 0n, inAll: 1n }))
    others.hear(digest([row()]))
    for (let i = 0; i < 2 * RATERS_MAX; i++) others.hear(digest([row()], named(1_000 + i)))
    expect(others.ratingsOf(miner)).toHaveLength(RATERS_MAX)
    expect(others.ratingsOf(miner).some(({ rater: of }) => of === rater)).toBe(true)
    // Of those that burned as little the newest.
    expect(others.ratingsOf(miner).some(({ rater: of }) => of === named(1_000 + 2 * RATERS_MAX - 1))).toBe(true)
    clock.advance(DIGEST_LIFETIME_MS + 1)
    others.hear(digest([row()], named(9_999)))
    expect(others.ratingsOf(miner)).toHaveLength(1)
  })

  it('does not forget a liar for the crowd that comes after it', () => {
    const { others } = set()
    others.hear(digest([row()]))
    others.checked(rater, 'different')
    for (let i = 0; i < 3 * RATERS_MAX; i++) others.hear(digest([row()], named(1_000 + i)))
    expect([others.standingOf(rater), others.concerns(rater)]).toEqual(['different', false])
  })

  it('is looked into the sooner the more its rater burned, however many new ones come between', () => {
    const small = named(7)
    const { others, clock } = set((of) => ({ there: 0n, inAll: of === rater ? 5_000n : of === small ? 500n : 1n }))
    const checks: Address[] = []
    for (let i = 0; i < 60; i++) {
      for (const of of [rater, small]) others.hear(digest([row()], of, BigInt(i + 1)))
      for (let j = 0; j < 3; j++) others.hear(digest([row()], named(1_000 + 3 * i + j)))
      const next = others.nextToCheck()!.rater
      checks.push(next)
      others.checked(next, 'same')
      clock.advance(300_000)
    }
    expect(checks[0]).toBe(rater)
    expect(checks.filter((of) => of === rater).length).toBeGreaterThan(10)
    expect(checks).toContain(small)
  })

  it('hears nobody who burned less than all whose word it has', () => {
    const { others } = set((of) => ({ there: 0n, inAll: of === rater ? 1n : 50_000n }))
    for (let i = 0; i < RATERS_MAX; i++) others.hear(digest([row()], named(1_000 + i)))
    others.hear(digest([row()]))
    expect(others.ratingsOf(miner).some(({ rater: of }) => of === rater)).toBe(false)
    expect(others.ratingsOf(miner)).toHaveLength(RATERS_MAX)
  })

  it('goes by the newest digest of a rater, and by none that has lapsed', () => {
    const { others, clock } = set()
    others.hear(digest([row({ uptime: { centi: 100, count: 9 } })], rater, 5n))
    others.hear(digest([row()], rater, 4n))
    expect(others.ratingsOf(miner)[0]!.evidence.uptime?.centi).toBe(100)
    others.hear(digest([row()], rater, 6n))
    expect(others.ratingsOf(miner)[0]!.evidence.uptime?.centi).toBe(10_000)
    clock.advance(DIGEST_LIFETIME_MS + 1)
    expect([others.ratingsOf(miner), others.digests()]).toEqual([[], []])
  })

  it('tells of a tier once it changes, and not of what dances on its border', () => {
    const { own, book, tiers, clock } = set()
    for (let i = 0; i < 40; i++) own.note(answered(100))
    book.reportOf(miner)
    for (let i = 0; i < 60; i++) own.note(failed(miner, NOW_MS / 1_000 - 400 * i))
    clock.advance(1_001)
    book.scoreOf(miner)
    book.scoreOf(miner)
    expect(tiers[0]).toBe('UA')
    expect(tiers).toHaveLength(2)
  })
})

/** One batch with reviews, each for a job of that name. */
const reviews = (stars: number, jobs: readonly string[], from = rater, sequence = 1n): HeardWord => ({
  ...digest([row()], from, sequence),
  word: {
    kind: 'observations',
    region: 'eu',
    subjects: [
      {
        ...{ miner, owner, region: 'eu', cardClass: 'cpu' },
        entries: jobs.map((job) => ({ kind: 'reviewed', atS: 5, attempt: hashOf(job), stars })),
      },
    ],
  },
})
const jobsNamed = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i}`)

describe('reviews', () => {
  it('weigh as often as their rater has paid jobs there, however many it invents', () => {
    const { others, book } = set()
    const honest = named(7)
    others.hear(digest([row({ count: 2 })]))
    others.hear(digest([row({ count: 2 })], honest))
    others.hear(reviews(5, jobsNamed('real', 2), honest))
    for (let i = 0; i < 8; i++) others.hear(reviews(1, jobsNamed(`invented ${i}`, 32), rater, BigInt(i)))
    expect(book.reportOf(miner).reviews).toEqual({ count: 258, meanCenti: 300 })
  })

  it('of one rater do not push out those of the others', () => {
    const { others } = set()
    others.hear(reviews(5, ['real'], named(7)))
    for (let i = 0; i < 200; i++) others.hear(reviews(1, jobsNamed(`invented ${i}`, 32), rater, BigInt(i)))
    const heard = others.reviewsOf(miner)
    expect(heard.some(({ rater: of }) => of === named(7))).toBe(true)
    expect(heard.length).toBeLessThanOrEqual(513)
    // The newest of its own stay.
    expect(heard.some(({ attempt }) => attempt === hashOf('invented 199 31'))).toBe(true)
  })

  it('are counted once a receipt, and weighed like the rest', () => {
    const { others, book } = set()
    others.hear(digest([row()]))
    const batch = (sequence: bigint, stars: number): HeardWord => ({
      ...digest([row()], rater, sequence),
      word: {
        kind: 'observations',
        region: 'eu',
        subjects: [
          {
            ...{ miner, owner, region: 'eu', cardClass: 'cpu' },
            entries: [{ kind: 'reviewed', atS: 5, attempt: hashOf('job'), stars }],
          },
        ],
      },
    })
    others.hear(batch(1n, 2))
    others.hear(batch(2n, 5))
    const { reviews, score } = book.reportOf(miner)
    expect(reviews).toEqual({ count: 1, meanCenti: 200 })
    // No part of it.
    expect(score.points).toBe(100)
  })
})
