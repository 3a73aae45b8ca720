/** One side of a stream of a virtual connection: bytes in order, a bound on what is under way, and the three ways to end. */
import {
  type ByteStream,
  type ByteStreamMessage,
  STREAM_WINDOW_BYTES_MAX,
} from '../../node/network/calls/byte-stream.ts'
import type { Side, VirtualConnection } from './connection.ts'

/** yamux's own frame head. */
const HEAD_BYTES = 12

type Plain = 'drain' | 'remoteCloseWrite' | 'close'

export class VirtualStream implements ByteStream {
  readonly protocol: string
  inactivityTimeout = 0
  readonly #connection: VirtualConnection
  readonly #side: Side
  #other!: VirtualStream
  #status: 'open' | 'closed' | 'reset' = 'open'
  #endedHere = false
  #endedThere = false
  #underWayBytes = 0
  #full = false
  readonly #onMessage: ((event: ByteStreamMessage) => void)[] = []
  readonly #on: Record<Plain, (() => void)[]> = { drain: [], remoteCloseWrite: [], close: [] }

  /** Both sides of a new stream, the opener's first. */
  static pair(connection: VirtualConnection, opener: Side, protocol: string): [VirtualStream, VirtualStream] {
    const here = new VirtualStream(connection, opener, protocol)
    const there = new VirtualStream(connection, opener === 0 ? 1 : 0, protocol)
    here.#other = there
    there.#other = here
    return [here, there]
  }

  private constructor(connection: VirtualConnection, side: Side, protocol: string) {
    this.#connection = connection
    this.#side = side
    this.protocol = protocol
    connection.streams[side].add(this)
  }

  get status(): string {
    return this.#status
  }

  get writableNeedsDrain(): boolean {
    return this.#full
  }

  /** Sent bytes are copied, so nothing is kept by reference. */
  get writeBufferLength(): number {
    return 0
  }

  addEventListener(type: 'message', listener: (event: ByteStreamMessage) => void): void
  addEventListener(type: Plain, listener: () => void): void
  addEventListener(type: 'message' | Plain, listener: (event: ByteStreamMessage) => void): void {
    if (type === 'message') this.#onMessage.push(listener)
    else this.#on[type].push(listener as () => void)
  }

  send(bytes: Uint8Array): boolean {
    if (this.#status !== 'open' || this.#endedHere) throw new Error('the stream is closed')
    const data = bytes.slice()
    this.#underWayBytes += data.length
    this.#transmit('data', data.length, () => {
      this.#arrived(data.length)
      this.#other.#receive(data)
    })
    // Sent and not arrived: a sender is told to wait.
    if (this.#underWayBytes > STREAM_WINDOW_BYTES_MAX) this.#full = true
    return !this.#full
  }

  close(): Promise<void> {
    if (this.#status !== 'open' || this.#endedHere) return Promise.resolve()
    this.#endedHere = true
    this.#transmit('end', 0, () => this.#other.#remoteEnded())
    this.#closeWhenBothEnded()
    return Promise.resolve()
  }

  abort(_error: Error): void {
    if (this.#status !== 'open') return
    this.#transmit('reset', 0, () => this.#other.lost())
    this.lost()
  }

  /** The other side reset it, or the connection is gone. */
  lost(): void {
    if (this.#status !== 'open') return
    this.#finish('reset')
  }

  #transmit(what: string, bytes: number, arrive: () => void): void {
    this.#connection.transmit(this.#side, 'stream', what, bytes + HEAD_BYTES, arrive)
  }

  #arrived(bytes: number): void {
    this.#underWayBytes -= bytes
    if (!this.#full || this.#underWayBytes * 2 > STREAM_WINDOW_BYTES_MAX) return
    this.#full = false
    if (this.#status === 'open') this.#tell('drain')
  }

  #receive(data: Uint8Array): void {
    if (this.#status !== 'open') return
    for (const listener of this.#onMessage) listener({ data })
  }

  #remoteEnded(): void {
    if (this.#status !== 'open' || this.#endedThere) return
    this.#endedThere = true
    this.#tell('remoteCloseWrite')
    this.#closeWhenBothEnded()
  }

  #closeWhenBothEnded(): void {
    if (this.#status === 'open' && this.#endedHere && this.#endedThere) this.#finish('closed')
  }

  #finish(status: 'closed' | 'reset'): void {
    this.#status = status
    this.#connection.streams[this.#side].delete(this)
    this.#tell('close')
  }

  #tell(type: Plain): void {
    for (const listener of this.#on[type]) listener()
  }
}
