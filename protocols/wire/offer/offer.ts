/** A standing offer: signed head with its body, as miners gossip it and directories hand it on. */
import { toHex } from '../../kernel/bytes.ts'
import { decode, encode } from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import { type Address, type Hash32, type ModelId, type PeerId, ZERO_HASH } from '../../kernel/ids.ts'
import { modelDigest } from '../../kernel/model-id.ts'
import type { Signer } from '../../kernel/ports.ts'
import { peerIdOfPublicKey } from '../../statements/peer-id.ts'
import { termsHash } from '../../statements/service-level.ts'
import { encodeSigned, openSigned, type Signed, signStruct } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type OfferHead, offerHeadType } from '../../statements/struct-types.ts'
import { OFFER_TTL_MS, type OfferBody, type OfferedModel, offerBodyCodec, SHORT_MODEL_BYTES } from './offer-body.ts'

export interface Offer {
  readonly head: OfferHead
  /** Struct hash of the head: what an agreement names. */
  readonly hash: Hash32
  readonly body: OfferBody
  readonly miner: Address
  /** The miner's peer id: the same key. */
  readonly peer: PeerId
  /** As published; forwarded untouched. */
  readonly bytes: Uint8Array
}

/** What a miner signs: `sequence` comes from its journal, `beacon` is the hash of a secret that it will reveal. */
export function signOffer(
  domain: SigningDomain,
  signer: Signer,
  body: OfferBody,
  sequence: bigint,
  nowMs: number,
  beacon: Hash32 = ZERO_HASH,
): Offer {
  const payload = encode(offerBodyCodec, body)
  const head: OfferHead = {
    operator: signer.address,
    sequence,
    expiresAtMs: BigInt(nowMs + OFFER_TTL_MS),
    bodyHash: toHex(domain.crypto.keccak256(payload)) as Hash32,
    termsHash: termsHash(domain, body.terms),
    beacon,
  }
  const signed = signStruct(domain, offerHeadType, head, signer, payload)
  return offerOf(domain, signed, body, encodeSigned(offerHeadType, signed))
}

/**
 * Decodes and checks everything that the bytes alone can show; expiry and replay are the reader's question.
 * @throws MalformedError, UnsupportedError, MeshError WRONG_SIGNER, MALFORMED
 */
export function openOffer(domain: SigningDomain, bytes: Uint8Array): Offer {
  const own = bytes.slice()
  const signed = openSigned(domain, offerHeadType, own)
  if (signed.payload === undefined) throw new MeshError('MALFORMED', { what: 'offer', why: 'it has no body' })
  const body = decode(offerBodyCodec, signed.payload)
  if (!namesTerms(domain, signed.value, body)) throw new MeshError('MALFORMED', { what: 'offer', why: OTHER_TERMS })
  return offerOf(domain, signed, body, own)
}

/** The head names the terms of the body, or none where that has none: a court sees heads, clients see bodies. */
export const namesTerms = (domain: SigningDomain, head: OfferHead, body: OfferBody): boolean =>
  head.termsHash === termsHash(domain, body.terms)

/** Why an offer is refused whose head names others. */
export const OTHER_TERMS = 'its head names other terms than its body'

/** The offer of a head and body that were checked before. */
export function offerOf(domain: SigningDomain, signed: Signed<OfferHead>, body: OfferBody, bytes: Uint8Array): Offer {
  return {
    head: signed.value,
    hash: toHex(domain.structHash(offerHeadType, signed.value)) as Hash32,
    body,
    miner: signed.value.operator,
    peer: peerIdOfPublicKey(signed.publicKey),
    bytes,
  }
}

/** The model's line in an offer; `undefined` where it is not among the listed ones. */
export function offeredModel(body: OfferBody, model: ModelId): OfferedModel | undefined {
  const digest = modelDigest(model)
  return digest === undefined ? undefined : offeredDigest(body, digest)
}

/** {@link offeredModel} for who looks through thousands of offers. @param digest as modelDigest has it */
export function offeredDigest({ models }: OfferBody, digest: Uint8Array): OfferedModel | undefined {
  return models.find(({ short }) => {
    for (let i = 0; i < short.length; i++) if (short[i] !== digest[i]) return false
    return true
  })
}

/** First bytes of the digest, as an offer lists a model. @throws MeshError MODEL_UNKNOWN for a text that is no model id */
export function shortOf(model: ModelId): Uint8Array {
  const digest = modelDigest(model)
  if (digest === undefined) throw new MeshError('MODEL_UNKNOWN', { model })
  return digest.slice(0, SHORT_MODEL_BYTES)
}

export const isExpired = (offer: Offer, nowMs: number): boolean => Number(offer.head.expiresAtMs) <= nowMs
