/** The protocol as a value. */
import type { Protocol } from '../../kernel/protocol.ts'
import {
  LEAVES_OPENED_MAX,
  type ProbeRequest,
  type ProbeResponse,
  probeRequestCodec,
  probeResponseCodec,
} from './probe-messages.ts'

/** The shortest of these is the way: one alone may have met a queue. */
export const ECHOES = 3

export const probeProtocol: Protocol<ProbeRequest, ProbeResponse> = {
  name: 'probe',
  major: 1,
  request: probeRequestCodec,
  response: probeResponseCodec,
  limits: {
    inFlightPerPeerMax: 1,
    // A miner answers some an hour; that there is no more to have costs it a message.
    callsPerSecondMax: 1,
    requestsMax: ECHOES + 4,
    responsesMax: ECHOES + 3 + LEAVES_OPENED_MAX,
  },
  // The work itself: six times what a claim would take, at most.
  timeouts: { firstResponseMs: 10_000, betweenMs: 60_000 },
}
