import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choosePeer, LOOK_AGAIN_MS, MISSED_AGAIN_MS, VOTERS_MAX } from '../../../../protocols/rules/line/choose-peer.ts'
import type { TimedPeer } from '../../../../protocols/rules/line/typical-latencies.ts'
import '../../../support/property-seed.ts'

const NOW_MS = 100 * LOOK_AGAIN_MS
const timed = (region: string, voter: string, atMs = NOW_MS): TimedPeer => ({ region, voter, ms: 50, atMs })

describe('who is timed next', () => {
  it('is of the region that has fewest votes, and asked for its region only after those that need not be', () => {
    const candidates = [
      { peer: 'near', region: 'eu', voter: 'near' },
      { peer: 'silent', voter: 'silent' },
      { peer: 'far', region: 'us', voter: 'far' },
    ]
    expect(choosePeer(candidates, [timed('eu', 'else')], NOW_MS)?.peer).toBe('far')
    expect(choosePeer(candidates.slice(0, 2), [timed('eu', 'else')], NOW_MS)?.peer).toBe('silent')
    expect(choosePeer(candidates.slice(0, 1), [timed('eu', 'else')], NOW_MS)?.peer).toBe('near')
    expect(choosePeer([], [], NOW_MS)).toBeUndefined()
  })

  it('is nobody of a network that was timed, and no peer that was looked at, within half an hour', () => {
    const peer = { peer: 'a', region: 'eu', voter: 'net' }
    const looked = (agoMs: number) => choosePeer([{ ...peer, lookedAtMs: NOW_MS - agoMs }], [], NOW_MS)
    expect([looked(LOOK_AGAIN_MS - 1), looked(LOOK_AGAIN_MS)?.peer]).toEqual([undefined, 'a'])
    const voted = (agoMs: number) => choosePeer([peer], [timed('eu', 'net', NOW_MS - agoMs)], NOW_MS)
    expect([voted(LOOK_AGAIN_MS - 1), voted(LOOK_AGAIN_MS)?.peer]).toEqual([undefined, 'a'])
  })

  it('is who told nothing after a shorter while, twice as long each time, and after all others', () => {
    const missed = (misses: number, agoMs: number) => ({ peer: 'm', voter: 'm', misses, lookedAtMs: NOW_MS - agoMs })
    const next = (misses: number, agoMs: number) => choosePeer([missed(misses, agoMs)], [], NOW_MS)?.peer
    expect([next(1, MISSED_AGAIN_MS - 1), next(1, MISSED_AGAIN_MS)]).toEqual([undefined, 'm'])
    expect([next(3, 4 * MISSED_AGAIN_MS - 1), next(3, 4 * MISSED_AGAIN_MS)]).toEqual([undefined, 'm'])
    expect([next(2_000, LOOK_AGAIN_MS - 1), next(2_000, LOOK_AGAIN_MS)]).toEqual([undefined, 'm'])
    const heard = Array.from({ length: VOTERS_MAX - 1 }, (_, index) => timed('eu', `${index}`))
    const other = { peer: 'other', region: 'eu', voter: 'other' }
    expect(choosePeer([missed(1, LOOK_AGAIN_MS), other], heard, NOW_MS)?.peer).toBe('other')
  })

  it('is no new network where a region has enough, but one of those whose vote grows old', () => {
    const old = NOW_MS - LOOK_AGAIN_MS
    const heard = Array.from({ length: VOTERS_MAX }, (_, index) => timed('eu', `${index}`, old))
    expect(choosePeer([{ peer: 'new', region: 'eu', voter: 'new' }], heard, NOW_MS)).toBeUndefined()
    expect(choosePeer([{ peer: 'known', region: 'eu', voter: '3' }], heard, NOW_MS)?.peer).toBe('known')
  })

  it('comes to everybody that is due, however many there are', () => {
    const candidate = fc.record({
      region: fc.option(fc.constantFrom('eu', 'us'), { nil: undefined }),
      voter: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    })
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 20 }), (all) => {
        const looked = new Map<string, number>()
        const heard: TimedPeer[] = []
        const list = () => all.map((each, index) => ({ ...each, peer: `${index}`, lookedAtMs: looked.get(`${index}`) }))
        for (let next = choosePeer(list(), heard, NOW_MS); next; next = choosePeer(list(), heard, NOW_MS)) {
          expect(looked.has(next.peer)).toBe(false)
          looked.set(next.peer, NOW_MS)
          if (next.region !== undefined) heard.push(timed(next.region, next.voter))
        }
        const votes = new Set(heard.map(({ voter }) => voter))
        for (const [index, { voter }] of all.entries()) expect(looked.has(`${index}`) || votes.has(voter)).toBe(true)
      }),
    )
  })
})
