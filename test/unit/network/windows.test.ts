import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WINDOW_BYTES_INITIAL, WINDOW_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import {
  creditCost,
  MESSAGE_COST_BYTES,
  ReceiveWindow,
  type WindowDemand,
} from '../../../protocols/wire/session/receive-window.ts'
import { SendWindow } from '../../../protocols/wire/session/send-window.ts'
import '../../support/property-seed.ts'

const demand = (given: Partial<WindowDemand> = {}): WindowDemand => ({
  nowMs: 0,
  rttMs: undefined,
  drained: true,
  borrow: () => true,
  ...given,
})

/** Takes messages until credit is lent; returns it. */
function takeUntilLent(window: ReceiveWindow, given: WindowDemand, bytes = 10_000): number {
  for (;;) {
    window.arrived(bytes)
    const lent = window.took(bytes, given)
    if (lent > 0) return lent
  }
}

describe('the windows of a call', () => {
  it('let every sequence of messages through, whatever the receiver takes and when, and hold no more than the window', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: PAYLOAD_BYTES_MAX }), { minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(sizes, fc.array(fc.boolean(), { maxLength: 400 }), fc.boolean(), (messages, turns, grows) => {
        const [receiver, sender] = [new ReceiveWindow(0), new SendWindow()]
        const waiting: number[] = []
        let [next, turn, held] = [0, 0, 0]
        while (next < messages.length || waiting.length > 0) {
          const fits = next < messages.length && sender.fits(messages[next]!)
          // Who may go is drawn; who alone can go, goes. If neither could, the two would wait for each other for ever.
          expect(fits || waiting.length > 0).toBe(true)
          if (fits && (waiting.length === 0 || turns[turn++ % (turns.length || 1)])) {
            const bytes = messages[next++]!
            sender.sent(bytes)
            expect(receiver.arrived(bytes)).toBe(true)
            waiting.push(bytes)
            held += creditCost(bytes)
            expect(held).toBeLessThanOrEqual(receiver.bytes)
          } else {
            const bytes = waiting.shift()!
            held -= creditCost(bytes)
            const rttMs = grows ? 1_000 : undefined
            const lent = receiver.took(bytes, demand({ rttMs, drained: waiting.length === 0 }))
            if (lent > 0) expect(sender.lent(lent)).toBe(true)
          }
        }
      }),
    )
  })

  it('know a message for which there was no credit', () => {
    const window = new ReceiveWindow(0)
    let messages = 0
    while (window.arrived(60_000)) messages++
    expect(messages).toBe(Math.floor(WINDOW_BYTES_INITIAL / creditCost(60_000)))
  })

  it('are not filled with a quarter of a million empty messages', () => {
    const window = new ReceiveWindow(0)
    let messages = 0
    while (window.arrived(0)) messages++
    expect(messages).toBe(WINDOW_BYTES_INITIAL / MESSAGE_COST_BYTES)
  })

  it('lend again by halves, so that credit is seldom said', () => {
    const window = new ReceiveWindow(0)
    const lent = takeUntilLent(window, demand())
    expect(lent).toBeGreaterThanOrEqual(WINDOW_BYTES_INITIAL / 2)
    expect(lent).toBeLessThan(WINDOW_BYTES_INITIAL / 2 + creditCost(10_000))
  })

  it('double while half a window lasts less than two round trips, up to the largest', () => {
    const window = new ReceiveWindow(0)
    const sizes: number[] = []
    for (let i = 0; i < 5; i++) {
      takeUntilLent(window, demand({ nowMs: i * 50, rttMs: 60 }))
      sizes.push(window.bytes)
    }
    expect(sizes).toEqual([2, 4, 8, 12, 12].map((times) => times * WINDOW_BYTES_INITIAL))
    expect(window.bytes).toBe(WINDOW_BYTES_MAX)
  })

  it.each([
    ['the line is slower than that', { nowMs: 200, rttMs: 60 }],
    ['the round trip is not known', { nowMs: 1, rttMs: undefined }],
    ['the consumer lags behind', { nowMs: 1, rttMs: 60, drained: false }],
    ['the budget is used up', { nowMs: 1, rttMs: 60, borrow: () => false }],
  ])('do not grow where %s', (_, given) => {
    const window = new ReceiveWindow(0)
    takeUntilLent(window, demand(given))
    expect(window.bytes).toBe(WINDOW_BYTES_INITIAL)
  })

  it('do not believe credit without measure', () => {
    expect(new SendWindow().lent(WINDOW_BYTES_MAX)).toBe(false)
    expect(new SendWindow().lent(WINDOW_BYTES_MAX - WINDOW_BYTES_INITIAL)).toBe(true)
  })
})
