import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClockState, ClockWatch } from '../../../node/market/clock-watch.ts'
import { peerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { OffsetVotes, VOTES_MIN } from '../../../protocols/rules/clock/offset-votes.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { marketDomain, signerOf } from '../../support/virtual/virtual-market.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'
import '../../support/property-seed.ts'

const FROM = peerId('neighbour')
const SHARD = topicId(marketDomain.tag, { name: 'offer', major: 1 }, offerShard(body))

function set() {
  const clock = new ManualClock()
  const changes: (readonly [boolean, ClockState])[] = []
  const watch = new ClockWatch({
    domain: marketDomain,
    clock,
    onChange: (isOff, state) => changes.push([isOff, state]),
  })
  const topic = watch.over(offerTopic(marketDomain, new HighestSeen()))
  /** An offer that miner `name` signs now by its own clock, which is `aheadMs` before ours. */
  const made = (name: string, aheadMs: number): Uint8Array => {
    const nowMs = clock.nowMs() + aheadMs
    return signOffer(marketDomain, signerOf('clock', name), body, BigInt(nowMs), nowMs, ZERO_HASH).bytes
  }
  const judge = (data: Uint8Array): string =>
    topic.judge(data, { topicId: SHARD, nowMs: clock.nowMs(), from: FROM }).verdict
  const hear = (count: number, aheadMs: number, name = 'miner'): readonly string[] =>
    Array.from({ length: count }, (_, i) => judge(made(`${name} ${i}`, aheadMs)))
  return { clock, watch, changes, made, judge, hear }
}

describe('the watch on the clock', () => {
  it('says nothing before five miners were heard, nor while the clock is right', () => {
    const few = set()
    few.hear(4, 45_000)
    expect([few.watch.state, few.changes]).toEqual([undefined, []])
    const right = set()
    right.hear(12, -800)
    expect(right.watch.state).toMatchObject({ offsetMs: -800, voters: 12 })
    expect(right.changes).toEqual([])
  })

  it.each([
    ['behind', 45_000],
    ['ahead', -400_000],
    ['a little behind', 12_000],
  ])(
    'finds a clock that is %s, though its offers are ignored for it, and says once when it is right again',
    (_, aheadMs) => {
      const { clock, watch, changes, hear } = set()
      hear(7, aheadMs)
      expect(changes).toMatchObject([[true, { offsetMs: aheadMs, voters: 5 }]])
      expect(watch.state).toMatchObject({ offsetMs: aheadMs, voters: 7 })
      clock.advance(6 * 60_000)
      hear(7, 20)
      expect(changes.slice(1)).toMatchObject([[false, { offsetMs: 20 }]])
    },
  )

  it('lets nobody vote who did not sign, and nobody twice', () => {
    const { watch, made, judge } = set()
    const forged = made('a', 45_000)
    for (let i = 1; i <= 20; i++) judge(forged.with(-i, forged.at(-i)! ^ 1))
    for (let i = 0; i < 20; i++) judge(made('a', 45_000 + i))
    expect(watch.state).toBeUndefined()
  })

  it('is not moved by old offers that are sent again', () => {
    const { clock, watch, changes, made, judge } = set()
    const old = Array.from({ length: 9 }, (_, i) => made(`miner ${i}`, 0))
    for (const offer of old) judge(offer)
    clock.advance(16 * 60_000)
    for (const offer of old) judge(offer)
    expect([watch.state, changes]).toEqual([undefined, []])
  })

  it('checks no more signatures for it than thirty a minute', () => {
    const { clock, watch, hear } = set()
    hear(40, 45_000)
    expect(watch.state!.voters).toBe(30)
    clock.advance(60_000)
    hear(3, 45_000, 'later')
    expect(watch.state!.voters).toBe(33)
  })
})

describe('the median of the votes', () => {
  it('lies among the honest ones while they are more than half', () => {
    const offsets = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: VOTES_MIN, maxLength: 40 })
    fc.assert(
      fc.property(offsets, fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 40 }), (honest, lies) => {
        const votes = new OffsetVotes()
        for (const [i, offset] of lies.slice(0, honest.length - 1).entries()) votes.add(`liar ${i}`, offset, 0)
        for (const [i, offset] of honest.entries()) votes.add(`${i}`, offset, 0)
        expect(Math.abs(votes.median(0)!.offsetMs)).toBeLessThanOrEqual(500)
      }),
    )
  })

  it('takes the freshest of an author, and forgets who is silent', () => {
    const votes = new OffsetVotes()
    for (let i = 0; i < VOTES_MIN; i++) {
      votes.add(`${i}`, 100, 0)
      votes.add(`${i}`, -90_000, 1_000)
    }
    expect(votes.median(1_000)).toEqual({ offsetMs: 100, voters: VOTES_MIN })
    for (let i = 0; i < VOTES_MIN; i++) votes.add(`${i}`, 40, 6 * 60_000)
    expect(votes.median(6 * 60_000)!.offsetMs).toBe(40)
    expect(votes.median(22 * 60_000)).toBeUndefined()
  })

  it('holds the latest 256 authors', () => {
    const votes = new OffsetVotes()
    for (let i = 0; i < 1_000; i++) votes.add(`${i}`, i, 0)
    expect(votes.median(0)).toEqual({ offsetMs: 871, voters: 256 })
  })
})
