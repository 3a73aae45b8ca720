import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../node/roles/system-clock.ts'

const DAY_MS = 86_400_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([10, DAY_MS, 24 * DAY_MS, 25 * DAY_MS, 30 * DAY_MS, 60 * DAY_MS])(
  'a timer of %d ms rings then, once',
  (ms) => {
    const ring = vi.fn()
    systemClock.after(ms, ring)
    vi.advanceTimersByTime(ms - 1)
    expect(ring).toHaveBeenCalledTimes(0)
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(ms)
    expect(ring).toHaveBeenCalledTimes(1)
  },
)

test('a long timer can be cancelled at any time', () => {
  const ring = vi.fn()
  const timer = systemClock.after(60 * DAY_MS, ring)
  vi.advanceTimersByTime(50 * DAY_MS)
  timer.cancel()
  vi.advanceTimersByTime(50 * DAY_MS)
  expect([ring.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
})
