/** Waiting for something that a signal may end first. */
import { abortError, throwIfAborted } from './errors.ts'

/** `promise` as it settles, unless `signal` aborts first. Nothing is left on the signal. @throws the signal's reason */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  // Nobody may be left to hear how it ends.
  promise.catch(() => undefined)
  throwIfAborted(signal)
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(abortError(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
