/** The answerer's end of a session stream: starts the handler for every call, within the peer's quota. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Handler, Protocol } from '../../../protocols/kernel/protocol.ts'
import type { CallQuota } from '../../../protocols/wire/session/call-quota.ts'
import { type FrameKind, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { encodeError } from '../../../protocols/wire/session/session-error.ts'
import type { PeerAccount } from '../peers/peer-ledger.ts'
import type { ByteStream } from './byte-stream.ts'
import type { InboxLaw } from './call-inbox.ts'
import type { Charging } from './charging.ts'
import { IncomingCall } from './incoming-call.ts'
import { SessionStream } from './session-stream.ts'

export interface AnsweringSessionNeeds {
  readonly peer: PeerId
  readonly clock: Clock
  readonly account: PeerAccount
  readonly quota: CallQuota
  readonly charging: Charging
  /** The peer's own bytes broke a rule. */
  onFault(error: MeshError): void
  /** A handler failed by a fault of this program; the peer hears only that there was one. */
  onBug(error: MeshError): void
  onOver(): void
}

export class AnsweringSession<Request, Response> {
  readonly protocol: Protocol<Request, Response>
  readonly stream: SessionStream
  readonly law: InboxLaw<Request>
  readonly #handler: Handler<Request, Response>
  readonly #needs: AnsweringSessionNeeds
  readonly #calls = new Map<number, IncomingCall<Request, Response>>()
  #lastId = 0

  constructor(
    stream: ByteStream,
    protocol: Protocol<Request, Response>,
    handler: Handler<Request, Response>,
    needs: AnsweringSessionNeeds,
  ) {
    const { name, request, limits } = protocol
    this.protocol = protocol
    this.law = { codec: request, messagesMax: limits.requestsMax, what: `${name} request` }
    this.#handler = handler
    this.#needs = needs
    this.stream = new SessionStream(stream, {
      peer: needs.peer,
      clock: needs.clock,
      account: needs.account,
      onFrame: (kind, call, payload) => this.#frame(kind, call, payload),
      onOver: (error) => this.#over(error),
    })
  }

  get account(): PeerAccount {
    return this.#needs.account
  }

  /** A caller that is gone without a word is noticed as long as its call runs here. */
  sweep(nowMs: number): void {
    if (this.#calls.size > 0) this.stream.sweep(nowMs)
  }

  end(): void {
    this.stream.end()
  }

  // What a call says

  /** Frames for it are of no interest any more. */
  forget(call: IncomingCall<Request, Response>): void {
    this.#calls.delete(call.id)
  }

  /** Its handler has returned: only now its place in the quota is free, also where it was cancelled long before. */
  left(call: IncomingCall<Request, Response>): void {
    this.forget(call)
    this.#needs.quota.leave()
  }

  charge(error: MeshError): void {
    this.#needs.onFault(error)
  }

  bug(error: MeshError): void {
    this.#needs.onBug(error)
  }

  broken(why: string): void {
    this.stream.abort(new MeshError('MALFORMED', { what: 'frame', why }))
  }

  #frame(kind: FrameKind, id: number, payload: Uint8Array): void {
    if (kind === frameKinds.open) {
      this.#open(id, payload)
      return
    }
    const call = this.#calls.get(id)
    if (call !== undefined) call.frame(kind, payload)
    // A call that has ended here may still be spoken to; one that never was is a broken rule.
    else if (id > this.#lastId || kind === frameKinds.error) this.broken('a call is opened first')
  }

  #open(id: number, payload: Uint8Array): void {
    if (id <= this.#lastId) {
      this.broken('call ids rise')
      return
    }
    this.#lastId = id
    this.#needs.account.calls++
    const refusal = this.#needs.quota.enter(this.stream.heardAtMs)
    if (refusal !== undefined) {
      this.#needs.account.refused++
      this.stream.write(frameKinds.error, id, encodeError(refusal))
      return
    }
    const call = new IncomingCall(id, this)
    this.#calls.set(id, call)
    void this.#needs.charging.run(this.#needs.account, () => call.answer(payload, this.#handler))
  }

  #over(error: MeshError): void {
    const lost = new MeshError('STREAM_LOST', { peer: this.#needs.peer })
    for (const call of [...this.#calls.values()]) call.stop(lost)
    if (error.fault === 'remote') this.#needs.onFault(error)
    this.#needs.onOver()
  }
}
