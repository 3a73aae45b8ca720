import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { chooseList } from '../../../protocols/rules/content/choose-list.ts'
import { COPIES_MAX, chooseRun, type Giver } from '../../../protocols/rules/content/choose-run.ts'

interface Peer {
  readonly chunks: ReadonlySet<number>
  flight: { next: number; end: number } | undefined
}
const giverOf = (peer: Peer): Giver => ({ has: (chunk) => peer.chunks.has(chunk), flight: peer.flight })
const peerWith = (...chunks: readonly number[]): Peer => ({ chunks: new Set(chunks), flight: undefined })
const wishOf = (count: number, got: ReadonlySet<number>, peers: readonly Peer[], start = 0, runMax = 4) => ({
  count,
  has: (chunk: number) => got.has(chunk),
  givers: peers.map(giverOf),
  start,
  runMax,
})
const choose = (count: number, got: ReadonlySet<number>, peers: readonly Peer[], peer: Peer, start = 0) =>
  chooseRun(wishOf(count, got, peers, start), giverOf(peer))

describe('the next chunks from a peer', () => {
  it('are those that nobody else has, before those that others have too', () => {
    const rare = peerWith(0, 1, 2, 3)
    expect(choose(4, new Set(), [rare, peerWith(0, 1, 3)], rare)).toEqual({ from: 2, count: 1 })
  })

  it('are a run from the place where this node began, among equals', () => {
    const only = peerWith(0, 1, 2, 3, 4, 5)
    expect(choose(6, new Set(), [only], only, 3)).toEqual({ from: 3, count: 3 })
    expect(choose(6, new Set([3, 4, 5]), [only], only, 3)).toEqual({ from: 0, count: 3 })
  })

  it('are the ones furthest from coming elsewhere, where all are on their way', () => {
    const slow: Peer = { chunks: new Set([0, 1, 2]), flight: { next: 0, end: 3 } }
    const quick = peerWith(0, 1, 2)
    expect(choose(3, new Set(), [slow, quick], quick)).toEqual({ from: 2, count: 1 })
  })

  it('are none, where it has nothing that is missing', () => {
    const peer = peerWith(1)
    expect(choose(2, new Set([1]), [peer], peer)).toBeUndefined()
  })

  const world = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    start: fc.nat(39),
    peers: fc.array(fc.uint8Array({ minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
    turns: fc.array(fc.nat(1_000), { maxLength: 600 }),
  })

  it('are never what it lacks, what is here, or what two others are asked for; and all that anybody has comes in the end', () => {
    fc.assert(
      fc.property(world, ({ count, start, peers: bits, turns }) => {
        const peers = bits.map((bytes): Peer => ({ chunks: chunksIn(bytes, count), flight: undefined }))
        const got = new Set<number>()
        const step = (peer: Peer): boolean => {
          if (peer.flight !== undefined) {
            got.add(peer.flight.next++)
            if (peer.flight.next === peer.flight.end) peer.flight = undefined
            return true
          }
          const run = chooseRun(wishOf(count, got, peers, start % count), giverOf(peer))
          if (run === undefined) return false
          expect(run.count).toBeGreaterThan(0)
          expect(run.count).toBeLessThanOrEqual(4)
          peer.flight = { next: run.from, end: run.from + run.count }
          for (let chunk = run.from; chunk < peer.flight.end; chunk++) {
            expect(peer.chunks.has(chunk)).toBe(true)
            expect(got.has(chunk)).toBe(false)
            const asked = peers.filter(
              ({ flight }) => flight !== undefined && chunk >= flight.next && chunk < flight.end,
            )
            expect(asked.length).toBeLessThanOrEqual(COPIES_MAX)
          }
          return true
        }
        for (const turn of turns) step(peers[turn % peers.length]!)
        while (peers.map(step).some(Boolean));
        const wanted = new Set(peers.flatMap(({ chunks }) => [...chunks]))
        expect(got).toEqual(wanted)
      }),
    )
  })
})

function chunksIn(bits: Uint8Array, count: number): Set<number> {
  const chunks = new Set<number>()
  for (let i = 0; i < count; i++) if ((bits[i >> 3]! & (1 << (i & 7))) !== 0) chunks.add(i)
  return chunks
}

describe('of several lists', () => {
  const a = '0xa' as Hash32
  const b = '0xb' as Hash32
  it.each([
    ['none where nobody gives one', [], undefined],
    [
      'the first, among equals',
      [
        [b, true],
        [a, true],
      ],
      b,
    ],
    [
      'the one that more whole copies vouch for',
      [
        [b, true],
        [a, true],
        [a, true],
      ],
      a,
    ],
    [
      'a whole copy before any number of partial ones',
      [
        [b, false],
        [b, false],
        [a, true],
      ],
      a,
    ],
    [
      'the one that more partial copies hand on, where none is whole',
      [
        [b, false],
        [a, false],
        [a, false],
      ],
      a,
    ],
  ] as const)('%s is tried first', (_, vouchers, best) => {
    expect(chooseList(vouchers.map(([list, whole]) => ({ list, whole })))).toBe(best)
  })
})
