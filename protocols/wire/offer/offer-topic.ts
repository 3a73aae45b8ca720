/** Gossip of offers, a topic per region and class. The rules by which every node forwards, ignores or rejects one. */
import { type Judged, type Topic, topicId } from '../../kernel/topic.ts'
import { judgeOffer, type OfferContext } from '../../statements/offer-head.ts'
import type { HighestSeen } from '../../statements/sequence.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import type { OfferHead } from '../../statements/struct-types.ts'
import { namesTerms, type Offer, OTHER_TERMS, offerOf } from './offer.ts'
import { OFFER_BYTES_MAX, OFFER_TTL_MS, type OfferBody, offerBodyCodec, offerShard } from './offer-body.ts'

/** Once a minute on change, a withdrawal once in ten seconds, with room for a restart. */
const PER_AUTHOR_PER_MINUTE_MAX = 8

const base = { name: 'offer', major: 1 } as const

interface Hearsay {
  readonly region: string
  readonly nowMs: number
  readonly seen: HighestSeen
}

/** The same questions of an offer that a directory hands on, of any class of its region. */
export function judgeHearsay(domain: SigningDomain, data: Uint8Array, { region, ...context }: Hearsay): Judged<Offer> {
  return judge(domain, data, { ...context, topicId: region, belongs: (body) => body.region === region })
}

type Asked = Pick<OfferContext<OfferBody>, 'nowMs' | 'seen' | 'topicId' | 'belongs'>

function judge(domain: SigningDomain, data: Uint8Array, asked: Asked): Judged<Offer> {
  const fault = (body: OfferBody, head: OfferHead): string | undefined =>
    namesTerms(domain, head, body) ? undefined : OTHER_TERMS
  const judged = judgeOffer(data, { domain, body: offerBodyCodec, lifetimeMsMax: OFFER_TTL_MS, fault, ...asked })
  const { value, ...verdict } = judged
  return value === undefined ? verdict : { ...verdict, value: offerOf(domain, value.signed, value.body, data.slice()) }
}

/** @param seen remembers the highest sequence per miner, so that a replay is worth nothing */
export function offerTopic(domain: SigningDomain, seen: HighestSeen): Topic<Offer> {
  return {
    ...base,
    bytesMax: OFFER_BYTES_MAX,
    perAuthorPerMinuteMax: PER_AUTHOR_PER_MINUTE_MAX,
    judge: (data, { nowMs, topicId: id }) =>
      judge(domain, data, {
        nowMs,
        seen,
        topicId: id,
        belongs: (body) => topicId(domain.tag, base, offerShard(body)) === id,
      }),
  }
}
