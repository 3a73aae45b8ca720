/** The clock of this machine. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** The runtime has a longer wait over at once: 24.8 days. */
const WAIT_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    if (delayMs > WAIT_MS_MAX) return afterLong(delayMs, call)
    const timer = setTimeout(call, delayMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}

function afterLong(delayMs: number, call: () => void): Timer {
  let timer = systemClock.after(WAIT_MS_MAX, () => {
    timer = systemClock.after(delayMs - WAIT_MS_MAX, call)
  })
  return { cancel: () => timer.cancel() }
}
