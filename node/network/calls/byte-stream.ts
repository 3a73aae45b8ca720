/** What a session needs of the stream beneath it. A libp2p stream is one; the simulator has another. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'

/** Largest window of one stream: 16 MiB at 60 ms of round trip are 270 MB/s. The first must be 256 KiB: it is in yamux's law. */
export const STREAM_WINDOW_BYTES_MAX: number = 16 * 1_048_576

export interface ByteStream {
  /** `open` until it was closed, reset or lost. */
  readonly status: string
  /** True from a {@link send} that returned false until `drain`. */
  readonly writableNeedsDrain: boolean
  /** Bytes that the transport keeps by reference. */
  readonly writeBufferLength: number
  inactivityTimeout: number
  /** False where the sender should wait for `drain`; the bytes are on their way all the same. @throws Error once closed */
  send(bytes: Uint8Array): boolean
  /** Ends this side after what was sent; resolves when it has left. */
  close(): Promise<void>
  /** Both sides lose it, and what was under way. */
  abort(error: Error): void
  addEventListener(type: 'message', listener: (event: ByteStreamMessage) => void): void
  addEventListener(type: 'drain' | 'remoteCloseWrite' | 'close', listener: () => void): void
}

export interface ByteStreamMessage {
  /** One piece, or the pieces that came together. */
  readonly data: Uint8Array | Iterable<Uint8Array>
}

/**
 * Opens a stream to a peer, connecting first where that is needed. `outer` are signals that end the attempt.
 * @throws MeshError DIAL_FAILED, PROTOCOL_UNSUPPORTED, CANCELLED
 */
export type StreamOpener = (
  peer: PeerId,
  protocol: string,
  streamsMax: number,
  ...outer: readonly (AbortSignal | undefined)[]
) => Promise<ByteStream>

/** Takes the streams that peers open for a protocol until disposed. `streamsMax` bounds those of one peer. */
export type StreamTaker = (
  protocol: string,
  streamsMax: number,
  onStream: (stream: ByteStream, peer: PeerId) => void,
) => Disposable
