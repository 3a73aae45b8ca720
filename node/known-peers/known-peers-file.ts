/** The known peers on disk. What is read may have been damaged or written by anybody: every field is checked, good rows are kept. */
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type NetworkId, peerId } from '../../protocols/kernel/ids.ts'
import { ADDRESS_CHARS_MAX, MET_ADDRESSES_MAX } from '../network/peers/met-peer.ts'
import { folderFiles } from '../storage/data-folder.ts'
import { readJson, wholeRows, writeJson } from '../storage/kept-json.ts'
import { FAILURES_MAX, type KnownPeer, MET_MAX } from './known-peer.ts'
import { KNOWN_PEERS_MAX } from './peer-memory.ts'

/** Twice what the longest rows take. */
const FILE_BYTES_MAX = 1_048_576

const row = z.strictObject({
  peer: z
    .string()
    .max(128)
    .refine((text) => isSame(text, () => peerIdFromString(text)))
    .transform(peerId),
  addresses: z
    .array(
      z
        .string()
        .max(ADDRESS_CHARS_MAX)
        .refine((text) => isSame(text, () => multiaddr(text)) && !/\/p2p(-circuit)?(\/|$)/.test(text)),
    )
    .min(1)
    .max(MET_ADDRESSES_MAX),
  lastSeenMs: z.int().min(0),
  met: z.int().min(1).max(MET_MAX),
  failures: z
    .int()
    .min(0)
    .max(FAILURES_MAX - 1),
})

const file = z.strictObject({
  version: z.literal(1),
  network: z.string().max(64),
  peers: z.array(z.unknown()).max(KNOWN_PEERS_MAX),
})

export interface ReadPeers {
  readonly peers: readonly KnownPeer[]
  /** What of the file was not used. */
  readonly damage?: MeshError
}

export class KnownPeersFile {
  readonly #path: string
  readonly #network: NetworkId

  /** @param network of which the peers are: a data folder may have been in another one */
  constructor(path: string, network: NetworkId) {
    this.#path = path
    this.#network = network
  }

  /** @param nowMs nobody was seen later than that, whatever the file says: or it would rank first for ever */
  read(nowMs: number): ReadPeers {
    try {
      const kept = readJson(this.#path, FILE_BYTES_MAX)
      if (kept === undefined) return { peers: [] }
      const parsed = file.safeParse(kept)
      if (!parsed.success) return this.#damaged([], 'it is no list of known peers')
      if (parsed.data.network !== this.#network) return { peers: [] }
      const { peers: rows } = parsed.data
      const peers = wholeRows(rows, row)
      const bounded = peers.map((known) => ({ ...known, lastSeenMs: Math.min(known.lastSeenMs, nowMs) }))
      const bad = rows.length - peers.length
      return bad === 0 ? { peers: bounded } : this.#damaged(bounded, `${bad} of its ${rows.length} rows are none`)
    } catch (error) {
      if (error instanceof RangeError) return this.#damaged([], error.message)
      return this.#damaged([], error instanceof SyntaxError ? 'it is no whole JSON' : String(error))
    }
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(peers: Iterable<KnownPeer>): void {
    writeJson(this.#path, { version: 1, network: this.#network, peers: [...peers] })
  }

  #damaged(peers: readonly KnownPeer[], why: string): ReadPeers {
    const remedy = 'Nothing need be done: what is wrong in it is left out, and it is written anew.'
    return { peers, damage: new MeshError('DATA_FOLDER_DAMAGED', { file: folderFiles.knownPeers, why, remedy }) }
  }
}

/** It is one, written as this program writes it. */
function isSame(text: string, parse: () => { toString(): string }): boolean {
  try {
    return parse().toString() === text
  } catch {
    return false
  }
}
