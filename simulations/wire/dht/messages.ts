/** Requests and answers of the virtual DHT, and how long they would be as kad-dht's protobuf. */
import type { Hash32, PeerId } from '../../../protocols/kernel/ids.ts'

export type DhtRequest =
  | { readonly what: 'FIND_NODE'; readonly target: Uint8Array }
  | { readonly what: 'GET_VALUE'; readonly target: Uint8Array; readonly space: string; readonly key: Uint8Array }
  | { readonly what: 'PUT_VALUE'; readonly space: string; readonly key: Uint8Array; readonly bytes: Uint8Array }
  | { readonly what: 'GET_PROVIDERS'; readonly target: Uint8Array; readonly key: Hash32 }
  | { readonly what: 'ADD_PROVIDER'; readonly key: Hash32 }

export interface DhtAnswer {
  /** Servers nearest to the target. */
  readonly closer: readonly PeerId[]
  readonly providers: readonly PeerId[]
  readonly record: Uint8Array | undefined
  /** Whether it keeps what it was asked to keep. */
  readonly taken: boolean
}

/** Kind, key and lengths. */
const REQUEST_BYTES = 50
/** A peer id and two addresses. */
const PEER_BYTES = 80

export const requestBytes = (request: DhtRequest): number =>
  REQUEST_BYTES +
  (request.what === 'PUT_VALUE' ? request.bytes.length : request.what === 'ADD_PROVIDER' ? PEER_BYTES : 0)

export const answerBytes = ({ closer, providers, record }: DhtAnswer): number =>
  REQUEST_BYTES + (closer.length + providers.length) * PEER_BYTES + (record?.length ?? 0)
