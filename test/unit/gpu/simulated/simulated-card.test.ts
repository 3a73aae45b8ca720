import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyAfter, bodyAtRest, desktopBody } from '../../../../node/gpu/simulated/card-body.ts'
import { Simulated } from '../../../../node/gpu/simulated/simulated.ts'
import { SimulatedCard } from '../../../../node/gpu/simulated/simulated-card.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import '../../../support/property-seed.ts'

function simulated(timeScale = 1) {
  const clock = new ManualClock()
  return { clock, card: new SimulatedCard({ key: 'simulated/1', clock, timeScale }) }
}
const edgeOf = (card: SimulatedCard): number => card.read()!.temperaturesC.edge!

describe('a simulated card', () => {
  it('warms up by the work that runs, and cools when it ends', () => {
    const { clock, card } = simulated()
    const restC = edgeOf(card)
    expect(restC).toBeLessThan(50)
    card.begins()
    clock.advance(600_000)
    expect(edgeOf(card)).toBeGreaterThan(65)
    expect(edgeOf(card)).toBeLessThan(75)
    card.ends()
    clock.advance(1_200_000)
    expect(Math.abs(edgeOf(card) - restC)).toBeLessThanOrEqual(5)
  })

  it('says how much of the time it worked, and what it takes', () => {
    const { clock, card } = simulated()
    card.read()
    card.begins()
    clock.advance(2_500)
    card.ends()
    clock.advance(7_500)
    expect(card.read()).toMatchObject({ utilisation: 0.25, powerW: 20, powerLimitW: 300, throttled: [] })
  })

  it('gets too hot under load where its fan stands still, slows itself down, and is gone when it turns itself off', () => {
    const { clock, card } = simulated()
    card.breaks({ fanWorks: false })
    card.begins()
    let sawSlowdown = false
    for (let second = 0; second < 600; second++) {
      clock.advance(1_000)
      sawSlowdown ||= card.read()?.throttled?.includes('heat') === true
    }
    expect([sawSlowdown, card.read()]).toEqual([true, undefined])
  })

  it('breaks as it is told: its sensor is silent, or shows one value, or it is gone', async () => {
    const { clock, card } = simulated()
    const backend = new Simulated([card])
    card.breaks({ sensor: 'stuck' })
    const before = edgeOf(card)
    card.begins()
    clock.advance(300_000)
    expect(edgeOf(card)).toBe(before)
    card.breaks({ sensor: 'works' })
    expect(edgeOf(card)).toBeGreaterThan(before)
    card.breaks({ sensor: 'lost' })
    expect(card.read()?.temperaturesC).toEqual({})
    card.breaks({ isGone: true })
    expect((await backend.read()).size).toBe(0)
    expect(await backend.detect()).toEqual({ kind: 'seen', cards: [] })
  })

  it('lives as much faster as it is told', () => {
    const [slow, fast] = [simulated(), simulated(20)]
    for (const { card, clock } of [slow, fast]) {
      card.begins()
      clock.advance(card === slow.card ? 60_000 : 3_000)
    }
    expect(edgeOf(fast.card)).toBe(edgeOf(slow.card))
  })

  it('is marked', () => {
    expect(simulated().card.facts).toMatchObject({ simulated: true, name: 'simulated card' })
  })

  it('never gets colder than its room, nor hotter than all its power makes it, whatever steps time takes', () => {
    const step = fc.record({
      load: fc.double({ min: 0, max: 1, noNaN: true }),
      fanWorks: fc.boolean(),
      seconds: fc.double({ min: 0, max: 10_000, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let state = bodyAtRest(desktopBody, 25)
        for (const { seconds, ...around } of steps) {
          state = bodyAfter(desktopBody, state, { ...around, ambientC: 25 }, seconds)
          expect(state.celsius).toBeGreaterThanOrEqual(25)
          expect(state.coreC).toBeLessThanOrEqual(25 + 300 / 1.2 + 15)
        }
      }),
      { numRuns: 50 },
    )
  })
})
