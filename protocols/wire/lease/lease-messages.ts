/** The messages of `/aitbc/<tag>/lease/1`: one question a call, and one answer. */
import {
  array,
  type BodyOf,
  bool,
  bytes,
  type Codec,
  creditsCodec,
  hash32Codec,
  nullable,
  oneOf,
  record,
  text,
  u32,
  u64,
  union,
} from '../../kernel/codec.ts'
import type { AttemptId, Hash32 } from '../../kernel/ids.ts'
import { DETAIL_BYTES_MAX, SIGNED_BYTES_MAX } from '../../kernel/limits.ts'
import type { Credits } from '../../kernel/money.ts'
import { type ProposedLease, proposedLeaseCodec } from './lease-terms.ts'

/** Cards of one machine: what a board takes, twice. */
export const CARDS_MAX = 16
/** Leases that are not over: a week and a day of hours would be 192 a card, and nobody books so far ahead in hours. */
export const LEASES_MAX = 64

/** How a lessee shows who it is, and pays; as with a job. */
export interface LeasePayment {
  readonly grant: Uint8Array | undefined
  /** The session key's word for this peer. */
  readonly proof: Uint8Array | undefined
  /** Covers the step; absent where the counter holds enough. */
  readonly voucher: Uint8Array | undefined
}

const signed = nullable(bytes(SIGNED_BYTES_MAX))
const paymentCodec: Codec<LeasePayment> = record<LeasePayment>({ grant: signed, proof: signed, voucher: signed })

interface BookBody {
  readonly lease: ProposedLease
  readonly payment: LeasePayment
}

export type LeaseRequest =
  | { readonly kind: 'show' }
  /** With the voucher for the first step. Said twice it gives the same lease. */
  | ({ readonly kind: 'book' } & BookBody)
  /** A lease that starts where `of`, which is the same lessee's, ends. */
  | ({ readonly kind: 'extend'; readonly of: AttemptId } & BookBody)
  /** The next step. */
  | { readonly kind: 'pay'; readonly lease: AttemptId; readonly step: number; readonly payment: LeasePayment }
  | { readonly kind: 'cancel'; readonly lease: AttemptId; readonly payment: LeasePayment }

export const leaseRequestCodec: Codec<LeaseRequest> = union<LeaseRequest>({
  show: [0, record<BodyOf<LeaseRequest, 'show'>>({})],
  book: [1, record<BodyOf<LeaseRequest, 'book'>>({ lease: proposedLeaseCodec, payment: paymentCodec })],
  extend: [
    2,
    record<BodyOf<LeaseRequest, 'extend'>>({
      of: hash32Codec,
      lease: proposedLeaseCodec,
      payment: paymentCodec,
    }),
  ],
  pay: [
    3,
    record<BodyOf<LeaseRequest, 'pay'>>({
      lease: hash32Codec,
      step: u32,
      payment: paymentCodec,
    }),
  ],
  cancel: [4, record<BodyOf<LeaseRequest, 'cancel'>>({ lease: hash32Codec, payment: paymentCodec })],
})

export const leaseRefusals = [
  'NOT_LEASED',
  'CARD',
  'TAKEN',
  'TOO_SHORT',
  'TOO_LONG',
  'TOO_FAR',
  'PAST',
  'PRICE',
  'STEP',
  'PAUSED',
  'DRAINING',
  'UNPAID',
  'ESCROW',
  'UNPROVEN',
  'CLOCK',
  'FULL',
  'UNKNOWN',
  'ENDED',
] as const
export type LeaseRefusal = (typeof leaseRefusals)[number]

/** A card that can be leased. */
export interface ShownCard {
  readonly card: Hash32
  readonly pricePerHour: Credits
  readonly stepSeconds: bigint
  /** Unix seconds; now where it is free. */
  readonly freeFrom: bigint
}

/** Why not. */
export interface Refused {
  readonly reason: LeaseRefusal
  /** For people; a stranger's words. */
  readonly detail: string
  /** TAKEN: when a period of this length is free. 0 = unknown. */
  readonly freeFrom: bigint
  /** PRICE: what an hour costs. UNPAID: the voucher that is needed. ESCROW: what is assured. */
  readonly credits: Credits
  /** TAKEN: the lease that stands in the way, for who holds another of that time to compare. */
  readonly lease: Uint8Array | undefined
}

export type LeaseResponse =
  | { readonly kind: 'shown'; readonly paused: boolean; readonly cards: readonly ShownCard[] }
  /** After `shown`: a lease that is not over, as it was signed; one a message. */
  | { readonly kind: 'standing'; readonly lease: Uint8Array }
  /** Signed, and durable before; the first step is paid. */
  | { readonly kind: 'leased'; readonly lease: Uint8Array; readonly steps: number; readonly blockTime: bigint }
  /** So many steps are paid. `blockTime` is that of the receipt of the last one. */
  | { readonly kind: 'paid'; readonly steps: number; readonly blockTime: bigint }
  /** It is over since then; of what was paid so much is owed. */
  | { readonly kind: 'ended'; readonly at: bigint; readonly owed: Credits }
  | ({ readonly kind: 'refused' } & Refused)

export const leaseResponseCodec: Codec<LeaseResponse> = union<LeaseResponse>({
  shown: [
    0,
    record<BodyOf<LeaseResponse, 'shown'>>({
      paused: bool,
      cards: array(
        record<ShownCard>({ card: hash32Codec, pricePerHour: creditsCodec, stepSeconds: u64, freeFrom: u64 }),
        CARDS_MAX,
      ),
    }),
  ],
  standing: [1, record<BodyOf<LeaseResponse, 'standing'>>({ lease: bytes(SIGNED_BYTES_MAX) })],
  leased: [
    2,
    record<BodyOf<LeaseResponse, 'leased'>>({
      lease: bytes(SIGNED_BYTES_MAX),
      steps: u32,
      blockTime: u64,
    }),
  ],
  paid: [3, record<BodyOf<LeaseResponse, 'paid'>>({ steps: u32, blockTime: u64 })],
  ended: [4, record<BodyOf<LeaseResponse, 'ended'>>({ at: u64, owed: creditsCodec })],
  refused: [
    5,
    record<BodyOf<LeaseResponse, 'refused'>>({
      reason: oneOf(...leaseRefusals),
      detail: text(DETAIL_BYTES_MAX),
      freeFrom: u64,
      credits: creditsCodec,
      lease: signed,
    }),
  ],
})
