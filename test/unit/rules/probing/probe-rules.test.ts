import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimedCards } from '../../../../protocols/rules/probing/card-claims.ts'
import {
  APART_MS,
  CLAIM_FACTOR,
  claimStanding,
  type NoteKind,
  type ProbeNote,
} from '../../../../protocols/rules/probing/claim-standing.ts'
import { judgeProbe, patienceMs } from '../../../../protocols/rules/probing/judge-probe.ts'
import {
  chooseCard,
  chooseToProbe,
  drawSome,
  dueAtMs,
  kindOfNext,
  nextGapMs,
} from '../../../../protocols/rules/probing/probe-schedule.ts'
import {
  expectedMs,
  filledBytesOf,
  handedMs,
  isProbeSize,
  MEMORY_ASKED_MAX,
  planProbe,
  WORK_MS_MAX,
} from '../../../../protocols/rules/probing/probe-size.ts'
import { factorOf, firstRows, lastRow } from '../../../../protocols/rules/probing/probe-work.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'

const NOW = 1_800_000_000_000
const notes = (...of: readonly (readonly [NoteKind, number])[]): readonly ProbeNote[] =>
  of.map(([kind, minutes]) => ({ kind, atMs: NOW - 120 * 60_000 + minutes * 60_000 }))

describe('the size of a probe', () => {
  const claims = fc.record({
    fp32Gflops: fc.double({ min: 0.001, max: 200_000, noNaN: true }),
    memoryBytes: fc.integer({ min: 1, max: 2 ** 40 }),
  })

  it('is lawful for every claim, and takes about a second of what is claimed', () => {
    fc.assert(
      fc.property(claims, fc.double({ min: 0, max: 200, noNaN: true }), (claim, rttMs) => {
        const size = planProbe('speed', claim, rttMs)!
        expect(isProbeSize(size)).toBe(true)
        const ms = expectedMs(size, claim)
        // Faster than any machine of today a claim may leave the largest probe behind.
        if (claim.fp32Gflops < 10_000) expect(ms).toBeGreaterThan(900)
        if (claim.fp32Gflops > 0.01) expect(ms).toBeLessThan(2_000)
      }),
    )
  })

  it('of memory fills half of what is claimed, as far as the time and what miners lend allow', () => {
    fc.assert(
      fc.property(claims, (claim) => {
        const size = planProbe('memory', claim, 0)!
        expect(isProbeSize(size)).toBe(true)
        const asked = Math.min(MEMORY_ASKED_MAX, claim.memoryBytes / 2)
        expect(filledBytesOf(size)).toBeLessThanOrEqual(Math.max(asked, 4 * size.side ** 2))
        if (claim.fp32Gflops > 0.01) expect(expectedMs(size, claim)).toBeLessThan(WORK_MS_MAX * 1.3)
      }),
    )
    const [processor, card] = [
      { fp32Gflops: 170, memoryBytes: 2 ** 34 },
      { fp32Gflops: 30_000, memoryBytes: 2 ** 33 },
    ]
    for (const claim of [processor, card]) expect(filledBytesOf(planProbe('memory', claim, 20)!)).toBe(MEMORY_ASKED_MAX)
  })

  it('of memory is none where it is filled too soon for the way', () => {
    const claim = { fp32Gflops: 100, memoryBytes: 2 ** 20 }
    expect(planProbe('memory', claim, 10)).toBeDefined()
    expect(planProbe('memory', claim, 300)).toBeUndefined()
  })

  it('grows with the way, and is none where the way is too long', () => {
    const claim = { fp32Gflops: 100 }
    expect(expectedMs(planProbe('speed', claim, 500)!, claim)).toBeGreaterThanOrEqual(2_000)
    expect(planProbe('speed', claim, 1_300)).toBeUndefined()
  })
})

