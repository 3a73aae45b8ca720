import { describe, expect, it } from 'vitest'
import type { CardReading } from '../../../../protocols/rules/cards/card-reading.ts'
import { heatEvidence } from '../../../../protocols/rules/thermal/heat-watch.ts'
import { WatchedCard } from './watched-card.ts'

describe('a sensor that cannot be believed', () => {
  const silences: readonly (Partial<CardReading> | undefined)[] = [
    undefined,
    { temperaturesC: {} },
    { temperaturesC: { edge: Number.NaN } },
    { temperaturesC: { edge: -3 } },
    { temperaturesC: { edge: 0 } },
    { temperaturesC: { edge: 511 } },
    { temperaturesC: { edge: 50 }, atMs: -100_000 },
  ]

  it.each(silences)('counts as hot from the second time on that it says nothing that can be: %o', (silent) => {
    const card = new WatchedCard()
    card.hold(50, 30_000)
    expect(card.look(silent).verdict.admits).toBe(true)
    expect(card.last?.nextMs).toBe(1_000)
    expect(card.look(silent).verdict).toEqual({
      admits: false,
      loadShare: 0.25,
      stopsRunning: false,
      reasons: [{ cause: 'heat', text: 'the sensor of the core does not answer: that counts as hot' }],
    })
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'silent' })
  })

  it('ends what runs after half a minute of silence, and is forgiven a minute after it answers again', () => {
    const card = new WatchedCard()
    card.hold(50, 30_000)
    expect(card.hold(undefined, 45_000).verdict.stopsRunning).toBe(true)
    expect(card.hold(50, 50_000).verdict.admits).toBe(false)
    expect(card.hold(50, 20_000).verdict.admits).toBe(true)
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'answers' })
  })

  it('is stuck where one value stands while the load goes from rest to work', () => {
    const card = new WatchedCard()
    card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.05 }, 40_000)
    expect(card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.95 }, 40_000).verdict.admits).toBe(false)
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'stuck' })
    expect(card.hold({ temperaturesC: { edge: 56 }, utilisation: 0.95 }, 20_000).verdict.admits).toBe(true)
  })

  it('is believed where it stands still under one load for an hour', () => {
    const card = new WatchedCard()
    expect(card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.95 }, 3_600_000).verdict.admits).toBe(true)
  })

  it('is held against power where the card tells it', () => {
    const card = new WatchedCard()
    const waiting = { temperaturesC: { edge: 55 }, powerLimitW: 300 }
    card.hold({ ...waiting, powerW: 30, utilisation: 0 }, 40_000)
    expect(card.hold({ ...waiting, powerW: 40, utilisation: 1 }, 60_000).verdict.admits).toBe(true)
    expect(card.hold({ ...waiting, powerW: 280, utilisation: 1 }, 40_000).verdict.admits).toBe(false)
  })
})

describe('a card without a sensor', () => {
  it('is judged by what it says of its speed, for a minute after it said so', () => {
    const card = new WatchedCard()
    expect(card.look({ throttled: [] }).verdict.admits).toBe(true)
    expect(heatEvidence(card.state, { atMs: 0, temperaturesC: {}, throttled: [] })).toBe('throttling')
    expect(card.look({ throttled: ['heat', 'power'] }).verdict).toEqual({
      admits: false,
      loadShare: 0.6,
      stopsRunning: false,
      reasons: [{ cause: 'heat', text: 'the card has no sensor and slows itself down for heat' }],
    })
    expect(card.hold({ throttled: ['power'] }, 50_000).verdict.admits).toBe(false)
    expect(card.hold({ throttled: [] }, 20_000).verdict.admits).toBe(true)
  })

  it('that says nothing at all is known to be judged by nothing', () => {
    const card = new WatchedCard()
    expect(card.look(undefined).verdict.admits).toBe(true)
    expect(heatEvidence(card.state, undefined)).toBe('nothing')
  })
})

describe('a clock that jumps', () => {
  it('back leaves no card off for longer than a minute of watching, and none on', () => {
    const card = new WatchedCard()
    card.hold(96, 5_000)
    card.hold(60, 50_000)
    card.look(60, -3_000_000)
    expect(card.hold(60, 50_000).verdict.admits).toBe(false)
    expect(card.hold(60, 20_000).verdict.admits).toBe(true)
  })

  it('ahead does not count as a minute of cooling', () => {
    const card = new WatchedCard()
    card.hold(96, 5_000)
    card.hold(60, 40_000)
    expect(card.state.coolSinceMs).toBeDefined()
    expect(card.look(60, 3_000_000).verdict.stopsRunning).toBe(true)
    expect(card.hold(60, 70_000).verdict.stopsRunning).toBe(false)
  })
})
