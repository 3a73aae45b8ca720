/** `/aitbc/<tag>/lease/1` as one value, and its answering side. */
import type { PeerId } from '../../kernel/ids.ts'
import type { Handler, Protocol } from '../../kernel/protocol.ts'
import {
  LEASES_MAX,
  type LeaseRequest,
  type LeaseResponse,
  leaseRequestCodec,
  leaseResponseCodec,
} from './lease-messages.ts'

export const leaseProtocol: Protocol<LeaseRequest, LeaseResponse> = {
  name: 'lease',
  major: 1,
  request: leaseRequestCodec,
  response: leaseResponseCodec,
  limits: {
    // A gateway may hold leases for several programs; each says a word every few minutes, and a booking is two.
    inFlightPerPeerMax: 4,
    callsPerSecondMax: 8,
    requestsMax: 1,
    responsesMax: 1 + LEASES_MAX,
  },
  // A booking may wait for the chain and for a slow disk.
  timeouts: { firstResponseMs: 15_000, betweenMs: 5_000 },
}

/** The miner's side, over the desk that keeps its leases. */
export interface LeaseDesk {
  /** The card and its leases that are not over, at most {@link LEASES_MAX}. */
  show(): readonly LeaseResponse[]
  /** @throws MeshError NOT_AUTHORISED, MALFORMED, CHAIN_UNREACHABLE where the counter cannot be opened */
  ask(request: Exclude<LeaseRequest, { kind: 'show' }>, peer: PeerId): Promise<LeaseResponse>
}

export function answerLease(desk: LeaseDesk): Handler<LeaseRequest, LeaseResponse> {
  return async function* (request, _more, { peer }) {
    if (request.kind === 'show') yield* desk.show()
    else yield await desk.ask(request, peer)
  }
}
