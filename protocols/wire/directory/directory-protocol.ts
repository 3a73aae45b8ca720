/**
 * `/aitbc/<tag>/directory/1`: light peers ask a full node for the live offers that it has collected from gossip. The answer is
 * a hint: every offer is signed by its miner and verified by whoever asked; a directory can hide offers, not invent them.
 */
import { addressCodec, bytes, type Codec, record, text, textAs, uint } from '../../kernel/codec.ts'
import type { Address, ModelId, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import type { CallOptions, Handler, Protocol } from '../../kernel/protocol.ts'
import { COORDINATES_BYTES_MAX } from '../../rules/coordinates/coordinates-bytes.ts'
import { OFFER_BYTES_MAX, REGION_BYTES_MAX, SHARD_WORD } from '../offer/offer-body.ts'
import { MODEL_ID_BYTES_MAX } from '../offer/offer-table.ts'

/** Offers of one answer: more than any client weighs for one job. */
export const DIRECTORY_OFFERS_MAX = 256

/** Room for names of later policies. */
const POLICY_BYTES_MAX = 16

export interface DirectoryQuery {
  readonly model?: ModelId
  readonly region?: string
  /** Only the offer of this miner: so it can ask others whether they see it. */
  readonly miner?: Address
  /**
   * Coordinates of who asks, as offers say theirs: of a model that more miners serve than are asked for, the best for it are named, and
   * the newest. A directory of before names the newest.
   */
  readonly near?: Uint8Array
  /** What is valued in a miner (rules/routing); `latency` where absent, or not known. Only beside `near`. */
  readonly policy?: string
  readonly offersMax: number
}

export interface DirectoryEntry {
  /** The signed offer as its miner published it. */
  readonly offer: Uint8Array
  /** How long this directory has held it. */
  readonly ageMs: number
}

export const directoryQueryCodec: Codec<DirectoryQuery> = struct<DirectoryQuery>({
  model: optional(textAs<ModelId>(MODEL_ID_BYTES_MAX)),
  region: optional(text(REGION_BYTES_MAX, SHARD_WORD)),
  miner: optional(addressCodec),
  near: optional(bytes(COORDINATES_BYTES_MAX, 1)),
  policy: optional(text(POLICY_BYTES_MAX, SHARD_WORD)),
  offersMax: uint(DIRECTORY_OFFERS_MAX),
})

export const directoryEntryCodec: Codec<DirectoryEntry> = record<DirectoryEntry>({
  offer: bytes(OFFER_BYTES_MAX),
  ageMs: uint(0xffff_ffff),
})

export const directoryProtocol: Protocol<DirectoryQuery, DirectoryEntry> = {
  name: 'directory',
  major: 1,
  request: directoryQueryCodec,
  response: directoryEntryCodec,
  limits: { inFlightPerPeerMax: 4, callsPerSecondMax: 5, requestsMax: 1, responsesMax: DIRECTORY_OFFERS_MAX },
  timeouts: { firstResponseMs: 5_000, betweenMs: 5_000 },
}

export function answerDirectory(
  find: (query: DirectoryQuery) => Iterable<DirectoryEntry>,
): Handler<DirectoryQuery, DirectoryEntry> {
  return async function* (query) {
    let sent = 0
    for (const entry of find(query)) {
      if (sent++ >= query.offersMax) return
      yield entry
    }
  }
}

export async function askDirectory(
  network: Network,
  directory: PeerId,
  query: DirectoryQuery,
  options: CallOptions,
): Promise<readonly DirectoryEntry[]> {
  const entries: DirectoryEntry[] = []
  for await (const entry of network.call(directory, directoryProtocol, query, options)) {
    entries.push({ offer: entry.offer.slice(), ageMs: entry.ageMs })
  }
  return entries
}
