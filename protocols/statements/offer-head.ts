/** The verdict on a gossiped offer: an OfferHead with its body. The same order of questions as for a statement. */
import type { Codec } from '../kernel/codec.ts'
import { FUTURE_MS_MAX } from '../kernel/limits.ts'
import type { Judged } from '../kernel/topic.ts'
import { decodeJudged } from './decode-verdict.ts'
import { type HighestSeen, sequenceIsAhead } from './sequence.ts'
import { type Signed, signatureFault, signedCodec } from './signed.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type OfferHead, offerHeadType } from './struct-types.ts'

export interface OpenOffer<T> {
  readonly head: OfferHead
  readonly body: T
  readonly signed: Signed<OfferHead>
}

export interface OfferContext<T> {
  readonly domain: SigningDomain
  /** Wall clock. */
  readonly nowMs: number
  readonly body: Codec<T>
  /** How long an offer may stand, in ms from now. */
  readonly lifetimeMsMax: number
  readonly seen: HighestSeen
  /** A sequence counts per operator and topic, as two topics deliver in any order. */
  readonly topicId: string
  /** False where the body names another region or class than the topic it came on. */
  readonly belongs?: (body: T, head: OfferHead) => boolean
  /** Why head and body do not go together, beyond the body's hash. */
  readonly fault?: (body: T, head: OfferHead) => string | undefined
}

export function judgeOffer<T>(data: Uint8Array, context: OfferContext<T>): Judged<OpenOffer<T>> {
  const outer = decodeJudged(signedCodec(offerHeadType), data)
  if (outer.kind === 'refused') return outer.judged
  const signed = outer.value
  const head = signed.value
  if (signed.payload === undefined) return { verdict: 'reject', reason: 'no body' }
  const untimely = untimelyReason(head, context)
  if (untimely !== undefined) return { verdict: 'ignore', reason: untimely }
  const { domain, nowMs, seen } = context
  const subject = `${offerHeadType.name}/${context.topicId}`
  if (seen.isReplay(head.operator, subject, head.sequence)) return { verdict: 'ignore', reason: 'replay' }

  const fault = signatureFault(domain, offerHeadType, signed)
  if (fault !== undefined) return { verdict: 'reject', reason: fault }

  const judged = judgeBody(signed, signed.payload, context)
  if (judged.verdict === 'accept' || judged.verdict === 'forward') {
    const expiresAtMs = Number(head.expiresAtMs) + FUTURE_MS_MAX
    seen.record({ author: head.operator, subject, sequence: head.sequence, expiresAtMs }, nowMs)
  }
  return { ...judged, author: head.operator }
}

function judgeBody<T>(signed: Signed<OfferHead>, bytes: Uint8Array, context: OfferContext<T>): Judged<OpenOffer<T>> {
  const inner = decodeJudged(context.body, bytes)
  if (inner.kind === 'refused') return inner.judged
  if (context.belongs?.(inner.value, signed.value) === false) return { verdict: 'reject', reason: 'another topic' }
  const fault = context.fault?.(inner.value, signed.value)
  if (fault !== undefined) return { verdict: 'reject', reason: fault }
  return { verdict: 'accept', value: { head: signed.value, body: inner.value, signed } }
}

function untimelyReason<T>(head: OfferHead, { nowMs, lifetimeMsMax }: OfferContext<T>): string | undefined {
  const now = Math.trunc(nowMs)
  if (head.expiresAtMs < BigInt(now - FUTURE_MS_MAX)) return 'expired'
  if (head.expiresAtMs > BigInt(now + lifetimeMsMax + FUTURE_MS_MAX)) return 'stands too long'
  return sequenceIsAhead(head.sequence, nowMs) ? 'sequence ahead of time' : undefined
}