describe('the work of a probe', () => {
  it('is exact in fp32 at its largest: no sum reaches 2^24', () => {
    expect(2_048 * 255 * 8).toBeLessThan(2 ** 24)
    const factor = factorOf(crypto, digestOf('seed'), 64)
    expect(Math.min(...factor)).toBe(-8)
    expect(Math.max(...factor)).toBe(7)
  })

  it('is no linear map: the rows of a sum are not the sum of the rows', () => {
    const factor = factorOf(crypto, digestOf('seed'), 64)
    const rows = firstRows(crypto, digestOf('round'), 64)
    const [a, b] = [rows.subarray(0, 64), rows.subarray(64, 128)].map((row) => row.map((x) => x >> 1)) as [
      Uint8Array,
      Uint8Array,
    ]
    const both = lastRow(
      a.map((x, i) => x + b[i]!),
      factor,
      2,
    )
    const apart = lastRow(a, factor, 2).map((y, i) => y + lastRow(b, factor, 2)[i]!)
    expect(both.filter((y, i) => y === apart[i]).length).toBeLessThan(32)
  })

  it('gives bytes that nothing packs closer, all values about as often', () => {
    const factor = factorOf(crypto, digestOf('seed'), 512)
    const rows = firstRows(crypto, digestOf('round'), 512)
    const counts = new Uint32Array(256)
    for (let row = 0; row < 64; row++)
      for (const y of lastRow(rows.subarray(row * 512, (row + 1) * 512), factor, 3)) counts[y]!++
    const total = 64 * 512
    const entropy = counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0)
    expect(entropy).toBeGreaterThan(7.98)
  })
})

describe('a probe is judged', () => {
  const claim = { fp32Gflops: 100, memoryBytes: 2 ** 34 }
  const size = planProbe('speed', claim, 20)!
  const expected = expectedMs(size, claim)
  const timings = { rttMs: 20, workedMs: expected + 20, recalledMs: 60, stalledMs: 2 }

  it('by what was done and held, less the way', () => {
    const outcome = judgeProbe(size, claim, timings)
    expect(outcome).toMatchObject({ kind: 'shown', gflops: expect.closeTo(100, 1) })
    expect(outcome).toMatchObject({ heldBytes: expect.closeTo(filledBytesOf(size) * (1 - 40 / expected), -2) })
  })

  it.each([
    [2.9, 'shown'],
    [3.1, 'slow'],
  ])('at %f times the time that is claimed: %s', (times, kind) => {
    const workedMs = expected * times + handedMs(size) + 20
    expect(judgeProbe(size, claim, { ...timings, workedMs }).kind).toBe(kind)
  })

  it.each([
    [170, 512],
    [8_000, 2_048],
    [45_000, 2_048],
    [300_000, 2_048],
  ])(
    'without what its program takes to hand matrices over: an honest card of %i GFLOPS is shown',
    (fp32Gflops, side) => {
      const card = { fp32Gflops, memoryBytes: 2 ** 34 }
      for (const kind of ['speed', 'memory'] as const) {
        const asked = planProbe(kind, card, 20)!
        expect(asked.side).toBe(side)
        // As measured, and in the middle of a pass that takes the processor as well.
        const perRoundMs = side === 512 ? 8 : 90
        const workedMs = expectedMs(asked, card) * 1.5 + asked.rounds * perRoundMs
        expect(judgeProbe(asked, card, { ...timings, workedMs, recalledMs: 100 }).kind).toBe('shown')
        expect(workedMs).toBeLessThan(patienceMs(asked, card))
      }
    },
  )

  it('as slow at a tenth of what is claimed, though its program takes half of what is allowed it, and by the end of patience', () => {
    const speeds = fc.double({ min: 0.001, max: 80_000, noNaN: true })
    fc.assert(
      fc.property(speeds, (fp32Gflops) => {
        const of = planProbe('speed', { fp32Gflops }, 20)!
        const tenth = expectedMs(of, { fp32Gflops }) * 10
        expect(judgeProbe(of, { fp32Gflops }, { ...timings, workedMs: tenth + handedMs(of) / 2 + 20 }).kind).toBe(
          'slow',
        )
        // Who is not done then is called slow without having been timed.
        const late = patienceMs(of, { fp32Gflops })
        if (expectedMs(of, { fp32Gflops }) < 4_000)
          expect(judgeProbe(of, { fp32Gflops }, { ...timings, workedMs: late + 20 }).kind).toBe('slow')
      }),
    )
  })

  it('as forgetful where the recall takes more than half of the work again', () => {
    expect(judgeProbe(size, claim, { ...timings, recalledMs: expected * 0.4 }).kind).toBe('shown')
    expect(judgeProbe(size, claim, { ...timings, recalledMs: expected * 0.9 }).kind).toBe('forgetful')
  })

  it('by no more of the way than a quarter of the time: an echo that is held back gains little', () => {
    const slow = { ...timings, workedMs: expected * 10, rttMs: expected * 9.9 }
    expect(judgeProbe(size, claim, slow).kind).toBe('slow')
  })

  it('not at all where the prober itself slept through what was too long', () => {
    const slow = { ...timings, workedMs: expected * 10 }
    expect(judgeProbe(size, claim, { ...slow, stalledMs: expected * 8 }).kind).toBe('unsure')
    expect(judgeProbe(size, claim, { ...slow, stalledMs: expected / 2 }).kind).toBe('slow')
    const late = { ...timings, recalledMs: expected * 0.9 }
    expect(judgeProbe(size, claim, { ...late, stalledMs: expected * 0.6 }).kind).toBe('unsure')
    // What went well went well all the same.
    expect(judgeProbe(size, claim, { ...timings, stalledMs: expected }).kind).toBe('shown')
  })
})

