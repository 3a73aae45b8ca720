/** The caller's end of a session stream: opens calls, hands their frames out, and finds those whose answer is overdue. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Protocol } from '../../../protocols/kernel/protocol.ts'
import { CALL_ID_MAX, type FrameKind, frameKinds } from '../../../protocols/wire/session/frames.ts'
import type { PeerAccount } from '../peers/peer-ledger.ts'
import type { ByteStream } from './byte-stream.ts'
import type { InboxLaw } from './call-inbox.ts'
import type { OutgoingCall } from './outgoing-call.ts'
import { SessionStream } from './session-stream.ts'

/** A session without a call for this long is closed; the next call opens another one. */
export const IDLE_MS_MAX = 600_000

export interface CallingSessionNeeds {
  readonly peer: PeerId
  readonly clock: Clock
  readonly account: PeerAccount
  /** The stream carries one call, and goes with it. */
  readonly single: boolean
  /** The peer's own bytes broke a rule. */
  onFault(error: MeshError): void
  onOver(): void
}

export class CallingSession<Request, Response> {
  readonly protocol: Protocol<Request, Response>
  readonly stream: SessionStream
  readonly law: InboxLaw<Response>
  readonly #needs: CallingSessionNeeds
  readonly #calls = new Map<number, OutgoingCall<Request, Response>>()
  #lastId = 0
  #idleSinceMs: number

  constructor(stream: ByteStream, protocol: Protocol<Request, Response>, needs: CallingSessionNeeds) {
    const { name, response, limits } = protocol
    this.protocol = protocol
    this.law = { codec: response, messagesMax: limits.responsesMax, what: `${name} response` }
    this.#needs = needs
    this.#idleSinceMs = needs.clock.monotonicMs()
    this.stream = new SessionStream(stream, {
      peer: needs.peer,
      clock: needs.clock,
      account: needs.account,
      onFrame: (kind, call, payload) => this.#frame(kind, call, payload),
      onOver: (error) => this.#over(error),
    })
  }

  get peer(): PeerId {
    return this.#needs.peer
  }

  get account(): PeerAccount {
    return this.#needs.account
  }

  /** No new call may start here. */
  get isOver(): boolean {
    return this.stream.isOver || this.#lastId === CALL_ID_MAX
  }

  get size(): number {
    return this.#calls.size
  }

  nowMs(): number {
    return this.#needs.clock.monotonicMs()
  }

  /** The id of a new call, which is told its frames until {@link remove}. */
  add(call: OutgoingCall<Request, Response>): number {
    this.#calls.set(++this.#lastId, call)
    this.#needs.account.calls++
    return this.#lastId
  }

  remove(id: number): void {
    if (!this.#calls.delete(id) || this.#calls.size > 0) return
    this.#idleSinceMs = this.stream.heardAtMs
    this.endIfSingle()
  }

  endIfSingle(): void {
    if (this.#needs.single) this.stream.end()
  }

  /** The peer answered with what is no answer: its call fails, and it is charged. */
  charge(error: MeshError): void {
    this.#needs.onFault(error)
  }

  broken(why: string): void {
    this.stream.abort(new MeshError('MALFORMED', { what: 'frame', why }))
  }

  sweep(nowMs: number): void {
    if (this.#calls.size === 0) {
      if (nowMs - this.#idleSinceMs >= IDLE_MS_MAX) this.end()
      return
    }
    for (const call of this.#calls.values()) call.sweep(nowMs)
    if (this.#calls.size > 0) this.stream.sweep(nowMs)
  }

  end(): void {
    this.stream.end()
  }

  #frame(kind: FrameKind, id: number, payload: Uint8Array): void {
    const call = this.#calls.get(id)
    if (call !== undefined) {
      call.frame(kind, payload)
      // What was under way when a call ended here is of no interest; a call that never was is a broken rule.
    } else if (id > this.#lastId || kind === frameKinds.open || kind === frameKinds.cancel)
      this.broken('an answer to no call')
  }

  #over(error: MeshError): void {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.lost(error)
    if (error.fault === 'remote') this.#needs.onFault(error)
    this.#needs.onOver()
  }
}
