import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  earliestSeat,
  finishMs,
  runsBefore,
  type SeatPace,
} from '../../../../protocols/rules/scheduling/earliest-finish.ts'
import '../../../support/property-seed.ts'

const seats = fc.array(
  fc.record({ freeMs: fc.integer({ min: 0, max: 200 }), serviceMs: fc.integer({ min: 1, max: 50 }) }),
  { minLength: 1, maxLength: 6 },
)

/** Each in turn where it ends first, of equals at the first seat. */
function oneByOne(
  all: readonly SeatPace[],
  runs: number,
): readonly { readonly seat: number; readonly endMs: number }[] {
  const freeMs = all.map((seat) => seat.freeMs)
  return Array.from({ length: runs }, () => {
    const ends = freeMs.map((ms, i) => ms + all[i]!.serviceMs)
    const seat = ends.indexOf(Math.min(...ends))
    freeMs[seat] = ends[seat]!
    return { seat, endMs: ends[seat]! }
  })
}

describe('where a run ends earliest', () => {
  it('is found as by trying all', () => {
    fc.assert(
      fc.property(seats, (all) => {
        expect(earliestSeat(all)).toBe(oneByOne(all, 1)[0]!.seat)
      }),
    )
  })

  it('is a seat’s for the first run that its turn in the queue gives it', () => {
    fc.assert(
      fc.property(seats, (all) => {
        const placed = oneByOne(all, 2_000)
        for (const place of all.keys()) {
          const first = placed.findIndex(({ seat }) => seat === place)
          if (first >= 0) expect(runsBefore(all, place)).toBe(first)
        }
      }),
    )
  })

  it('is over when all before it have had their best place', () => {
    fc.assert(
      fc.property(seats, fc.integer({ min: 0, max: 200 }), (all, ahead) => {
        expect(finishMs(all, ahead)).toBeCloseTo(oneByOne(all, ahead + 1)[ahead]!.endMs, 1)
      }),
    )
  })

  it('is nowhere without seats', () => {
    expect([earliestSeat([]), finishMs([], 3)]).toEqual([-1, 0])
  })

  it('is the quick seat for one, and the slow one for the tenth', () => {
    const pair = [
      { freeMs: 5, serviceMs: 10 },
      { freeMs: 0, serviceMs: 100 },
    ]
    expect(earliestSeat(pair)).toBe(0)
    expect([runsBefore(pair, 0), runsBefore(pair, 1)]).toEqual([0, 9])
    expect([finishMs(pair, 8), finishMs(pair, 9), finishMs(pair, 10)].map(Math.round)).toEqual([95, 100, 105])
  })
})