describe('a claim', () => {
  it('is unproven before anybody looked, and costs nothing', () => {
    expect(claimStanding([], NOW)).toBe('unproven')
    expect(CLAIM_FACTOR.unproven).toBe(1)
  })

  it('is a lie after three faults at different times', () => {
    const faults = notes(['slow', 60], ['forgetful', 70], ['false', 80])
    expect(claimStanding(faults.slice(0, 1), NOW)).toBe('doubted')
    expect(claimStanding(faults.slice(0, 2), NOW)).toBe('doubted')
    expect(claimStanding(faults, NOW)).toBe('lying')
    expect(CLAIM_FACTOR.lying).toBeGreaterThan(1)
  })

  it.each([
    ['three at one time', notes(['slow', 60], ['slow', 61], ['slow', 64])],
    ['with one between that went well', notes(['slow', 60], ['slow', 70], ['shown', 75], ['slow', 80])],
    ['of which one was a refusal', notes(['slow', 60], ['refused', 70], ['slow', 80])],
    ['of which one was lost', notes(['slow', 60], ['lost', 70], ['slow', 80])],
    ['of which one says nothing', notes(['slow', 60], ['unsure', 70], ['slow', 80])],
  ])('is none of %s', (_, of) => {
    expect(claimStanding(of, NOW)).toBe('doubted')
  })

  it('is never a lie for whatever refusals and losses', () => {
    const harmless = fc.constantFrom<NoteKind>('refused', 'lost', 'unsure', 'shown')
    fc.assert(
      fc.property(fc.array(fc.tuple(harmless, fc.integer({ min: 0, max: 120 }))), (of) => {
        expect(['unproven', 'shown']).toContain(claimStanding(notes(...of), NOW))
      }),
    )
  })

  it('is another day again after two hours', () => {
    const faults = notes(['slow', 60], ['slow', 70], ['slow', 80])
    expect(claimStanding(faults, NOW + 90 * 60_000)).toBe('unproven')
  })

  it('is that of each card with a figure, and none where there is no figure', () => {
    expect(claimedCards([])).toEqual([])
    expect(claimedCards([{ memoryBytes: 2 ** 34 }, { fp32Gflops: Number.NaN }])).toEqual([])
    expect(claimedCards([{ fp32Gflops: 10 }, {}, { fp32Gflops: 30, memoryBytes: 5 }])).toEqual([
      { card: 0, claim: { fp32Gflops: 10 } },
      { card: 2, claim: { fp32Gflops: 30, memoryBytes: 5 } },
    ])
  })

  const noted = (...of: readonly (readonly [NoteKind, number, number])[]): readonly ProbeNote[] =>
    of.map(([kind, minutes, card]) => ({ ...notes([kind, minutes])[0]!, card }))

  it('of several cards is shown when each of them is', () => {
    const first = noted(['shown', 60, 0], ['shown', 70, 0], ['refused', 80, 1])
    expect(claimStanding(first, NOW, [0])).toBe('shown')
    expect(claimStanding(first, NOW, [0, 1])).toBe('unproven')
    expect(claimStanding([...first, ...noted(['shown', 90, 1])], NOW, [0, 1])).toBe('shown')
  })

  it('is a lie for one false card, however often another one is shown', () => {
    const between = noted(['slow', 60, 1], ['shown', 63, 0], ['slow', 70, 1], ['shown', 73, 0], ['slow', 80, 1])
    expect(claimStanding(between, NOW, [0, 1])).toBe('lying')
    // The card itself takes back what was held against it.
    expect(claimStanding([...between, ...noted(['shown', 90, 1])], NOW, [0, 1])).toBe('shown')
  })

  it('is a lie also of a miner whose false card is at another place each time', () => {
    expect(claimStanding(noted(['slow', 60, 1], ['slow', 70, 2], ['slow', 80, 3]), NOW, [0, 1])).toBe('lying')
  })
})

