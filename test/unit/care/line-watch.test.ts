import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineWatch } from '../../../node/care/line/line-watch.ts'
import { EventBus } from '../../../node/events/event-bus.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { latencyStanding } from '../../../protocols/rules/care/line-standing.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import '../../support/property-seed.ts'

describe('the time that jobs take', () => {
  it.each([
    [undefined, 'good', 'unknown'],
    [500, 'unknown', 'good'],
    [501, 'unknown', 'slow'],
    [451, 'slow', 'slow'],
    [449, 'slow', 'good'],
    [2_001, 'slow', 'late'],
    [1_801, 'late', 'late'],
    [1_799, 'late', 'slow'],
    [Number.NaN, 'good', 'unknown'],
  ] as const)('of %d ms, where it was %s, is %s', (p95Ms, before, after) => {
    expect(latencyStanding(p95Ms, before)).toBe(after)
  })

  it('is judged the same twice: a standing does not move by being looked at', () => {
    const standing = fc.constantFrom('unknown', 'good', 'slow', 'late') as fc.Arbitrary<
      'unknown' | 'good' | 'slow' | 'late'
    >
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e5, noNaN: true }), standing, (p95Ms, before) => {
        const once = latencyStanding(p95Ms, before)
        expect(latencyStanding(p95Ms, once)).toBe(once)
      }),
    )
  })
})

describe('the watch on the line', () => {
  function watching() {
    const clock = new ManualClock()
    const bus = new EventBus(clock, { wants: () => false, write: () => undefined })
    const said: string[] = []
    bus.listen(({ event }) => {
      if (event.kind === 'latency:changed') said.push(`${event.latency} ${event.p95Ms}`)
    })
    const line = { bitsPerS: 0 }
    const rates = () => (line.bitsPerS === 0 ? {} : { up: { ...line, medianBitsPerS: 1, samples: 1 } })
    const watch = new LineWatch({ clock, bus, rates })
    const finish = (ms: number, count: number) => {
      for (let i = 0; i < count; i++) {
        const attempt = '0x1' as never
        bus.emit({
          kind: 'job:finished',
          attempt,
          model: 'm',
          price: credits(1),
          waitedUs: ms * 500,
          computedUs: ms * 500,
        })
      }
    }
    return { clock, said, line, watch, finish }
  }

  it('says when jobs become slow and late, once each, and nothing of a few', () => {
    const { clock, said, watch, finish } = watching()
    finish(9_000, 19)
    clock.advance(10_000)
    expect([said, watch.report().latency]).toEqual([[], 'unknown'])
    finish(600, 256)
    clock.advance(20_000)
    finish(3_000, 256)
    clock.advance(20_000)
    finish(10, 256)
    clock.advance(10_000)
    expect(said).toEqual(['slow 600', 'late 3000', 'good 10'])
    watch[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })

  it('knows that a line is enough for bulk work once it has carried it, and never that it is not', () => {
    const { line, watch } = watching()
    expect(watch.report()).toEqual({ latency: 'unknown', bulk: 'unknown' })
    line.bitsPerS = 10_485_759
    expect(watch.report().bulk).toBe('unknown')
    line.bitsPerS = 10_485_760
    expect(watch.report()).toMatchObject({ bulk: 'enough', up: { bitsPerS: 10_485_760 } })
    watch[Symbol.dispose]()
  })
})
