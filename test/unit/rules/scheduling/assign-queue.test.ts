import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignQueue, type CardPower, type QueuedWork } from '../../../../protocols/rules/scheduling/assign-queue.ts'
import '../../../support/property-seed.ts'

const GB = 1e9
const anyWork: fc.Arbitrary<QueuedWork> = fc.record({
  workMs: fc.constantFrom(0, 1, 10, 250, 4_000),
  memoryBytes: fc.constantFrom(0, GB, 6 * GB, 20 * GB, 90 * GB),
})
const anyCard: fc.Arbitrary<CardPower> = fc.record({
  speed: fc.constantFrom(0.25, 1, 3),
  memoryBytes: fc.constantFrom(2 * GB, 8 * GB, 24 * GB),
  powerW: fc.constantFrom(15, 120, 350),
})
const budget = fc.constantFrom(0, 100, 300, 500, 10_000)
const works = fc.array(anyWork, { maxLength: 30 })
const cards = fc.array(anyCard, { maxLength: 5 })

/** Watts that are drawn at the moment when each placement begins. */
function peakW(
  placements: readonly { card: number; startMs: number; endMs: number }[],
  of: readonly CardPower[],
): number {
  const at = (ms: number): number =>
    placements.reduce((sum, p) => sum + (p.startMs <= ms && ms < p.endMs ? of[p.card]!.powerW : 0), 0)
  return Math.max(0, ...placements.map(({ startMs }) => at(startMs)))
}

describe('a queue over several cards', () => {
  it('never draws more than the budget, holds more than a card has, or runs two jobs of a card at once', () => {
    fc.assert(
      fc.property(works, cards, budget, (work, of, budgetW) => {
        const { placements, makespanMs } = assignQueue(work, of, budgetW)
        expect(peakW(placements, of)).toBeLessThanOrEqual(budgetW)
        for (const { job, card, startMs, endMs } of placements) {
          expect(work[job]!.memoryBytes).toBeLessThanOrEqual(of[card]!.memoryBytes)
          expect(endMs - startMs).toBeCloseTo(work[job]!.workMs / of[card]!.speed, 6)
          expect(endMs).toBeLessThanOrEqual(makespanMs)
        }
        for (const [index] of of.entries()) {
          const mine = placements.filter(({ card }) => card === index)
          for (let i = 1; i < mine.length; i++)
            expect(mine[i]!.startMs).toBeGreaterThanOrEqual(mine[i - 1]!.endMs - 1e-9)
        }
      }),
    )
  })

  it('places every job exactly once that any card within the budget can take, and names the others', () => {
    fc.assert(
      fc.property(works, cards, budget, (work, of, budgetW) => {
        const { placements, left } = assignQueue(work, of, budgetW)
        const most = Math.max(0, ...of.filter(({ powerW }) => powerW <= budgetW).map(({ memoryBytes }) => memoryBytes))
        const possible = work.flatMap(({ memoryBytes }, job) => (most > 0 && memoryBytes <= most ? [job] : []))
        const placed = placements.map(({ job }) => job).sort((a, b) => a - b)
        expect(placed).toEqual(possible)
        expect([...placed, ...left].sort((a, b) => a - b)).toEqual(work.map((_, job) => job))
      }),
    )
  })

  it('is the same whenever its jobs and cards are the same', () => {
    fc.assert(
      fc.property(works, cards, budget, (work, of, budgetW) => {
        expect(assignQueue(work, of, budgetW)).toEqual(assignQueue(work, of, budgetW))
      }),
    )
  })

  it('takes the cards that bring most within the budget, not the first', () => {
    const of = [
      { speed: 1, memoryBytes: GB, powerW: 300 },
      { speed: 0.9, memoryBytes: GB, powerW: 150 },
      { speed: 0.9, memoryBytes: GB, powerW: 150 },
    ]
    const { placements } = assignQueue(Array(8).fill({ workMs: 10, memoryBytes: 0 }), of, 300)
    expect(new Set(placements.map(({ card }) => card))).toEqual(new Set([1, 2]))
  })

  it('of more cards than can be tried in all sets still runs what only one of them can take', () => {
    const of = Array.from({ length: 20 }, () => ({ speed: 1, memoryBytes: GB, powerW: 100 }))
    const work = [...Array(40).fill({ workMs: 10, memoryBytes: 0 }), { workMs: 10, memoryBytes: 4 * GB }]
    const { placements, left } = assignQueue(work, [...of, { speed: 0.1, memoryBytes: 8 * GB, powerW: 400 }], 1_000)
    expect([placements.length, left]).toEqual([41, []])
    expect(peakW(placements, [...of, { speed: 0.1, memoryBytes: 8 * GB, powerW: 400 }])).toBeLessThanOrEqual(1_000)
  })

  it('runs a job that is too large for those by itself', () => {
    const of = [
      { speed: 1, memoryBytes: 2 * GB, powerW: 100 },
      { speed: 0.1, memoryBytes: 8 * GB, powerW: 200 },
    ]
    const work = [...Array(4).fill({ workMs: 10, memoryBytes: GB }), { workMs: 10, memoryBytes: 4 * GB }]
    const { placements, left } = assignQueue(work, of, 250)
    expect(placements.length).toBe(5)
    expect(left).toEqual([])
  })

  it.each([
    ['a card without speed', { speed: 0, memoryBytes: GB, powerW: 1 }],
    ['a card of negative power', { speed: 1, memoryBytes: GB, powerW: -5 }],
    ['a card whose speed is no number', { speed: Number.NaN, memoryBytes: GB, powerW: 1 }],
    ['a card without memory', { speed: 1, memoryBytes: 0, powerW: 1 }],
  ])('gives nothing to %s', (_, card) => {
    expect(assignQueue([{ workMs: 1, memoryBytes: 0 }], [card], 100)).toEqual({
      placements: [],
      makespanMs: 0,
      left: [0],
    })
  })

  it('leaves work whose size is no number, and does nothing under a budget that is none', () => {
    const card = { speed: 1, memoryBytes: GB, powerW: 10 }
    expect(assignQueue([{ workMs: Number.NaN, memoryBytes: 0 }], [card], 100).left).toEqual([0])
    expect(assignQueue([{ workMs: 1, memoryBytes: 0 }], [card], Number.NaN).left).toEqual([0])
    expect(assignQueue([{ workMs: 1, memoryBytes: 0 }], [card], -1).left).toEqual([0])
  })
})
