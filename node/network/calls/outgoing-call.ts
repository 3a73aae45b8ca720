/** One call at its caller: the iterable of responses that the application reads, and the pump of its requests. */
import { abortError, asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { decodeCredit, type FrameKind, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { decodeError } from '../../../protocols/wire/session/session-error.ts'
import { CallInbox, type InboxOwner } from './call-inbox.ts'
import { CallOutbox } from './call-outbox.ts'
import type { CallingSession } from './calling-session.ts'

export class OutgoingCall<Request, Response> implements AsyncIterableIterator<Response, undefined>, InboxOwner {
  readonly #session: CallingSession<Request, Response>
  readonly #id: number
  readonly #inbox: CallInbox<Response>
  readonly #outbox: CallOutbox<Request>
  readonly #startedAtMs: number
  #heardAtMs: number
  /** Frames for this call still matter. */
  #open = true
  #disobey: (() => void) | undefined

  constructor(
    session: CallingSession<Request, Response>,
    requests: Request | AsyncIterable<Request>,
    signal?: AbortSignal,
  ) {
    const { protocol, stream } = session
    this.#session = session
    this.#startedAtMs = session.nowMs()
    this.#heardAtMs = this.#startedAtMs
    this.#id = session.add(this)
    this.#inbox = new CallInbox(this.#id, stream, session.law, session.account, this)
    this.#outbox = new CallOutbox(this.#id, stream, protocol.request, session.account, frameKinds.open)
    if (signal !== undefined) this.#obey(signal)
    if (!this.#open) return
    if (stream.isOver) this.lost(new MeshError('STREAM_LOST', { peer: session.peer }))
    else if (isIterable<Request>(requests)) void this.#pump(requests)
    else this.#sendOnly(requests)
  }

  next(): Promise<IteratorResult<Response, undefined>> {
    return this.#inbox.next()
  }

  /** Leaving the loop cancels. */
  return(): Promise<IteratorResult<Response, undefined>> {
    this.#cancel()
    this.#inbox.drop()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  // The session's side

  frame(kind: FrameKind, payload: Uint8Array): void {
    switch (kind) {
      case frameKinds.data: {
        this.#heardAtMs = this.#session.stream.heardAtMs
        const error = this.#inbox.arrived(payload)
        if (error !== undefined) this.undecodable(error)
        return
      }
      case frameKinds.end:
        this.#forget()
        this.#inbox.end()
        return
      case frameKinds.error:
        this.#forget()
        this.#inbox.fail(errorOf(payload))
        return
      case frameKinds.credit: {
        const bytes = decodeCredit(payload)
        if (bytes === undefined || !this.#outbox.lent(bytes)) this.#session.broken('no lawful credit')
        return
      }
      default:
        this.#session.broken('an answerer opens and cancels no calls')
    }
  }

  /** The answer is overdue where the application has taken all that came: slow reading is not the peer's fault. */
  sweep(nowMs: number): void {
    if (!this.#inbox.isOwed) return
    const { name, timeouts } = this.#session.protocol
    const { peer } = this.#session
    if (this.#inbox.received === 0) {
      if (nowMs - this.#startedAtMs < timeouts.firstResponseMs) return
      this.#give(
        new MeshError('TIMEOUT', { what: `the first ${name} response of ${peer}`, ms: timeouts.firstResponseMs }),
      )
    } else if (nowMs - this.#heardAtMs >= timeouts.betweenMs) {
      this.#give(new MeshError('STALLED', { peer, ms: timeouts.betweenMs }))
    }
  }

  lost(error: MeshError): void {
    this.#forget()
    this.#inbox.fail(error)
  }

  // Ends

  settled(): void {
    this.#disobey?.()
  }

  /** The answer is none: the call fails, and what the peer's own bytes prove is charged to it. */
  undecodable(error: MeshError): void {
    if (error.fault === 'remote') this.#session.charge(error)
    this.#give(error)
  }

  /** Ends the call from here with an error; what had arrived is still delivered. */
  #give(error: unknown): void {
    this.#cancel()
    this.#inbox.fail(error)
  }

  #cancel(): void {
    if (!this.#open) return
    if (this.#outbox.hasOpened) this.#session.stream.write(frameKinds.cancel, this.#id)
    this.#forget()
  }

  #forget(): void {
    if (!this.#open) return
    this.#open = false
    this.#outbox.close()
    this.#session.remove(this.#id)
  }

  #obey(signal: AbortSignal): void {
    const onAbort = (): void => {
      this.#cancel()
      this.#inbox.drop(abortError(signal))
    }
    if (signal.aborted) {
      onAbort()
      return
    }
    signal.addEventListener('abort', onAbort)
    this.#disobey = () => signal.removeEventListener('abort', onAbort)
  }

  // Requests

  #sendOnly(request: Request): void {
    try {
      const later = this.#outbox.send(request)
      if (later === undefined) this.#outbox.end()
      else void later.then(() => this.#outbox.end())
    } catch (error) {
      this.#give(error)
    }
  }

  async #pump(requests: AsyncIterable<Request>): Promise<void> {
    try {
      for await (const request of requests) {
        if (this.#outbox.isClosed) return
        const later = this.#outbox.send(request)
        if (later !== undefined) await later
        if (this.#outbox.isClosed) return
      }
      if (this.#outbox.hasOpened) this.#outbox.end()
      else this.#give(new MeshError('USAGE', { what: 'a call has at least one request' }))
    } catch (error) {
      // Whatever the application's own iterable throws is the application's to see.
      this.#give(error)
    }
  }
}

const isIterable = <T>(value: T | AsyncIterable<T>): value is AsyncIterable<T> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

function errorOf(payload: Uint8Array): MeshError {
  try {
    return decodeError(payload)
  } catch (error) {
    return new MeshError('MALFORMED', { what: 'error', why: asMeshError(error).message }, error)
  }
}
