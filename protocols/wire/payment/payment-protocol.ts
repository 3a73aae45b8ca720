/**
 * `/aitbc/<tag>/payment/1`: the books between one client and one miner, behind the jobs. A long call opened by the client:
 * receipts come down in signed batches, vouchers go up. It may be lost and opened again at any time: both sides say what
 * they hold, and only what is missing travels.
 */
import {
  addressCodec,
  array,
  type BodyOf,
  bytes,
  type Codec,
  creditsCodec,
  hash32Codec,
  nullable,
  oneOf,
  record,
  u32,
  union,
} from '../../kernel/codec.ts'
import type { Address, AttemptId, Hash32 } from '../../kernel/ids.ts'
import { HEARTBEAT_MS, SIGNED_BYTES_MAX } from '../../kernel/limits.ts'
import type { Credits } from '../../kernel/money.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { BATCH_DEPTH_MAX, BATCH_RECEIPTS_MAX, type ReceiptPath, receiptCodec } from '../../statements/receipt-batch.ts'
import type { Receipt } from '../../statements/struct-types.ts'

/** Attempts named in one message: 1,000 ids of 34 bytes stay inside a frame. */
export const ATTEMPTS_MAX = 1_000

/** A receipt and its place in the batch that it came with. */
export interface ReceiptLeaf extends ReceiptPath {
  readonly receipt: Receipt
}

const receiptLeafCodec: Codec<ReceiptLeaf> = record<ReceiptLeaf>({
  receipt: receiptCodec,
  index: u32,
  path: array(hash32Codec, BATCH_DEPTH_MAX),
})

export type PaymentRequest =
  /** Opens the books of one counter. `missing` are attempts whose receipt the client has not seen. */
  | {
      readonly kind: 'open'
      readonly payer: Address
      readonly session: Address
      readonly grant: Uint8Array | undefined
      /** The session key's word that this peer speaks for it: session-proof.ts. */
      readonly proof: Uint8Array
      readonly missing: readonly AttemptId[]
    }
  /** A higher cumulative voucher, and the agreements that it newly covers in the order of its rolling hash. */
  | { readonly kind: 'voucher'; readonly voucher: Uint8Array; readonly agreements: readonly AttemptId[] }
  | { readonly kind: 'missing'; readonly attempts: readonly AttemptId[] }
  /**
   * "By my books nothing runs, nothing is awaited and all is paid." What the miner still counts above the voucher never
   * reached the client; the miner lets it go within its patience and answers with its books.
   */
  | { readonly kind: 'square' }

export const paymentRequestCodec: Codec<PaymentRequest> = union<PaymentRequest>({
  open: [
    0,
    record<BodyOf<PaymentRequest, 'open'>>({
      payer: addressCodec,
      session: addressCodec,
      grant: nullable(bytes(SIGNED_BYTES_MAX)),
      proof: bytes(SIGNED_BYTES_MAX),
      missing: array(hash32Codec, ATTEMPTS_MAX),
    }),
  ],
  voucher: [
    1,
    record<BodyOf<PaymentRequest, 'voucher'>>({
      voucher: bytes(SIGNED_BYTES_MAX),
      agreements: array(hash32Codec, ATTEMPTS_MAX),
    }),
  ],
  missing: [2, record<BodyOf<PaymentRequest, 'missing'>>({ attempts: array(hash32Codec, ATTEMPTS_MAX) })],
  square: [3, record<BodyOf<PaymentRequest, 'square'>>({})],
})

export const voucherVerdicts = [
  'accepted',
  'not-higher',
  'wrong-signer',
  'wrong-channel',
  'wrong-hash',
  'unassured',
  'expired',
] as const
export type VoucherVerdict = (typeof voucherVerdicts)[number]

export type PaymentResponse =
  /** The miner's side of the counter: what it holds and what it is owed. */
  | { readonly kind: 'books'; readonly cumulative: Credits; readonly due: Credits; readonly agreementsHash: Hash32 }
  /** One signed ReceiptBatch and those of its leaves that belong to this client. */
  | { readonly kind: 'receipts'; readonly batch: Uint8Array; readonly leaves: readonly ReceiptLeaf[] }
  | { readonly kind: 'voucher'; readonly cumulative: Credits; readonly verdict: VoucherVerdict }
  /** Attempts that this miner has no final for: never run, or lost in a crash and never to be run again. */
  | { readonly kind: 'unknown'; readonly attempts: readonly AttemptId[] }
  | { readonly kind: 'alive' }

export const paymentResponseCodec: Codec<PaymentResponse> = union<PaymentResponse>({
  books: [
    0,
    record<BodyOf<PaymentResponse, 'books'>>({
      cumulative: creditsCodec,
      due: creditsCodec,
      agreementsHash: hash32Codec,
    }),
  ],
  receipts: [
    1,
    record<BodyOf<PaymentResponse, 'receipts'>>({
      batch: bytes(SIGNED_BYTES_MAX),
      leaves: array(receiptLeafCodec, BATCH_RECEIPTS_MAX),
    }),
  ],
  voucher: [
    2,
    record<BodyOf<PaymentResponse, 'voucher'>>({
      cumulative: creditsCodec,
      verdict: oneOf(...voucherVerdicts),
    }),
  ],
  unknown: [3, record<BodyOf<PaymentResponse, 'unknown'>>({ attempts: array(hash32Codec, ATTEMPTS_MAX) })],
  alive: [4, record<BodyOf<PaymentResponse, 'alive'>>({})],
})

export const paymentProtocol: Protocol<PaymentRequest, PaymentResponse> = {
  name: 'payment',
  major: 1,
  request: paymentRequestCodec,
  response: paymentResponseCodec,
  limits: {
    // One per counter; a process has few counters with one miner.
    inFlightPerPeerMax: 8,
    callsPerSecondMax: 4,
    // A long call: bounded per second by its credit, not by its count.
    requestsMax: Number.MAX_SAFE_INTEGER,
    responsesMax: Number.MAX_SAFE_INTEGER,
  },
  timeouts: { firstResponseMs: 10_000, betweenMs: 3 * HEARTBEAT_MS },
}
