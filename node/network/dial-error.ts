/** What libp2p throws while a peer is dialled, in the words of the mesh. */
import { abortError, MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'

export function dialError(peer: PeerId, error: unknown, protocol?: string): MeshError {
  if (error instanceof MeshError) return error
  if (protocol !== undefined && error instanceof Error && error.name === 'UnsupportedProtocolError')
    return new MeshError('PROTOCOL_UNSUPPORTED', { peer, protocol }, error)
  return new MeshError('DIAL_FAILED', { peer, why: error instanceof Error ? error.message : String(error) }, error)
}

/** The promise's outcome, or the abort, whichever is first; what the promise does is not stopped: others wait for it too. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  if (signal.aborted) throw abortError(signal)
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(abortError(signal))
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
