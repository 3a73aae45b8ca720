/**
 * One protocol is one value: id, shapes with bounded codecs, limits and timeouts. Beside it stand two functions: the
 * answering side (a generator over narrow ports) and the asking side. Adapters know nothing of what is inside a message.
 */
import type { Codec } from './codec.ts'
import type { PeerId } from './ids.ts'

export interface CallLimits {
  /** Calls of one peer that this node answers at once; the next one is refused with LIMIT. */
  readonly inFlightPerPeerMax: number
  /** Calls of one peer per second, sustained; twice as many in a burst. */
  readonly callsPerSecondMax: number
  /** Messages from caller to answerer in one call, the first included. */
  readonly requestsMax: number
  /** Messages from answerer to caller in one call. */
  readonly responsesMax: number
}

export interface CallTimeouts {
  /** From the call to the first response. */
  readonly firstResponseMs: number
  /** Between two responses; a protocol with long silences sends heartbeats. */
  readonly betweenMs: number
}

export interface Protocol<Request, Response> {
  /** Last parts of the id `/aitbc/<tag>/<name>/<major>`. */
  readonly name: string
  readonly major: number
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly limits: CallLimits
  readonly timeouts: CallTimeouts
}

export interface CallContext {
  readonly peer: PeerId
  /** Aborted when the caller cancels, the session dies or the node stops. */
  readonly signal: AbortSignal
}

/**
 * Answers one call. `first` opened it, `more` yields what the caller sends afterwards and ends when the caller is done.
 * A generator that returns ends the call; one that throws a MeshError ends it with that error's wire code.
 */
export type Handler<Request, Response> = (
  first: Request,
  more: AsyncIterable<Request>,
  context: CallContext,
) => AsyncIterable<Response>

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Gives the call a stream of its own, so that its bulk does not stand before other calls. */
  readonly bulk?: boolean
}

/** `/aitbc/<tag>/<name>/<major>`: `tag` keeps two networks on one LAN apart. */
export function protocolId(tag: string, item: { readonly name: string; readonly major: number }): string {
  return `/aitbc/${tag}/${item.name}/${item.major}`
}
