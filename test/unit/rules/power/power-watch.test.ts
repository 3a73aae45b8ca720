import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { assumedPowerCurve } from '../../../../protocols/rules/power/power-curve.ts'
import {
  initialPower,
  type PowerEvent,
  type PowerOutcome,
  watchPower,
} from '../../../../protocols/rules/power/power-watch.ts'
import type { WatchedSeat } from '../../../../protocols/rules/power/watched-seat.ts'
import '../../../support/property-seed.ts'

interface Plant {
  /** Drawn at full load. */
  readonly fullW: number
  readonly gflops?: number
  readonly byLimit?: boolean
  readonly basis?: string
}

/** Cards that work as they are told, unless a test says what they draw. */
function watching(budgetW: number, plants: Readonly<Record<string, Plant>>) {
  let nowMs = 0
  let state = initialPower(budgetW)
  let outcome: PowerOutcome | undefined
  const events: PowerEvent[] = []
  const fixedW = new Map<string, number | undefined>()
  const out = new Set<string>()
  const seats = (): readonly WatchedSeat[] =>
    Object.entries(plants).map(([key, { fullW, gflops = 1_000, byLimit = false, basis }]) => {
      const told = outcome?.seats.find((seat) => seat.key === key)
      const { limitW = fullW, loadShare } = told?.throttle ?? { loadShare: 0 }
      const obeyedW = 20 + loadShare * (limitW - 20)
      return {
        key,
        curve: assumedPowerCurve(fullW, gflops, { idleW: 20, minW: fullW / 2, maxW: fullW })!,
        byLimit,
        basis,
        powerW: fixedW.has(key) ? fixedW.get(key) : obeyedW,
        toldBefore: false,
        isOut: out.has(key),
      }
    })
  const pass = (seconds: number): PowerOutcome => {
    for (const endMs = nowMs + 1_000 * seconds; nowMs < endMs; nowMs += 1_000) {
      outcome = watchPower(state, seats(), { nowMs, budgetW })
      state = outcome.state
      events.push(...outcome.events)
    }
    return outcome!
  }
  const of = (key: string) => outcome!.seats.find((seat) => seat.key === key)!
  return { pass, of, events, fixedW, out, plants: plants as Record<string, Plant> }
}
const kinds = (events: readonly PowerEvent[]): readonly string[] => events.map(({ kind }) => kind)

