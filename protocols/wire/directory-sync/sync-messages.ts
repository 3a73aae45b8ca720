/** `/aitbc/<tag>/directory-sync/1`: what two full nodes say to each other to bring their directories together. */
import { array, type BodyOf, bool, bytes, type Codec, record, text, uint, union } from '../../kernel/codec.ts'
import { OFFER_BYTES_MAX, REGION_BYTES_MAX, SHARD_WORD } from '../offer/offer-body.ts'
import { BUCKET_BITS_MAX, MARK_BYTES } from './offer-buckets.ts'

/** Marks of one message: 56 KB, within a frame. */
export const MARKS_PER_MESSAGE = 7_000
/** Offers of one message: 61 KB where every one is as long as it may be, within a frame. */
export const OFFERS_PER_MESSAGE = 118

export interface Digests {
  readonly kind: 'digests'
  readonly region: string
  readonly bits: number
  /** Of 2^bits buckets. */
  readonly digests: Uint8Array
}

/** What the asker holds in buckets that differ. */
export interface Held {
  readonly kind: 'held'
  readonly marks: Uint8Array
  /** No more follow. */
  readonly last: boolean
}

export interface Differing {
  readonly kind: 'differing'
  /** Buckets whose marks the answerer wants to know, as a bitmap: those that differ and hold something at the asker. */
  readonly buckets: Uint8Array
}

export interface Offers {
  readonly kind: 'offers'
  /** Each as its miner published it. */
  readonly offers: readonly Uint8Array[]
}

export type SyncRequest = Digests | Held
export type SyncResponse = Differing | Offers

export const syncRequestCodec: Codec<SyncRequest> = union<SyncRequest>({
  digests: [
    0,
    record<BodyOf<SyncRequest, 'digests'>>({
      region: text(REGION_BYTES_MAX, SHARD_WORD),
      bits: uint(BUCKET_BITS_MAX),
      digests: bytes(MARK_BYTES << BUCKET_BITS_MAX),
    }),
  ],
  held: [1, record<BodyOf<SyncRequest, 'held'>>({ marks: bytes(MARKS_PER_MESSAGE * MARK_BYTES), last: bool })],
})

export const syncResponseCodec: Codec<SyncResponse> = union<SyncResponse>({
  differing: [0, record<BodyOf<SyncResponse, 'differing'>>({ buckets: bytes((1 << BUCKET_BITS_MAX) / 8) })],
  offers: [1, record<BodyOf<SyncResponse, 'offers'>>({ offers: array(bytes(OFFER_BYTES_MAX), OFFERS_PER_MESSAGE) })],
})
