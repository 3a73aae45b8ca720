/** The sending half of one end of a call: a message waits for its credit and for the transport, and for nobody else's. */
import { CborWriter } from '../../../protocols/kernel/cbor-writer.ts'
import type { Codec } from '../../../protocols/kernel/codec.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { BULK_BYTES, FRAME_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { type FrameKind, frameKinds, PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import { SendWindow } from '../../../protocols/wire/session/send-window.ts'
import type { PeerAccount } from '../peers/peer-ledger.ts'
import type { SessionStream } from './session-stream.ts'

export class CallOutbox<T> {
  readonly #call: number
  readonly #session: SessionStream
  readonly #codec: Codec<T>
  readonly #account: PeerAccount
  readonly #window = new SendWindow()
  #kind: FrameKind
  #ended = false
  #sentBytes = 0
  #wake: (() => void) | undefined

  /** @param firstKind `open` where the first message opens the call */
  constructor(
    call: number,
    session: SessionStream,
    codec: Codec<T>,
    account: PeerAccount,
    firstKind: typeof frameKinds.open | typeof frameKinds.data,
  ) {
    this.#call = call
    this.#session = session
    this.#codec = codec
    this.#account = account
    this.#kind = firstKind
  }

  /** No more is sent: the side has ended, or the call is over. */
  get isClosed(): boolean {
    return this.#ended
  }

  /** False until the first message has gone: the other side knows nothing of the call. */
  get hasOpened(): boolean {
    return this.#kind === frameKinds.data
  }

  /**
   * Undefined where the message went out with this turn, so that a small call costs no waiting; else resolves when it did,
   * or when the call was closed, and the message stays as it is until then.
   * @throws MeshError USAGE where the message breaks its own bounds: nothing is sent
   */
  send(message: T): Promise<void> | undefined {
    const encoded = encodeOnce(this.#codec, message)
    if (this.#session.isFull || !this.#window.fits(encoded.length)) return this.#sendLater(message, encoded.length)
    this.#write(encoded)
    return undefined
  }

  /** The other side lends more. False where it lends absurdly much. */
  lent(bytes: number): boolean {
    const lawful = this.#window.lent(bytes)
    this.#wake?.()
    return lawful
  }

  /** Says that no more comes. */
  end(): void {
    if (this.#ended) return
    this.close()
    this.#session.write(frameKinds.end, this.#call)
  }

  /** The call is over: a waiting message is not sent. */
  close(): void {
    this.#ended = true
    this.#wake?.()
  }

  #write(encoded: CborWriter): void {
    const { length } = encoded
    this.#window.sent(length)
    this.#session.writeMessage(this.#kind, this.#call, encoded)
    this.#kind = frameKinds.data
    this.#sentBytes += length
    if (this.#sentBytes > BULK_BYTES) this.#account.bulk?.moved('up', length, this.#session.nowMs())
  }

  /** Encoded once more when there is room: that costs a copy into memory that is there, and keeping the bytes would cost new memory. */
  async #sendLater(message: T, bytes: number): Promise<void> {
    while (!this.#ended) {
      if (this.#session.isFull) await this.#session.whenWritable()
      else if (!this.#window.fits(bytes)) {
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
        this.#wake = undefined
      } else {
        this.#write(encodeOnce(this.#codec, message))
        return
      }
    }
  }
}

/** One for all messages: each is copied out, or into the batch, before the next is encoded. */
let writer = new CborWriter()
/** A writer that had to grow beyond this is let go. */
const WRITER_BYTES_MAX = 4 * FRAME_BYTES_MAX

/** @throws MeshError USAGE where the message breaks its own bounds: a sender never emits what a receiver would refuse */
function encodeOnce<T>(codec: Codec<T>, message: T): CborWriter {
  if (writer.length > WRITER_BYTES_MAX) writer = new CborWriter()
  writer.reset()
  try {
    codec.write(writer, message)
  } catch (error) {
    if (error instanceof RangeError) throw unsendable(error.message, error)
    throw error
  }
  if (writer.length > Math.min(codec.bytesMax, PAYLOAD_BYTES_MAX))
    throw unsendable(`${writer.length} bytes are more than a frame, or this message, may hold`)
  return writer
}

const unsendable = (why: string, cause?: unknown): MeshError =>
  new MeshError('USAGE', { what: `a message cannot be sent: ${why}` }, cause)
