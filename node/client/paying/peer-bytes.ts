/** Reading what a peer signed: bytes that are no such statement are that peer's fault, and nobody's bug. */
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

/** @throws MeshError MALFORMED where `open` cannot decode; what else it throws */
export function openPeerBytes<T>(what: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof MalformedError) throw new MeshError('MALFORMED', { what, why: error.what }, error)
    if (error instanceof UnsupportedError) throw new MeshError('MALFORMED', { what, why: error.message }, error)
    throw error
  }
}
