/** Offers as they arrive at a node that listens on the topic of one region and class, and what it must do with each. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { topicId, type Verdict } from '../../../protocols/kernel/topic.ts'
import { termsHash } from '../../../protocols/statements/service-level.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type OfferHead, offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { type OfferBody, offerBodyCodec, offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { cast, crypto, domain, otherChain, otherNetwork } from '../statement-vectors/cast.ts'
import { arrayOf, bytesItem, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { itemOf } from './item-tree.ts'
import { body, termedBody, widestBody, withLater } from './offer-bodies.ts'

export const OFFERS_NOW_MS = 1_790_000_000_000
export const OFFERS_TOPIC: string = topicId(
  domain.tag,
  { name: 'offer', major: 1 },
  offerShard({ region: 'eu-west', gpuClass: 'inference' }),
)

/** What a reader answers who was handed the bytes and asks neither the time nor what it saw before. */
export type OfferOpening = 'valid' | 'malformed' | 'unsupported' | 'WRONG_SIGNER' | 'MALFORMED'

export interface OfferVector {
  readonly name: string
  /** The listener's clock, where it is not the one of all vectors. */
  readonly nowMs?: number
  /** Judged before, on the same node. */
  readonly after?: Uint8Array
  readonly bytes: Uint8Array
  readonly verdict: Verdict
  readonly opens: OfferOpening
}

interface Spoilers {
  readonly payload?: Uint8Array
  readonly at?: SigningDomain
  readonly signer?: typeof cast.operator.signer
}

function offer(facts: Partial<OfferHead>, of: OfferBody, { payload, at, signer }: Spoilers = {}): Uint8Array {
  const bytes = payload ?? encode(offerBodyCodec, of)
  const by = signer ?? cast.operator.signer
  const head: OfferHead = {
    operator: by.address,
    sequence: BigInt(OFFERS_NOW_MS),
    expiresAtMs: BigInt(OFFERS_NOW_MS + 300_000),
    bodyHash: toHex(crypto.keccak256(bytes)) as Hash32,
    termsHash: termsHash(domain, of.terms),
    beacon: ZERO_HASH,
    ...facts,
  }
  return encodeSigned(offerHeadType, signStruct(at ?? domain, offerHeadType, head, by, bytes))
}

/** The everyday one. */
export const gossipedOffer = (): Uint8Array => offer({}, body)

/** The signed array, item by item: key, six fields, body, signature. */
function itemsOf(bytes: Uint8Array): Uint8Array[] {
  const item = itemOf(bytes)
  return item instanceof Uint8Array ? [] : (item.items as Uint8Array[]).slice()
}

