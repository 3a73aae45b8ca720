/**
 * Contradictions: two things signed by one key that cannot both be true. What counts are the signed digests, never bytes, so
 * one statement encoded or relayed twice is no offence. These are the only faults that are punished without a judge.
 */
import { equalBytes, hexInto, toHex } from '../kernel/bytes.ts'
import type { Address, Hash32 } from '../kernel/ids.ts'
import type { Hasher } from '../kernel/ports.ts'
import { type ProvenReceipt, receiptIsProven } from './receipt-batch.ts'
import { type Signed, signatureFault } from './signed.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type Lease, leaseType, type OfferHead, offerHeadType, type Receipt } from './struct-types.ts'

export type Contradiction =
  /** Two receipts of one attempt that differ in status, output or price. */
  | { readonly kind: 'receipts'; readonly a: ProvenReceipt; readonly b: ProvenReceipt }
  /** Two offers under one sequence. */
  | { readonly kind: 'offer-heads'; readonly a: Signed<OfferHead>; readonly b: Signed<OfferHead> }
  /** One card leased exclusively to two at one time. */
  | { readonly kind: 'leases'; readonly a: Signed<Lease>; readonly b: Signed<Lease> }

/** First word of the nullifier. */
export const contradictionCode = { receipts: 1, 'offer-heads': 2, leases: 3 } as const

export function receiptsContradict(a: Receipt, b: Receipt): boolean {
  return (
    a.operator === b.operator &&
    a.agreement === b.agreement &&
    (a.status !== b.status || a.outputRoot !== b.outputRoot || a.price !== b.price)
  )
}

export function offerHeadsContradict(domain: SigningDomain, a: OfferHead, b: OfferHead): boolean {
  return (
    a.operator === b.operator &&
    a.sequence === b.sequence &&
    !equalBytes(domain.structHash(offerHeadType, a), domain.structHash(offerHeadType, b))
  )
}

/**
 * Every Lease is exclusive. Times are half-open: one that starts when another ends is no overlap, and that is how a lease is
 * extended. Times that run backwards overlap nothing.
 */
export function leasesContradict(domain: SigningDomain, a: Lease, b: Lease): boolean {
  return (
    a.operator === b.operator &&
    a.card === b.card &&
    a.startsAt < a.endsAt &&
    b.startsAt < b.endsAt &&
    a.startsAt < b.endsAt &&
    b.startsAt < a.endsAt &&
    !equalBytes(domain.structHash(leaseType, a), domain.structHash(leaseType, b))
  )
}

/** Undefined where both sides are signed by one operator and contradict each other: what a court will punish. */
export function contradictionFault(
  domain: SigningDomain,
  evidence: Contradiction,
): 'no-contradiction' | 'unproven' | undefined {
  switch (evidence.kind) {
    case 'receipts':
      if (!receiptsContradict(evidence.a.receipt, evidence.b.receipt)) return 'no-contradiction'
      return receiptIsProven(domain, evidence.a) && receiptIsProven(domain, evidence.b) ? undefined : 'unproven'
    case 'offer-heads':
      if (!offerHeadsContradict(domain, evidence.a.value, evidence.b.value)) return 'no-contradiction'
      return (signatureFault(domain, offerHeadType, evidence.a) ?? signatureFault(domain, offerHeadType, evidence.b))
        ? 'unproven'
        : undefined
    case 'leases':
      if (!leasesContradict(domain, evidence.a.value, evidence.b.value)) return 'no-contradiction'
      return (signatureFault(domain, leaseType, evidence.a) ?? signatureFault(domain, leaseType, evidence.b))
        ? 'unproven'
        : undefined
  }
}

/**
 * The key under which an offence is punished once: keccak256 of three words: code, operator, and the agreement (receipts), the
 * sequence (offer heads) or the lower of the two agreements (leases: any order of the two gives the same key, and n leases
 * that overlap are n - 1 offences).
 */
export function nullifier(crypto: Pick<Hasher, 'keccak256'>, evidence: Contradiction): Hash32 {
  switch (evidence.kind) {
    case 'receipts':
      return nullifierOf(crypto, evidence.kind, evidence.a.receipt.operator, evidence.a.receipt.agreement)
    case 'offer-heads': {
      const { operator, sequence } = evidence.a.value
      return nullifierOf(crypto, evidence.kind, operator, `0x${sequence.toString(16).padStart(64, '0')}` as Hash32)
    }
    case 'leases': {
      const [a, b] = [evidence.a.value, evidence.b.value]
      return nullifierOf(crypto, evidence.kind, a.operator, [a.agreement, b.agreement].sort()[0]!)
    }
  }
}

function nullifierOf(
  crypto: Pick<Hasher, 'keccak256'>,
  kind: Contradiction['kind'],
  operator: Address,
  subject: Hash32,
): Hash32 {
  const words = new Uint8Array(96)
  words[31] = contradictionCode[kind]
  if (!hexInto(operator, words, 44) || !hexInto(subject, words, 64)) throw new RangeError('an operator and a subject')
  return toHex(crypto.keccak256(words)) as Hash32
}
