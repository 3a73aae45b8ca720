/** One call at its answerer: the handler that runs for it, and what it may be told meanwhile. */
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { decodeCredit, type FrameKind, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { encodeError } from '../../../protocols/wire/session/session-error.ts'
import type { AnsweringSession } from './answering-session.ts'
import { CallInbox, type InboxOwner, ownBytes } from './call-inbox.ts'
import { CallOutbox } from './call-outbox.ts'
import { LazyCallContext } from './lazy-call-context.ts'

export class IncomingCall<Request, Response> implements InboxOwner {
  readonly id: number
  readonly #session: AnsweringSession<Request, Response>
  readonly #inbox: CallInbox<Request>
  readonly #outbox: CallOutbox<Response>
  readonly #context: LazyCallContext

  constructor(id: number, session: AnsweringSession<Request, Response>) {
    this.id = id
    this.#session = session
    this.#inbox = new CallInbox(id, session.stream, session.law, session.account, this)
    this.#outbox = new CallOutbox(id, session.stream, session.protocol.response, session.account, frameKinds.data)
    this.#context = new LazyCallContext(session.stream.peer)
  }

  /** Runs the handler to its end, whatever becomes of the caller. Never throws. */
  async answer(payload: Uint8Array, handler: Handler<Request, Response>): Promise<void> {
    try {
      const first = this.#first(payload)
      if (first === undefined) return
      const { name, limits } = this.#session.protocol
      let left = limits.responsesMax
      for await (const response of handler(first.request, this.#inbox, this.#context)) {
        if (this.#outbox.isClosed) return
        if (left-- === 0) throw new MeshError('BUG', { what: `${name} answers more than its limit` })
        const later = this.#outbox.send(response)
        if (later !== undefined) await later
        if (this.#outbox.isClosed) return
      }
      this.#outbox.end()
    } catch (error) {
      this.#refuse(asMeshError(error))
    } finally {
      this.#inbox.drop()
      this.#session.left(this)
    }
  }

  frame(kind: FrameKind, payload: Uint8Array): void {
    switch (kind) {
      case frameKinds.data: {
        const error = this.#inbox.arrived(payload)
        if (error !== undefined) this.undecodable(error)
        return
      }
      case frameKinds.end:
        this.#inbox.end()
        return
      case frameKinds.cancel:
        this.stop(new MeshError('CANCELLED'))
        return
      case frameKinds.credit: {
        const bytes = decodeCredit(payload)
        if (bytes === undefined || !this.#outbox.lent(bytes)) this.#session.broken('no lawful credit')
        return
      }
      default:
        this.#session.broken('a caller sends no errors')
    }
  }

  /** Nobody waits for the answer any more: the handler is told. */
  stop(reason: MeshError): void {
    this.#session.forget(this)
    this.#outbox.close()
    this.#inbox.drop(reason)
    this.#context.abort(reason)
  }

  /** The caller's own bytes broke the law of the call. */
  undecodable(error: MeshError): void {
    if (error.fault === 'remote') this.#session.charge(error)
    this.#refuse(error)
  }

  /** The application has been handed the end of the requests; the call goes on. */
  settled(): void {}

  #first(payload: Uint8Array): { readonly request: Request } | undefined {
    try {
      const error = this.#inbox.admit(payload)
      if (error === undefined) return { request: this.#inbox.take(ownBytes(payload)) }
      this.undecodable(error)
    } catch (error) {
      this.undecodable(asMeshError(error))
    }
    return undefined
  }

  /**
   * Ends the call with an error that the caller is told. Nobody is charged for what a handler throws: it may be about a third
   * peer that the handler asked.
   */
  #refuse(error: MeshError): void {
    if (error.fault === 'bug') this.#session.bug(error)
    if (this.#outbox.isClosed) return
    this.#session.stream.write(frameKinds.error, this.id, encodeError(error))
    this.stop(error)
  }
}
