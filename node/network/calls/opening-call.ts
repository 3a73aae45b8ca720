/** A call whose session is still being opened. */
import type { CallingSession } from './calling-session.ts'
import { OutgoingCall } from './outgoing-call.ts'

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined }

export class OpeningCall<Request, Response> implements AsyncIterableIterator<Response, undefined> {
  /** Undefined where the application left before there was a session. */
  readonly #call: Promise<OutgoingCall<Request, Response> | undefined>
  #left = false

  constructor(
    opening: Promise<CallingSession<Request, Response>>,
    requests: Request | AsyncIterable<Request>,
    signal: AbortSignal | undefined,
  ) {
    this.#call = opening.then((session) => {
      if (!this.#left) return new OutgoingCall(session, requests, signal)
      session.endIfSingle()
      return undefined
    })
    // The failure is for whoever asks for the first response; perhaps nobody does.
    this.#call.catch(() => undefined)
  }

  async next(): Promise<IteratorResult<Response, undefined>> {
    const call = await this.#call
    return call === undefined ? DONE : call.next()
  }

  async return(): Promise<IteratorResult<Response, undefined>> {
    this.#left = true
    this.#call.then(
      (call) => call?.return(),
      () => undefined,
    )
    return DONE
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
