/**
 * A stream that carries frames: reads them where they lie, writes what one turn produced in one send, says when the
 * transport is full, and notices when the other side is gone.
 */
import type { CborWriter } from '../../../protocols/kernel/cbor-writer.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import {
  type FrameKind,
  FrameReader,
  frameKinds,
  HEAD_BYTES_MAX,
  writeHead,
} from '../../../protocols/wire/session/frames.ts'
import type { ByteStream } from './byte-stream.ts'

/**
 * A batch that has grown to this is sent at once instead of at the end of the turn: memory, and the line stays busy. Below a
 * data frame, so that each travels in one encrypted message of its own and is read where it was decrypted.
 */
const BATCH_BYTES = 32_768
const BATCH_BYTES_MIN = 1_024
/**
 * Senders wait while the transport is full, so only small frames gather then (credit, ends, refusals). A peer that makes us
 * answer and does not read is cut off at this.
 */
export const UNSENT_BYTES_MAX = 1_048_576
/** A round trip measured longer ago than this is measured again when somebody asks. */
const RTT_AGE_MS = 10_000
/** An open call with nothing heard for this long: ask for a sign of life. */
export const SILENT_MS = 10_000
/** No sign of life for this long with a call open: the peer is gone, whatever TCP believes. */
export const DEAD_MS = 30_000
/** libp2p resets a silent stream after two minutes; a session may be silent for as long as nobody calls. */
const INACTIVITY_MS = 0x7fff_ffff

const NOTHING = new Uint8Array(0)

/** What a stream has carried; one account of a peer counts for all its streams. */
export interface TrafficAccount {
  bytesIn: number
  bytesOut: number
}

export interface SessionStreamNeeds {
  readonly peer: PeerId
  readonly clock: Clock
  readonly account: TrafficAccount
  /** A frame of a call. `payload` is a view into what was received. */
  onFrame(kind: FrameKind, call: number, payload: Uint8Array): void
  /** Once, when no more frames will come or go: MALFORMED where the peer broke the law of frames, else STREAM_LOST. */
  onOver(error: MeshError): void
}

export class SessionStream {
  readonly #stream: ByteStream
  readonly #needs: SessionStreamNeeds
  readonly #reader: FrameReader
  #batch: Uint8Array<ArrayBuffer> = NOTHING
  #batchBytes = 0
  #flushing = false
  /** The transport said that it is full and has not drained since. */
  #full = false
  #writable: PromiseWithResolvers<void> | undefined
  #over = false
  #heardAtMs: number
  #rttMs: number | undefined
  #pingedAtMs: number | undefined
  #rttAtMs = Number.NEGATIVE_INFINITY

