/** What libp2p throws while a peer is dialled, in the words of the mesh. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'

export function dialError(peer: PeerId, error: unknown, protocol?: string): MeshError {
  if (error instanceof MeshError) return error
  if (protocol !== undefined && error instanceof Error && error.name === 'UnsupportedProtocolError')
    return new MeshError('PROTOCOL_UNSUPPORTED', { peer, protocol }, error)
  return new MeshError('DIAL_FAILED', { peer, why: error instanceof Error ? error.message : String(error) }, error)
}
