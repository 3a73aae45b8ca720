/** The clock of this machine. */
import type { Clock } from '../../protocols/kernel/ports.ts'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
