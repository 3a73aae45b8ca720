/** Where a virtual node is found: its address is its name, for nobody's machine stands behind it. */
import { type PeerId, peerId } from '../../protocols/kernel/ids.ts'

const PREFIX = '/virtual/'

export const addressOf = (peer: PeerId): string => `${PREFIX}${peer}`

/** Undefined for a text that is no virtual address. */
export const peerAt = (address: string): PeerId | undefined =>
  address.startsWith(PREFIX) && address.length > PREFIX.length ? peerId(address.slice(PREFIX.length)) : undefined
