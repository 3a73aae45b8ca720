/** The whole of protocols/wire/directory-sync/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { bucketDigests, bucketOf, inBuckets } from '../../../protocols/wire/directory-sync/offer-buckets.ts'
import {
  type SyncRequest,
  type SyncResponse,
  syncRequestCodec,
  syncResponseCodec,
} from '../../../protocols/wire/directory-sync/sync-messages.ts'
import { digestOf } from '../statement-vectors/cast.ts'
import { intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { gossipedOffer } from './gossiped-offers.ts'
import { invalidSamples, type Samples, validSamples } from './messages.ts'
import { type Beyond, tooLong } from './spoil.ts'

const summaries = Array.from({ length: 5 }, (_, i) => ({
  miner: toHex(digestOf(`miner ${i}`).subarray(0, 20)) as Address,
  hash: toHex(digestOf(`offer ${i}`)) as Hash32,
}))

const requests: Samples<SyncRequest> = {
  digests: [
    { kind: 'digests', region: 'eu-west', bits: 1, digests: bucketDigests(inBuckets(summaries, 1)) },
    { kind: 'digests', region: 'x', bits: 0, digests: new Uint8Array(8) },
  ],
  held: [
    { kind: 'held', marks: digestOf('two marks').subarray(0, 16), last: true },
    { kind: 'held', marks: new Uint8Array(0), last: false },
  ],
}

const responses: Samples<SyncResponse> = {
  differing: [{ kind: 'differing', buckets: Uint8Array.of(0x40) }],
  offers: [
    { kind: 'offers', offers: [gossipedOffer()] },
    { kind: 'offers', offers: [] },
  ],
}

const requestsBeyond: { readonly [K in SyncRequest['kind']]: readonly Beyond[] } = {
  digests: [
    ['region', 'of 25 bytes', 'length', tooLong.text(25)],
    ['region', 'with a space', 'form', textItem('eu west')],
    ['bits', '13', 'range', intItem(13)],
    ['digests', 'of 4,097 buckets', 'length', tooLong.bytes(4_097 * 8)],
  ],
  held: [['marks', 'of 7,001 offers', 'length', tooLong.bytes(7_001 * 8)]],
}

const responsesBeyond: { readonly [K in SyncResponse['kind']]: readonly Beyond[] } = {
  differing: [['buckets', 'of 513 bytes', 'length', tooLong.bytes(513)]],
  offers: [['offers', '119 of them', 'length', tooLong.array(119)]],
}

export function directorySyncVectors(): { readonly [name: string]: Json } {
  const [request, response] = ['sync request', 'sync response'] as const
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson([
      ...validSamples(request, syncRequestCodec, requests),
      ...validSamples(response, syncResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples(request, syncRequestCodec, requests, requestsBeyond),
      ...invalidSamples(response, syncResponseCodec, responses, responsesBeyond),
    ]),
    buckets: [0, 1, 2, 12].map((bits) => ({
      bits,
      offers: summaries.map(({ miner, hash }) => ({ miner, hash, bucket: bucketOf(miner, bits) })),
      digests: bits > 2 ? null : toHex(bucketDigests(inBuckets(summaries, bits))),
    })),
  }
}
