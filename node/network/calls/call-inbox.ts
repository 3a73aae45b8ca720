/** The receiving half of one end of a call: messages that arrived and wait for the application, within the credit lent. */
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { type Codec, decode } from '../../../protocols/kernel/codec.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { BULK_BYTES } from '../../../protocols/kernel/limits.ts'
import { encodeCredit, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { creditCost, ReceiveWindow, type WindowDemand } from '../../../protocols/wire/session/receive-window.ts'
import type { PeerAccount } from '../peers/peer-ledger.ts'
import type { SessionStream } from './session-stream.ts'

export interface InboxLaw<T> {
  readonly codec: Codec<T>
  readonly messagesMax: number
  /** For errors: `job request`. */
  readonly what: string
}

/** Whose inbox it is: one end of the call. */
export interface InboxOwner {
  /** A message that had waited is no message: the call cannot go on. */
  undecodable(error: MeshError): void
  /** Once: the application has been handed the end or the error. */
  settled(): void
}

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/** The queue of the many calls in which nothing ever waits. */
const NONE: Uint8Array[] = []
const DONE: IteratorResult<never, undefined> = { done: true, value: undefined }

export class CallInbox<T> implements AsyncIterableIterator<T, undefined>, WindowDemand {
  readonly #call: number
  readonly #session: SessionStream
  readonly #law: InboxLaw<T>
  readonly #account: PeerAccount
  readonly #window: ReceiveWindow
  readonly #owner: InboxOwner
  #queue: Uint8Array[] = NONE
  #next = 0
  #queuedBytes = 0
  #borrowedBytes = 0
  #received = 0
  #receivedBytes = 0
  #ended = false
  #error: unknown
  #failed = false
  #settled = false
  #waiter: Waiter<T> | undefined

  constructor(call: number, session: SessionStream, law: InboxLaw<T>, account: PeerAccount, owner: InboxOwner) {
    this.#call = call
    this.#session = session
    this.#law = law
    this.#account = account
    this.#owner = owner
    this.#window = new ReceiveWindow(session.heardAtMs)
  }

  get received(): number {
    return this.#received
  }

  /** Nothing waits here and more may come: if the application waits, it waits for the peer. */
  get isOwed(): boolean {
    return this.drained && !this.#ended && !this.#failed
  }

  /** Whether the message has credit and place. The error ends the call; MALFORMED and OVERSIZE are the peer's fault. */
  arrived(payload: Uint8Array): MeshError | undefined {
    const admitted = this.admit(payload)
    if (admitted !== undefined || this.#ended || this.#failed) return admitted
    const waiter = this.#waiter
    if (waiter === undefined) return this.#keep(payload)
    this.#waiter = undefined
    try {
      waiter.resolve({ done: false, value: this.#taken(payload) })
    } catch (error) {
      const failure = undecodable(error, this.#law.what)
      waiter.reject(failure)
      return failure
    }
    return undefined
  }

  /** Counts a message against credit and law without keeping it; for the first request, which the handler gets at once. */
  admit(payload: Uint8Array): MeshError | undefined {
    if (!this.#window.arrived(payload.length)) return malformed(this.#law.what, 'sent without credit')
    this.#receivedBytes += payload.length
    if (this.#receivedBytes > BULK_BYTES) this.#account.bulk?.moved('down', payload.length, this.#session.heardAtMs)
    const { messagesMax, what } = this.#law
    if (++this.#received > messagesMax)
      return new MeshError('LIMIT', { what: `${what}s of one call`, max: messagesMax })
    return undefined
  }

  /** Decodes a message that was admitted and not kept, and renews its credit. @throws MeshError MALFORMED */
  take(payload: Uint8Array): T {
    try {
      return this.#taken(payload)
    } catch (error) {
      throw undecodable(error, this.#law.what)
    }
  }

  /** The peer sends no more. */
  end(): void {
    if (this.#ended || this.#failed) return
    this.#ended = true
    const waiter = this.#waiter
    if (waiter === undefined) return
    this.#waiter = undefined
    this.#close()
    waiter.resolve(DONE)
  }

  /** The call was lost: what had arrived before is still delivered; then the error is, once, and then the end. */
  fail(error: unknown): void {
    if (this.#ended || this.#failed) return
    this.#failed = true
    this.#error = error
    const waiter = this.#waiter
    if (waiter === undefined) return
    this.#waiter = undefined
    this.#close()
    waiter.reject(error)
  }

  /** The application gave the call up: what waits is dropped. `error`, where given, is what the next `next()` throws. */
  drop(error?: unknown): void {
    this.#queue = NONE
    this.#next = 0
    const waiter = this.#waiter
    this.#waiter = undefined
    if (error !== undefined && waiter === undefined && !this.#settled) {
      this.#failed = true
      this.#error = error
      this.#release()
      return
    }
    this.#close()
    if (error === undefined) waiter?.resolve(DONE)
    else waiter?.reject(error)
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#next < this.#queue.length) {
      const payload = this.#shift()
      try {
        return Promise.resolve({ done: false, value: this.#taken(payload) })
      } catch (error) {
        const failure = undecodable(error, this.#law.what)
        this.#owner.undecodable(failure)
        return Promise.reject(failure)
      }
    }
    if (this.#failed) {
      this.#close()
      return Promise.reject(this.#error)
    }
    if (this.#ended) {
      this.#close()
      return Promise.resolve(DONE)
    }
    if (this.#waiter !== undefined)
      return Promise.reject(new MeshError('USAGE', { what: 'the next message of a call is asked for twice' }))
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  // What the window asks

  get nowMs(): number {
    return this.#session.heardAtMs
  }

  get rttMs(): number | undefined {
    return this.#session.rttMs
  }

  get drained(): boolean {
    return this.#next === this.#queue.length
  }

  borrow(bytes: number): boolean {
    if (!this.#account.windows.borrow(bytes)) return false
    this.#borrowedBytes += bytes
    return true
  }

  #keep(payload: Uint8Array): MeshError | undefined {
    const cost = creditCost(payload.length)
    if (!this.#account.queued.borrow(cost))
      return new MeshError('LIMIT', { what: 'bytes that wait for the application', max: this.#account.queued.max })
    this.#queuedBytes += cost
    if (this.#queue === NONE) this.#queue = [ownBytes(payload)]
    else this.#queue.push(ownBytes(payload))
    return undefined
  }

  #shift(): Uint8Array {
    const payload = this.#queue[this.#next]!
    this.#next++
    if (this.#next === this.#queue.length) {
      this.#queue = NONE
      this.#next = 0
    }
    const cost = creditCost(payload.length)
    this.#queuedBytes -= cost
    this.#account.queued.giveBack(cost)
    return payload
  }

  #taken(payload: Uint8Array): T {
    const grant = this.#window.took(payload.length, this)
    if (grant > 0 && !this.#ended && !this.#failed) {
      this.#session.write(frameKinds.credit, this.#call, encodeCredit(grant))
      this.#session.measureRtt()
    }
    return decode(this.#law.codec, payload)
  }

  #release(): void {
    this.#account.windows.giveBack(this.#borrowedBytes)
    this.#borrowedBytes = 0
    this.#account.queued.giveBack(this.#queuedBytes)
    this.#queuedBytes = 0
  }

  /** The application has been handed the end or the error. */
  #close(): void {
    this.#ended = true
    this.#failed = false
    this.#release()
    if (this.#settled) return
    this.#settled = true
    this.#owner.settled()
  }
}

/**
 * The payload as bytes that may be kept: a small view would keep all that was received with it, and a stranger could send
 * one byte per 64 KiB.
 */
export function ownBytes(payload: Uint8Array): Uint8Array {
  return payload.length * 2 < payload.buffer.byteLength ? payload.slice() : payload
}

const malformed = (what: string, why: string, cause?: unknown): MeshError =>
  new MeshError('MALFORMED', { what, why }, cause)

function undecodable(error: unknown, what: string): MeshError {
  if (error instanceof MalformedError) return malformed(what, error.what, error)
  if (error instanceof UnsupportedError) return malformed(what, error.message, error)
  return error instanceof MeshError ? error : new MeshError('BUG', { what: `reading a ${what}` }, error)
}