describe('the watch on the power', () => {
  it('shares the budget, keeps each card to its share, and says by what it is known', () => {
    const { pass, of, events } = watching(400, {
      a: { fullW: 300, gflops: 2_000 },
      b: { fullW: 300, basis: 'by its TDP, not measured' },
    })
    expect(pass(60).drawnW).toBeCloseTo(400, 0)
    expect(of('a').verdict).toBeUndefined()
    expect(of('b').verdict).toMatchObject({ admits: true, stopsRunning: false })
    expect(of('b').verdict?.loadShare).toBeCloseTo(80 / 280)
    expect(of('b').verdict?.reasons).toEqual([
      {
        cause: 'power',
        text: '400 W of 400 W drawn, its share is 100 W: it works 29 % of the time (by its TDP, not measured)',
      },
    ])
    expect(kinds(events)).toEqual(['shared'])
  })

  it('says nothing of shares before there are cards', () => {
    const { pass, events, plants } = watching(300, {})
    pass(5)
    expect(events).toEqual([])
    plants.a = { fullW: 200 }
    pass(5)
    expect(kinds(events)).toEqual(['shared'])
  })

  it('turns a card off that the budget does not reach, in order', () => {
    const { pass, of } = watching(320, { a: { fullW: 300, gflops: 2_000 }, b: { fullW: 300 } })
    pass(30)
    expect(of('b').verdict).toMatchObject({ admits: false, stopsRunning: false })
    expect(of('b').text).toMatch(/^off under the budget of 320 W/)
  })

  it('holds nobody where all fit', () => {
    const { pass, of } = watching(600, { a: { fullW: 300 }, b: { fullW: 300, byLimit: true } })
    pass(30)
    expect([of('a').verdict, of('b').verdict, of('b').throttle.limitW]).toEqual([undefined, undefined, 300])
  })

  it('plans less after some seconds in which more is drawn than the budget, and says the figures', () => {
    const { pass, of, events, fixedW } = watching(300, { a: { fullW: 300 } })
    pass(20)
    expect(of('a').verdict).toBeUndefined()
    fixedW.set('a', 312)
    pass(3)
    expect(of('a').verdict).toBeUndefined()
    pass(17)
    expect(of('a').verdict).toMatchObject({ admits: true })
    expect(of('a').text).toMatch(/^312 W of 300 W drawn, its share is \d+ W: it works \d\d % of the time$/)
    expect(kinds(events)).toContain('over')
    pass(600)
    expect(of('a').verdict?.admits).toBe(false)
  })

  it('takes a card that rests as it is told for no excess where looks find it at work, and one that never rests for one', () => {
    const { pass, of, events, fixedW } = watching(300, { a: { fullW: 310 } })
    pass(20)
    const { loadShare } = of('a').throttle
    for (let look = 0; look < 600; look++) {
      fixedW.set('a', (look + 1) % Math.floor(1 / (1 - loadShare)) === 0 ? 20 : 310)
      pass(1)
    }
    expect([of('a').shareW, kinds(events)]).toEqual([300, ['shared']])
    fixedW.set('a', 310)
    pass(400)
    expect(kinds(events)).toContain('over')
    expect(of('a').shareW).toBeLessThan(300)
  })

  it('looks each half second while it is in doubt whether too much is drawn', () => {
    const { pass, fixedW } = watching(300, { a: { fullW: 310 } })
    expect(pass(20).nextMs).toBe(2_000)
    fixedW.set('a', 310)
    expect(pass(20).nextMs).toBe(500)
    fixedW.set('a', 20)
    expect(pass(20).nextMs).toBe(5_000)
  })

  it('gives back what it took once the cards are calm, later each time that it was too much again', () => {
    const { pass, of, fixedW } = watching(300, { a: { fullW: 300 } })
    pass(20)
    /** Too much for half a minute; then the card draws little. */
    const comesBackAfter = (): number => {
      fixedW.set('a', 350)
      pass(30)
      fixedW.set('a', 100)
      let seconds = 0
      for (; of('a').shareW < 280 && seconds < 4_000; seconds += 10) pass(10)
      return seconds
    }
    const first = comesBackAfter()
    const again = comesBackAfter()
    const last = comesBackAfter()
    expect(first).toBeGreaterThan(60)
    expect([again - first > 50, last - again > 60]).toEqual([true, true])
  })

  it('gives no new jobs to a card whose power is not told any more, and keeps its share counted', () => {
    const { pass, of, events, fixedW } = watching(400, { a: { fullW: 300, gflops: 2_000 }, b: { fullW: 300 } })
    pass(30)
    fixedW.set('a', undefined)
    pass(14)
    expect(of('a').verdict).toBeUndefined()
    pass(3)
    expect(of('a').verdict).toMatchObject({ admits: false, stopsRunning: false })
    expect(of('a').text).toBe('its power is not told for 16 s: no new jobs, and 300 W of 400 W stay counted for it')
    expect(of('b').shareW).toBeCloseTo(100)
    fixedW.set('a', 20)
    pass(5)
    expect(of('a').verdict?.admits).toBe(false)
    pass(30)
    expect(of('a').verdict).toBeUndefined()
    expect(kinds(events).filter((kind) => kind === 'sensor')).toHaveLength(2)
  })

  it('counts a card that never told its power with its share', () => {
    const { pass, of, fixedW } = watching(400, { a: { fullW: 300 }, b: { fullW: 300 } })
    fixedW.set('a', undefined)
    expect(pass(60).drawnW).toBeCloseTo(400, 0)
    expect(of('a').verdict?.admits).not.toBe(false)
    expect(of('a').text).toMatch(/^400 W of 400 W drawn or counted, /)
  })

  it('gives the share of a card that is too hot to others, as far as it does not draw it any more', () => {
    const { pass, of, out, fixedW } = watching(400, { a: { fullW: 300, gflops: 2_000 }, b: { fullW: 300 } })
    pass(90)
    out.add('a')
    fixedW.set('a', 250)
    pass(5)
    expect(of('b').shareW).toBeLessThanOrEqual(150)
    fixedW.set('a', 20)
    pass(120)
    expect(of('b').shareW).toBeCloseTo(300)
    expect(of('a').verdict).toBeUndefined()
  })

  it('raises no card before another one has really come down', () => {
    const { pass, of, plants, fixedW } = watching(340, { a: { fullW: 300, gflops: 2_000 }, b: { fullW: 300 } })
    pass(90)
    // It turns out that the other one is far better, while a long job still runs on the first.
    plants.b = { fullW: 300, gflops: 9_000 }
    fixedW.set('a', 292)
    pass(30)
    expect(of('a').verdict?.admits).toBe(false)
    expect(of('b').shareW).toBeLessThanOrEqual(48)
    fixedW.delete('a')
    expect(pass(20).drawnW).toBeLessThanOrEqual(341)
    expect(of('b').shareW).toBeCloseTo(300)
  })

  it('does not move shares for a gain that is small', () => {
    const { pass, of, events, plants } = watching(400, { a: { fullW: 300, gflops: 1_020 }, b: { fullW: 300 } })
    pass(90)
    const before = of('a').shareW
    for (let i = 0; i < 20; i++) {
      plants.a = { fullW: 300, gflops: i % 2 === 0 ? 980 : 1_020 }
      pass(70)
    }
    expect([of('a').shareW, kinds(events)]).toEqual([before, ['shared']])
  })

  it('turns a card on in the place of another one for a small gain only after ten minutes, for a large one after one', () => {
    const swapsAfter = (gflops: number): number => {
      const { pass, of, plants } = watching(320, { a: { fullW: 300 }, b: { fullW: 300, gflops: 990 } })
      pass(10)
      plants.b = { fullW: 300, gflops }
      let seconds = 10
      for (; of('b').verdict?.admits === false && seconds < 2_000; seconds += 10) pass(10)
      return seconds
    }
    expect(swapsAfter(1_050)).toBeGreaterThan(600)
    expect(swapsAfter(1_050)).toBeLessThan(700)
    expect(swapsAfter(1_500)).toBeLessThan(120)
  })
})