describe('the schedule of probes', () => {
  it('has the gaps of a Poisson process, and none beyond three of them', () => {
    const draws = Array.from({ length: 10_000 }, (_, i) => i / 10_000)
    const gaps = draws.map((draw) => nextGapMs(12, draw))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    // A mean of 300 s, less the tail that is cut.
    expect(mean).toBeGreaterThan(270_000)
    expect(mean).toBeLessThan(300_000)
    expect(nextGapMs(12, 1)).toBe(900_000)
  })

  it('asks those in doubt first, then those that nobody has asked', () => {
    const doubted = { name: 'doubted', notes: notes(['slow', 100]) }
    const fresh = { name: 'fresh', notes: [] }
    const shown = { name: 'shown', notes: notes(['shown', 10]) }
    expect(chooseToProbe([shown, fresh, doubted], NOW, 0.99)).toBe(doubted)
    expect(chooseToProbe([shown, fresh], NOW, 0.99)).toBe(fresh)
    expect(chooseToProbe([shown], NOW, 0.99)).toBe(shown)
    expect(chooseToProbe([{ notes: [{ kind: 'slow', atMs: NOW - APART_MS + 1 }] }], NOW, 0)).toBeUndefined()
    expect(chooseToProbe([], NOW, 0)).toBeUndefined()
  })

  it('comes back to refusals ever more rarely, in half an hour at the latest', () => {
    const refusals = (count: number): readonly ProbeNote[] =>
      Array.from({ length: count }, () => ({ kind: 'refused', atMs: NOW }))
    const waits = [1, 2, 3, 4, 9].map((count) => dueAtMs(refusals(count), NOW) - NOW)
    expect(waits).toEqual([180_000, 360_000, 720_000, 1_440_000, 1_800_000])
  })

  it('looks at memory after speed, and again at what went wrong', () => {
    expect(kindOfNext([], true)).toBe('speed')
    expect(kindOfNext(notes(['shown', 1]), true)).toBe('memory')
    expect(kindOfNext(notes(['shown', 1], ['refused', 2]), true)).toBe('speed')
    expect(kindOfNext(notes(['shown', 1], ['forgetful', 2], ['refused', 3]), true)).toBe('memory')
    expect(kindOfNext(notes(['shown', 1], ['forgetful', 2], ['lost', 3]), true)).toBe('memory')
    expect(kindOfNext(notes(['shown', 1], ['shown', 2]), true)).toBe('speed')
    expect(kindOfNext(notes(['shown', 1], ['slow', 2]), true)).toBe('speed')
    expect(kindOfNext(notes(['shown', 1]), false)).toBe('speed')
  })

  const cardsOf = (...gflops: readonly number[]) => gflops.map((fp32Gflops, card) => ({ card, claim: { fp32Gflops } }))

  it('comes to each card within 3 n - 1 probes, whatever it claims and whatever is drawn', () => {
    const gflops = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 16 })
    const draws = fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 96, maxLength: 96 })
    fc.assert(
      fc.property(gflops, draws, (of, drawn) => {
        const claimed = cardsOf(...of)
        const within = 3 * of.length - 1
        const asked: ProbeNote[] = []
        for (const draw of drawn) {
          // Hours apart: all of them are due.
          const atMs = NOW + asked.length * 7_200_000
          asked.push({ atMs, kind: 'shown', card: chooseCard(claimed, asked.slice(-64), atMs, draw).card })
        }
        for (let at = 0; at + within <= asked.length; at++)
          expect(new Set(asked.slice(at, at + within).map(({ card }) => card)).size).toBe(of.length)
      }),
      { numRuns: 50 },
    )
  })

  it('draws the card with twice the claim twice as often, and asks the one in doubt first', () => {
    const claimed = cardsOf(10, 20)
    const first = Array.from({ length: 300 }, (_, i) => chooseCard(claimed, [], NOW, i / 300).card)
    expect(first.filter((card) => card === 1)).toHaveLength(200)
    const doubted = [{ atMs: NOW - APART_MS, kind: 'slow', card: 0 } as const]
    for (const draw of [0, 0.5, 0.99]) expect(chooseCard(claimed, doubted, NOW, draw).card).toBe(0)
    // It waits its five minutes; nobody else does meanwhile.
    expect(chooseCard(claimed, doubted, NOW - 1, 0).card).toBe(1)
  })

  it('lets a miner have no more turns for having more cards, and none at once where it had no time for one', () => {
    const busy = { notes: [{ atMs: NOW - 60_000, kind: 'refused', card: 1 } as const], cards: [0, 1, 2] }
    expect(chooseToProbe([busy], NOW, 0)).toBeUndefined()
    expect(chooseToProbe([busy], NOW + 120_000, 0)).toBe(busy)
    const whole = { notes: [{ atMs: NOW - 3_600_000, kind: 'shown', card: 0 } as const], cards: [0] }
    const refusing = {
      notes: [0, 1].map((card) => ({ atMs: NOW - 3_600_000, kind: 'refused', card }) as const),
      cards: [0, 1],
    }
    expect([0, 0.6].map((draw) => chooseToProbe([refusing, whole], NOW, draw))).toEqual([refusing, whole])
    // The others of a miner in doubt wait as everybody does.
    const doubted = {
      notes: [
        { atMs: NOW - 3_600_000, kind: 'shown', card: 1 } as const,
        { atMs: NOW - 60_000, kind: 'slow' } as const,
      ],
      cards: [0, 1],
    }
    expect([0, 0.6].map((draw) => chooseToProbe([doubted, whole], NOW, draw))).toEqual([doubted, whole])
  })

  it('comes to cards that were never asked for after miners that never were, and before what was shown', () => {
    const half = { notes: [{ atMs: NOW - 60_000, kind: 'shown', card: 0 } as const], cards: [0, 1] }
    const whole = { notes: [{ atMs: NOW - 3_600_000, kind: 'shown', card: 0 } as const], cards: [0] }
    const fresh = { notes: [] }
    expect(chooseToProbe([whole, half, fresh], NOW, 0.99)).toBe(fresh)
    expect(chooseToProbe([half, whole], NOW, 0.99)).toBe(half)
  })

  it('draws from all that are listed, those at the end as well', () => {
    const all = Array.from({ length: 1_000 }, (_, i) => i)
    const random = new SeededRandom('listed')
    const counts = new Uint32Array(4)
    for (let i = 0; i < 200; i++)
      for (const each of drawSome(all, 20, () => random.fraction())) counts[Math.floor(each / 250)]!++
    // 1,000 of 4,000 each, give or take 27.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(110)
    expect(drawSome([1, 2], 20, () => 0)).toEqual([1, 2])
  })
})
