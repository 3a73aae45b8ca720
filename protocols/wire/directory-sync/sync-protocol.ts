/** The protocol as a value. */
import type { Protocol } from '../../kernel/protocol.ts'
import {
  MARKS_PER_MESSAGE,
  OFFERS_PER_MESSAGE,
  type SyncRequest,
  type SyncResponse,
  syncRequestCodec,
  syncResponseCodec,
} from './sync-messages.ts'

/** Offers of one region that a directory holds at most; both sides of a sync stop here. */
export const SYNC_OFFERS_MAX = 20_000

export const syncProtocol: Protocol<SyncRequest, SyncResponse> = {
  name: 'directory-sync',
  major: 1,
  request: syncRequestCodec,
  response: syncResponseCodec,
  limits: {
    // Each reads the whole directory once: some milliseconds.
    inFlightPerPeerMax: 1,
    callsPerSecondMax: 1,
    requestsMax: 1 + Math.ceil(SYNC_OFFERS_MAX / MARKS_PER_MESSAGE),
    // Two may be sent half full: those of empty buckets, and those of differing ones.
    responsesMax: 3 + Math.ceil(SYNC_OFFERS_MAX / OFFERS_PER_MESSAGE),
  },
  timeouts: { firstResponseMs: 5_000, betweenMs: 10_000 },
}