describe('whatever cards draw and sensors say', () => {
  const anySeat = fc.record({
    fullW: fc.double({ min: 5, max: 900, noNaN: true }),
    byLimit: fc.boolean(),
    isOut: fc.boolean(),
    powerW: fc.option(fc.double(), { nil: undefined }),
    shown: fc.boolean(),
  })
  test('what is granted never adds up to more than the budget, and every verdict is one', () => {
    const looks = fc.array(fc.array(anySeat, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(looks, fc.double({ min: 0, max: 2_000, noNaN: true }), (rounds, budgetW) => {
        let state = initialPower(budgetW)
        for (const [round, seats] of rounds.entries()) {
          const watched = seats
            .map(
              ({ fullW, byLimit, isOut, powerW }, i): WatchedSeat => ({
                key: String(i),
                curve: assumedPowerCurve(fullW, 100 * (i + 1))!,
                byLimit,
                isOut,
                powerW,
                toldBefore: i === 1,
              }),
            )
            .filter((_, i) => seats[i]!.shown)
          const outcome = watchPower(state, watched, { nowMs: 2_000 * round, budgetW })
          state = outcome.state
          const grantedW = outcome.seats.reduce((sum, { shareW }) => sum + shareW, 0)
          expect(grantedW).toBeLessThanOrEqual(budgetW + 1e-6)
          expect(state.usableW >= 0 && state.usableW <= budgetW && outcome.nextMs > 0).toBe(true)
          for (const { verdict, throttle, text } of outcome.seats) {
            expect(throttle.loadShare >= 0 && throttle.loadShare <= 1).toBe(true)
            expect(verdict === undefined || (verdict.loadShare > 0 && verdict.reasons.length === 1)).toBe(true)
            expect(text).not.toMatch(/NaN|undefined|Infinity/)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
