/** Answers protocols: one handler per protocol, one quota per peer and protocol, whatever number of streams the peer opens. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type Handler, type Protocol, protocolId } from '../../../protocols/kernel/protocol.ts'
import { CallQuota } from '../../../protocols/wire/session/call-quota.ts'
import type { PeerLedger } from '../peers/peer-ledger.ts'
import { AnsweringSession } from './answering-session.ts'
import type { ByteStream, StreamTaker } from './byte-stream.ts'
import type { Charging } from './charging.ts'
import type { SessionSweeper } from './session-sweeper.ts'

/** Streams that one peer may open for one protocol: a session, its successor, and bulk calls at once. */
const STREAMS_PER_PEER_MAX = 64
/** Peers whose quota of one protocol is remembered; one that asks nothing for some seconds has a full quota anyway. */
const QUOTAS_MAX = 4_096

export interface CallServerNeeds {
  readonly takeStreams: StreamTaker
  readonly tag: string
  readonly clock: Clock
  readonly ledger: PeerLedger
  readonly charging: Charging
  readonly sweeper: SessionSweeper
  onFault(peer: PeerId, error: MeshError): void
  onBug(error: MeshError): void
}

interface Serving {
  readonly quotas: Map<PeerId, CallQuota>
  readonly sessions: Set<{ end(): void }>
}

export class CallServer implements Disposable {
  readonly #needs: CallServerNeeds
  readonly #serving = new Map<string, Serving>()

  constructor(needs: CallServerNeeds) {
    this.#needs = needs
  }

  /** @throws MeshError BUG where the protocol is answered already */
  serve<Q, R>(protocol: Protocol<Q, R>, handler: Handler<Q, R>): Disposable {
    const id = protocolId(this.#needs.tag, protocol)
    if (this.#serving.has(id)) throw new MeshError('BUG', { what: `${id} is answered twice` })
    const serving: Serving = { quotas: new Map(), sessions: new Set() }
    this.#serving.set(id, serving)
    const taking = this.#needs.takeStreams(id, STREAMS_PER_PEER_MAX, (stream, peer) =>
      this.#answer(stream, peer, protocol, handler, serving),
    )
    return {
      [Symbol.dispose]: () => {
        if (!this.#serving.delete(id)) return
        taking[Symbol.dispose]()
        for (const session of [...serving.sessions]) session.end()
      },
    }
  }

  [Symbol.dispose](): void {
    for (const { sessions } of this.#serving.values()) for (const session of [...sessions]) session.end()
    this.#serving.clear()
  }

  #answer<Q, R>(
    stream: ByteStream,
    peer: PeerId,
    protocol: Protocol<Q, R>,
    handler: Handler<Q, R>,
    { quotas, sessions }: Serving,
  ): void {
    const { ledger, clock, charging, sweeper, onFault, onBug } = this.#needs
    if (!ledger.isWelcome(peer)) {
      ledger.of(peer).refused++
      stream.abort(new MeshError('NOT_AUTHORISED', { what: 'calling' }))
      return
    }
    const account = ledger.open(peer)
    const session = new AnsweringSession(stream, protocol, handler, {
      peer,
      clock,
      account,
      charging,
      quota: quotaOf(quotas, peer, protocol, clock.monotonicMs()),
      onFault: (error) => onFault(peer, error),
      onBug,
      onOver: () => {
        ledger.close(account)
        sessions.delete(session)
        sweeper.remove(session)
      },
    })
    sessions.add(session)
    sweeper.add(session)
  }
}

function quotaOf<Q, R>(
  quotas: Map<PeerId, CallQuota>,
  peer: PeerId,
  protocol: Protocol<Q, R>,
  nowMs: number,
): CallQuota {
  const known = quotas.get(peer)
  // Moved to the end: the first is the one longest unused.
  quotas.delete(peer)
  const quota = known ?? new CallQuota(protocol.limits, nowMs)
  quotas.set(peer, quota)
  if (quotas.size > QUOTAS_MAX) {
    for (const [other, { inFlight }] of quotas) {
      if (inFlight > 0) continue
      quotas.delete(other)
      break
    }
  }
  return quota
}
