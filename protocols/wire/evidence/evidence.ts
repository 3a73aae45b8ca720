/** A contradiction on its way: in one form, so that everybody who found the same pair tells the same bytes. */
import { compareBytes } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { type Codec, mapped, record, union } from '../../kernel/codec.ts'
import type { Address, Hash32 } from '../../kernel/ids.ts'
import { type Contradiction, contradictionCode, nullifier } from '../../statements/contradiction.ts'
import { type ProvenReceipt, provenReceiptCodec } from '../../statements/receipt-batch.ts'
import { type Signed, signedCodec } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import type { SignedType } from '../../statements/struct-type.ts'
import { type Lease, leaseType, type OfferHead, offerHeadType, receiptType } from '../../statements/struct-types.ts'

/** Two receipts in batches of 64 have 1,165. */
export const EVIDENCE_BYTES_MAX = 1_200

/** A contradiction that was proven, with what it is filed under. */
export interface Evidence {
  readonly nullifier: Hash32
  readonly operator: Address
  /** In the order of {@link inOrder}. */
  readonly contradiction: Contradiction
}

interface Pair<T> {
  readonly a: T
  readonly b: T
}

const pairOf = <T>(side: Codec<T>): Codec<Pair<T>> => record<Pair<T>>({ a: side, b: side })

/** The signed fields alone: what is behind their hashes proves nothing more, and is large. */
function bare<T>(type: SignedType<T>): Codec<Signed<T>> {
  const without = ({ value, publicKey, signature }: Signed<T>): Signed<T> => ({ value, publicKey, signature })
  return mapped(
    signedCodec(type),
    (signed) => {
      if (signed.payload !== undefined) throw new MalformedError('evidence with a payload')
      return signed
    },
    without,
  )
}

const contradictionsCodec = union<Contradiction>({
  receipts: [contradictionCode.receipts, pairOf<ProvenReceipt>(provenReceiptCodec)],
  'offer-heads': [contradictionCode['offer-heads'], pairOf<Signed<OfferHead>>(bare(offerHeadType))],
  leases: [contradictionCode.leases, pairOf<Signed<Lease>>(bare(leaseType))],
})

/** Shape only: {@link isInOrder} and `contradictionFault` are asked by whoever reads. */
export const contradictionCodec: Codec<Contradiction> = { ...contradictionsCodec, bytesMax: EVIDENCE_BYTES_MAX }

/** The one of the lower struct hash first. */
export function inOrder(domain: SigningDomain, contradiction: Contradiction): Contradiction {
  if (isInOrder(domain, contradiction)) return contradiction
  const { kind, a, b } = contradiction
  return { kind, a: b, b: a } as Contradiction
}

export function isInOrder(domain: SigningDomain, contradiction: Contradiction): boolean {
  const [a, b] = hashesOf(domain, contradiction)
  return compareBytes(a, b) < 0
}

/** @param contradiction proven */
export const evidenceOf = (domain: SigningDomain, contradiction: Contradiction): Evidence => ({
  nullifier: nullifier(domain.crypto, contradiction),
  operator: operatorOf(contradiction),
  contradiction: inOrder(domain, contradiction),
})

export const operatorOf = (contradiction: Contradiction): Address =>
  contradiction.kind === 'receipts' ? contradiction.a.receipt.operator : contradiction.a.value.operator

function hashesOf(domain: SigningDomain, contradiction: Contradiction): readonly [Uint8Array, Uint8Array] {
  switch (contradiction.kind) {
    case 'receipts': {
      const { a, b } = contradiction
      return [domain.structHash(receiptType, a.receipt), domain.structHash(receiptType, b.receipt)]
    }
    case 'offer-heads': {
      const { a, b } = contradiction
      return [domain.structHash(offerHeadType, a.value), domain.structHash(offerHeadType, b.value)]
    }
    case 'leases': {
      const { a, b } = contradiction
      return [domain.structHash(leaseType, a.value), domain.structHash(leaseType, b.value)]
    }
  }
}