  /** The reader is attached here and now: what arrives before would be lost. */
  constructor(stream: ByteStream, needs: SessionStreamNeeds) {
    this.#stream = stream
    this.#needs = needs
    this.#heardAtMs = needs.clock.monotonicMs()
    this.#reader = new FrameReader((kind, call, payload) => this.#frame(kind, call, payload))
    stream.inactivityTimeout = INACTIVITY_MS
    stream.addEventListener('message', (event) => {
      const { data } = event
      if (data instanceof Uint8Array) this.#receive(data)
      else for (const chunk of data) this.#receive(chunk)
    })
    // Not stream.onDrain(): its promise, once resolved, stays resolved (@libp2p/utils 7.4) and would let everything through.
    stream.addEventListener('drain', () => queueMicrotask(() => this.#drained()))
    stream.addEventListener('remoteCloseWrite', () => this.#lost())
    stream.addEventListener('close', () => this.#lost())
    if (stream.status !== 'open') queueMicrotask(() => this.#lost())
  }

  get peer(): PeerId {
    return this.#needs.peer
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Monotonic time of the last bytes from the peer; needs no look at the clock for each message. */
  get heardAtMs(): number {
    return this.#heardAtMs
  }

  /** Monotonic. */
  nowMs(): number {
    return this.#needs.clock.monotonicMs()
  }

  get rttMs(): number | undefined {
    return this.#rttMs
  }

  /** True while messages should wait for {@link whenWritable}. */
  get isFull(): boolean {
    return this.#full
  }

  /** Resolves when the transport takes more, and when the session is over. */
  whenWritable(): Promise<void> {
    if (!this.#full || this.#over) return Promise.resolve()
    this.#writable ??= Promise.withResolvers()
    return this.#writable.promise
  }

  write(kind: FrameKind, call: number, payload: Uint8Array = NOTHING): void {
    if (this.#over) return
    const at = this.#head(kind, call, payload.length)
    this.#batch.set(payload, at)
    this.#written()
  }

  /** Writes a message from where it was encoded, without a copy between. */
  writeMessage(kind: FrameKind, call: number, message: CborWriter): void {
    if (this.#over) return
    const at = this.#head(kind, call, message.length)
    message.copyTo(this.#batch, at)
    this.#written()
  }

  /** Asks for a round trip where none was measured lately; the answer shows in {@link rttMs}. */
  measureRtt(): void {
    const now = this.#needs.clock.monotonicMs()
    if (this.#pingedAtMs === undefined && now - this.#rttAtMs > RTT_AGE_MS) this.#ping(now)
  }

  /** Called about every quarter second while calls are open. */
  sweep(nowMs: number): void {
    const silentMs = nowMs - this.#heardAtMs
    if (silentMs > DEAD_MS && this.#pingedAtMs !== undefined && nowMs - this.#pingedAtMs > DEAD_MS - SILENT_MS) {
      this.abort(new MeshError('STREAM_LOST', { peer: this.#needs.peer }))
    } else if (silentMs > SILENT_MS && this.#pingedAtMs === undefined) this.#ping(nowMs)
  }

  /** Sends what waits and closes. */
  end(): void {
    if (this.#over) return
    this.#flush()
    if (this.#over) return
    this.#finish(new MeshError('STREAM_LOST', { peer: this.#needs.peer }))
    this.#stream.close().catch((error: unknown) => this.#stream.abort(asMeshError(error)))
  }

  /** Resets the stream at once: the peer broke the law, or is gone. */
  abort(error: MeshError): void {
    if (this.#over) return
    this.#finish(error)
    this.#stream.abort(error)
  }

  #ping(nowMs: number): void {
    this.#pingedAtMs = nowMs
    this.write(frameKinds.ping, 0)
  }

  /** Makes room for a frame, writes its head, and returns where its payload goes. */
  #head(kind: FrameKind, call: number, payloadBytes: number): number {
    const needed = this.#batchBytes + HEAD_BYTES_MAX + payloadBytes
    if (needed > this.#batch.length) {
      const grown = new Uint8Array(Math.max(BATCH_BYTES_MIN, this.#batch.length * 2, needed))
      grown.set(this.#batch.subarray(0, this.#batchBytes))
      this.#batch = grown
    }
    const at = writeHead(this.#batch, this.#batchBytes, kind, call, payloadBytes)
    this.#batchBytes = at + payloadBytes
    return at
  }

  #written(): void {
    if (this.#full) {
      if (this.#batchBytes > UNSENT_BYTES_MAX)
        this.abort(new MeshError('LIMIT', { what: 'unread answers', max: UNSENT_BYTES_MAX }))
    } else if (this.#batchBytes >= BATCH_BYTES) this.#flush()
    else if (!this.#flushing) {
      this.#flushing = true
      queueMicrotask(this.#flushLate)
    }
  }

  readonly #flushLate = (): void => {
    this.#flushing = false
    this.#flush()
  }

  #flush(): void {
    if (this.#over || this.#full || this.#batchBytes === 0) return
    const batch = this.#batch
    const bytes = this.#batchBytes
    this.#batchBytes = 0
    this.#needs.account.bytesOut += bytes
    try {
      if (!this.#stream.send(batch.subarray(0, bytes))) this.#full = true
    } catch {
      // The stream closed under us: its close event may still be under way.
      this.#lost()
    }
    // Encryption has made a copy of what went out. What did not, libp2p keeps by reference; and a turn that was much busier
    // than this one does not keep its memory.
    if (this.#full || this.#stream.writeBufferLength > 0 || batch.length > 4 * bytes + BATCH_BYTES_MIN)
      this.#batch = NOTHING
  }

  #drained(): void {
    if (!this.#full || this.#stream.writableNeedsDrain) return
    this.#full = false
    this.#flush()
    if (this.#full) return
    this.#writable?.resolve()
    this.#writable = undefined
  }

  #receive(chunk: Uint8Array): void {
    if (this.#over) return
    this.#heardAtMs = this.#needs.clock.monotonicMs()
    this.#needs.account.bytesIn += chunk.length
    try {
      const fault = this.#reader.push(chunk)
      if (fault !== undefined) this.abort(new MeshError('MALFORMED', { what: 'frame', why: fault }))
    } catch (error) {
      // libp2p would make an uncaught exception of it: one session ends, not the process.
      this.abort(asMeshError(error))
    }
  }

  #frame(kind: FrameKind, call: number, payload: Uint8Array): boolean {
    if (kind === frameKinds.ping) {
      this.write(frameKinds.pong, 0)
    } else if (kind === frameKinds.pong) {
      if (this.#pingedAtMs === undefined) return true
      this.#rttMs = this.#heardAtMs - this.#pingedAtMs
      this.#rttAtMs = this.#heardAtMs
      this.#pingedAtMs = undefined
    } else this.#needs.onFrame(kind, call, payload)
    return !this.#over
  }

  #lost(): void {
    if (this.#over) return
    this.#finish(new MeshError('STREAM_LOST', { peer: this.#needs.peer }))
    // The peer closed its side, or all of it is gone already: nothing is left to say.
    this.#stream.close().catch((error: unknown) => this.#stream.abort(asMeshError(error)))
  }

  #finish(error: MeshError): void {
    this.#over = true
    this.#full = false
    this.#writable?.resolve()
    this.#writable = undefined
    this.#needs.onOver(error)
  }
}
