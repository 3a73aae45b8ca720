/** Waiting by a clock that a signal may end first. */

import { abortable } from './abortable.ts'
import type { Clock } from './ports.ts'

/** Nothing is left on clock or signal afterwards. @throws the signal's reason */
export async function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  const over = Promise.withResolvers<void>()
  const timer = clock.after(ms, over.resolve)
  try {
    await abortable(over.promise, signal)
  } finally {
    timer.cancel()
  }
}
