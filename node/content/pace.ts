/** So many bytes a second and no more, for all together and in the order of asking: what is sent must leave room for jobs. */
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import { pause } from '../../protocols/kernel/pause.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Pace } from '../../protocols/wire/content/content-handler.ts'

/** Turns shorter than this are not waited for: timers are no more exact. */
const WAIT_MS_MIN = 5

export function paceOf(clock: Clock, bytesPerSecond: number): Pace {
  /** When what was let through so far is through. */
  let throughAtMs = Number.NEGATIVE_INFINITY
  return async (bytes, signal) => {
    throwIfAborted(signal)
    const nowMs = clock.monotonicMs()
    const fromMs = Math.max(nowMs, throughAtMs)
    throughAtMs = fromMs + (1_000 * bytes) / bytesPerSecond
    if (fromMs - nowMs >= WAIT_MS_MIN) await pause(clock, fromMs - nowMs, signal)
  }
}