export function gossipedOffers(): readonly OfferVector[] {
  const row = (
    name: string,
    verdict: Verdict,
    opens: OfferOpening,
    bytes: Uint8Array,
    more: Pick<OfferVector, 'nowMs' | 'after'> = {},
  ): OfferVector => ({ name, ...more, bytes, verdict, opens })
  const good = gossipedOffer()
  const items = itemsOf(good)
  const now = BigInt(OFFERS_NOW_MS)
  const with_ = (index: number, item: Uint8Array): Uint8Array => arrayOf(...items.with(index, item))
  const later = (keys: Readonly<Record<string, Uint8Array>>): Uint8Array =>
    offer({}, body, { payload: withLater(keys) })
  return [
    row('an offer', 'accept', 'valid', good),
    row('with terms', 'accept', 'valid', offer({}, termedBody)),
    row('with terms that its head does not name', 'reject', 'MALFORMED', offer({ termsHash: ZERO_HASH }, termedBody)),
    row(
      'without the terms that its head names',
      'reject',
      'MALFORMED',
      offer({ termsHash: termsHash(domain, termedBody.terms) }, body),
    ),
    row('with other terms than its head names', 'reject', 'MALFORMED', offer({ termsHash: body.table }, termedBody)),
    row('a withdrawal', 'accept', 'valid', offer({}, { ...body, paused: 1 })),
    row('a newer one', 'accept', 'valid', offer({ sequence: now + 1n }, body), { after: good }),
    row('with a key of a later version', 'accept', 'valid', later({ zone: intItem(7) })),
    row('expired within the tolerance of clocks', 'accept', 'valid', good, { nowMs: OFFERS_NOW_MS + 330_000 }),
    row('made within the tolerance of clocks', 'accept', 'valid', offer({ sequence: now + 30_000n }, body)),
    row('of the widest body, on its own topic only', 'reject', 'valid', offer({}, widestBody)),
    row('a second time', 'ignore', 'valid', good, { after: good }),
    row('an older one', 'ignore', 'valid', offer({ sequence: now - 1n }, body), { after: good }),
    row('the same sequence for something else', 'ignore', 'valid', offer({}, { ...body, jobs: 2 }), { after: good }),
    row('expired', 'ignore', 'valid', good, { nowMs: OFFERS_NOW_MS + 330_001 }),
    row('standing too long', 'ignore', 'valid', offer({ expiresAtMs: now + 330_001n }, body)),
    row('standing for ever', 'ignore', 'valid', offer({ expiresAtMs: 2n ** 64n - 1n }, body)),
    row('made ahead of time', 'ignore', 'valid', offer({ sequence: now + 30_001n }, body)),
    row(
      'with a critical key that is unknown',
      'forward',
      'unsupported',
      later({ zone: intItem(1), critical: arrayOf(textItem('zone')) }),
    ),
    row('of another region', 'reject', 'valid', offer({}, { ...body, region: 'ap-east' })),
    row('of another class', 'reject', 'valid', offer({}, { ...body, gpuClass: 'training' })),
    row('of another network', 'reject', 'MALFORMED', offer({}, body, { at: otherNetwork })),
    row('of another chain', 'reject', 'MALFORMED', offer({}, body, { at: otherChain })),
    row('without a body', 'reject', 'MALFORMED', arrayOf(...items.toSpliced(7, 1))),
    row('with another body', 'reject', 'MALFORMED', with_(7, bytesItem(encode(offerBodyCodec, { ...body, jobs: 3 })))),
    row('with a body that is no offer', 'reject', 'malformed', offer({}, body, { payload: intItem(1) })),
    row(
      'with a body that is not in its one encoding',
      'reject',
      'malformed',
      with_(7, bytesItem(Uint8Array.of(0x18, 1))),
    ),
    row('with an empty body', 'reject', 'malformed', with_(7, bytesItem(new Uint8Array(0)))),
    row('with the body as a map', 'reject', 'malformed', with_(7, encode(offerBodyCodec, body))),
    row('under a stranger’s key', 'reject', 'WRONG_SIGNER', with_(0, bytesItem(cast.stranger.signer.publicKey))),
    row(
      'in a stranger’s name',
      'reject',
      'WRONG_SIGNER',
      with_(1, itemsOf(offer({}, body, { signer: cast.stranger.signer }))[1]!),
    ),
    row('its sequence changed', 'reject', 'MALFORMED', with_(2, intItem(now + 1n))),
    row('its end changed', 'reject', 'MALFORMED', with_(3, intItem(now + 300_001n))),
    row('its signature changed', 'reject', 'MALFORMED', good.with(good.length - 1, good.at(-1)! ^ 1)),
    row('a false signature, not kept as seen', 'accept', 'valid', good, {
      after: good.with(good.length - 1, good.at(-1)! ^ 1),
    }),
    row('without its signature', 'reject', 'malformed', arrayOf(...items.slice(0, -1))),
    row('an item more', 'reject', 'malformed', arrayOf(...items, intItem(0))),
    row('a byte short', 'reject', 'malformed', good.subarray(0, -1)),
    row('a byte behind it', 'reject', 'malformed', Uint8Array.of(...good, 0)),
    row('no bytes', 'reject', 'malformed', new Uint8Array(0)),
  ]
}
