/** Sessions to other peers: one long stream per peer and protocol, opened when first needed and shared by all calls. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type CallOptions, type Protocol, protocolId } from '../../../protocols/kernel/protocol.ts'
import type { PeerLedger } from '../peers/peer-ledger.ts'
import type { StreamOpener } from './byte-stream.ts'
import { CallingSession } from './calling-session.ts'
import { OpeningCall } from './opening-call.ts'
import { OutgoingCall } from './outgoing-call.ts'
import type { SessionSweeper } from './session-sweeper.ts'

/** Outgoing streams of one protocol to one peer: a session, its successor, and bulk calls at once. */
const STREAMS_MAX = 64

export interface SessionPoolNeeds {
  readonly openStream: StreamOpener
  readonly tag: string
  readonly clock: Clock
  readonly ledger: PeerLedger
  readonly sweeper: SessionSweeper
  onFault(peer: PeerId, error: MeshError): void
}

type AnySession = CallingSession<unknown, unknown>

export class SessionPool implements Disposable {
  readonly #needs: SessionPoolNeeds
  /** Sessions that new calls may use, by peer and protocol. */
  readonly #shared = new Map<string, AnySession>()
  readonly #opening = new Map<string, Promise<AnySession>>()
  /** All that stand, bulk streams too. */
  readonly #all = new Set<AnySession>()
  readonly #stopped = new AbortController()

  constructor(needs: SessionPoolNeeds) {
    this.#needs = needs
  }

  call<Q, R>(
    peer: PeerId,
    protocol: Protocol<Q, R>,
    requests: Q | AsyncIterable<Q>,
    { signal, bulk = false }: CallOptions,
  ): AsyncIterable<R> {
    return {
      // The call starts here: one that is never read is never sent.
      [Symbol.asyncIterator]: () => {
        if (bulk) return new OpeningCall(this.#single(peer, protocol, signal), requests, signal)
        const session = this.#standing(peer, protocol)
        return session === undefined
          ? new OpeningCall(this.#sharing(peer, protocol, signal), requests, signal)
          : new OutgoingCall(session, requests, signal)
      },
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort(new MeshError('CANCELLED'))
    for (const session of [...this.#all]) session.end()
  }

  /** The shared session where it stands: the hot path, without a turn of waiting. */
  #standing<Q, R>(peer: PeerId, protocol: Protocol<Q, R>): CallingSession<Q, R> | undefined {
    const session = this.#shared.get(keyOf(peer, protocol))
    return session === undefined || session.isOver ? undefined : (session as unknown as CallingSession<Q, R>)
  }

  /** @throws MeshError DIAL_FAILED, PROTOCOL_UNSUPPORTED, CANCELLED */
  async #sharing<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, signal?: AbortSignal): Promise<CallingSession<Q, R>> {
    const key = keyOf(peer, protocol)
    let opening = this.#opening.get(key)
    if (opening === undefined) {
      opening = this.#open(peer, protocol as unknown as Protocol<unknown, unknown>, false, undefined)
      this.#opening.set(key, opening)
      const forget = (): void => void this.#opening.delete(key)
      opening.then(forget, forget)
    }
    return (await abortable(opening, signal)) as unknown as CallingSession<Q, R>
  }

  /** A stream of its own for one call. @throws MeshError DIAL_FAILED, PROTOCOL_UNSUPPORTED, CANCELLED */
  async #single<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, signal?: AbortSignal): Promise<CallingSession<Q, R>> {
    return this.#open(peer, protocol, true, signal)
  }

  async #open<Q, R>(
    peer: PeerId,
    protocol: Protocol<Q, R>,
    single: boolean,
    signal: AbortSignal | undefined,
  ): Promise<CallingSession<Q, R>> {
    this.#needs.ledger.requireWelcome(peer)
    const id = protocolId(this.#needs.tag, protocol)
    const stream = await this.#needs.openStream(peer, id, STREAMS_MAX, signal, this.#stopped.signal)
    const account = this.#needs.ledger.open(peer)
    const session: CallingSession<Q, R> = new CallingSession(stream, protocol, {
      peer,
      clock: this.#needs.clock,
      account,
      single,
      onFault: (error) => this.#needs.onFault(peer, error),
      onOver: () => {
        this.#needs.ledger.close(account)
        this.#all.delete(session as unknown as AnySession)
        this.#needs.sweeper.remove(session)
        const key = keyOf(peer, protocol)
        if (this.#shared.get(key) === (session as unknown)) this.#shared.delete(key)
      },
    })
    this.#all.add(session as unknown as AnySession)
    if (!single) this.#shared.set(keyOf(peer, protocol), session as unknown as AnySession)
    this.#needs.sweeper.add(session)
    return session
  }
}

const keyOf = (peer: PeerId, protocol: { readonly name: string; readonly major: number }): string =>
  `${peer}/${protocol.name}/${protocol.major}`
