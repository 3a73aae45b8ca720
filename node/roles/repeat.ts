/** Work of a node that comes again and again, one at a time, until it is disposed of. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** @param onFailure hears of a run that throws, unless it was broken off by the end; the next one comes all the same */
export function repeat(
  clock: Clock,
  everyMs: number,
  run: (signal: AbortSignal) => Promise<void>,
  onFailure: (error: unknown) => void,
): AsyncDisposable {
  const stop = new AbortController()
  let timer: Timer
  let running: Promise<void> = Promise.resolve()
  const once = async (): Promise<void> => {
    try {
      await run(stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) onFailure(error)
    }
    if (!stop.signal.aborted) arm()
  }
  const arm = (): void => {
    timer = clock.after(everyMs, () => {
      running = once()
    })
  }
  arm()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new MeshError('CANCELLED'))
      timer.cancel()
      await running
    },
  }
}
