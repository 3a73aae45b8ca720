/** The whole of protocols/wire/payment/vectors.json. */
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { receiptTree } from '../../../protocols/statements/receipt-batch.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { type Receipt, receiptBatchType, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import {
  type PaymentRequest,
  type PaymentResponse,
  paymentRequestCodec,
  paymentResponseCodec,
  voucherVerdicts,
} from '../../../protocols/wire/payment/payment-protocol.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { bytesItem, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { attempt, hashOf, signedGrant, signedProof, signedVoucher } from './job-samples.ts'
import { invalidSamples, type Samples, validSamples } from './messages.ts'
import { type Beyond, tooLong } from './spoil.ts'

const other = hashOf('another attempt')

const receiptOf = (agreement: typeof attempt): Receipt => ({
  operator: cast.operator.signer.address,
  agreement,
  status: receiptStatus.finished,
  outputRoot: hashOf('output root'),
  weights: hashOf('model'),
  kernelClass: hashOf('onnxruntime/1.30.0/cpu/fp32/x64'),
  usage: 1n,
  price: credits(2_000),
  waitedUs: 120n,
  computedUs: 4_300n,
  blockTime: 1_790_000_000n,
})

function receipts(): Extract<PaymentResponse, { kind: 'receipts' }> {
  const all = [attempt, other, hashOf('a third attempt')].map(receiptOf)
  const { root, count, path } = receiptTree(domain, all)
  const { signer } = cast.operator
  const signed = signStruct(domain, receiptBatchType, { operator: signer.address, root, count, sequence: 7n }, signer)
  return {
    kind: 'receipts',
    batch: encodeSigned(receiptBatchType, signed),
    // The third is another client's.
    leaves: [0, 1].map((index) => ({ receipt: all[index]!, ...path(index) })),
  }
}

const payer = cast.payer.signer.address
const session = cast.session.signer.address

const requests: Samples<PaymentRequest> = {
  open: [
    { kind: 'open', payer, session, grant: signedGrant, proof: signedProof, missing: [attempt] },
    { kind: 'open', payer, session: payer, grant: undefined, proof: new Uint8Array(), missing: [] },
  ],
  voucher: [
    { kind: 'voucher', voucher: signedVoucher(4_000, attempt, other), agreements: [attempt, other] },
    { kind: 'voucher', voucher: signedVoucher(4_000), agreements: [] },
  ],
  missing: [
    { kind: 'missing', attempts: [attempt, other] },
    { kind: 'missing', attempts: [] },
  ],
  square: [{ kind: 'square' }],
}

const verdict = (said: (typeof voucherVerdicts)[number], cumulative: number) =>
  ({ kind: 'voucher', cumulative: credits(cumulative), verdict: said }) as const

const responses: Samples<PaymentResponse> = {
  books: [
    { kind: 'books', cumulative: credits(2_000), due: credits(4_000), agreementsHash: hashOf('agreements') },
    { kind: 'books', cumulative: credits(0), due: CREDITS_MAX, agreementsHash: ZERO_HASH },
  ],
  receipts: [receipts(), { ...receipts(), leaves: [] }],
  voucher: [verdict('accepted', 4_000), ...voucherVerdicts.slice(1).map((said) => verdict(said, 2_000))],
  unknown: [{ kind: 'unknown', attempts: [other] }],
  alive: [{ kind: 'alive' }],
}

const NEGATIVE = intItem(-1)
const shortHash = bytesItem(new Uint8Array(31))

/** Of every field with a bound, something behind it. */
const requestsBeyond: { readonly [K in keyof typeof requests]: readonly Beyond[] } = {
  open: [
    ['payer', 'of 19 bytes', 'length', bytesItem(new Uint8Array(19))],
    ['session', 'of 21 bytes', 'length', bytesItem(new Uint8Array(21))],
    ['grant', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['proof', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['missing', 'more than 1,000', 'length', tooLong.array(1_001)],
    ['missing.0', 'of 31 bytes', 'length', shortHash],
  ],
  voucher: [
    ['voucher', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['agreements', 'more than 1,000', 'length', tooLong.array(1_001)],
    ['agreements.1', 'of 33 bytes', 'length', bytesItem(new Uint8Array(33))],
  ],
  missing: [
    ['attempts', 'more than 1,000', 'length', tooLong.array(1_001)],
    ['attempts.0', 'of 31 bytes', 'length', shortHash],
  ],
  square: [],
}

const responsesBeyond: { readonly [K in keyof typeof responses]: readonly Beyond[] } = {
  books: [
    ['cumulative', 'negative', 'range', NEGATIVE],
    ['due', 'of 2^64', 'kind', Uint8Array.of(0xc2, 0x49, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['agreementsHash', 'of 31 bytes', 'length', shortHash],
  ],
  receipts: [
    ['batch', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['leaves', 'more than 64', 'length', tooLong.array(65)],
    ['leaves.0.receipt.status', '0', 'range', intItem(0)],
    ['leaves.0.receipt.status', '256', 'range', intItem(256)],
    ['leaves.0.index', '2^32', 'range', intItem(2 ** 32)],
    ['leaves.0.path', 'deeper than 6', 'length', tooLong.array(7)],
  ],
  voucher: [
    ['verdict', 'unknown', 'word', textItem('perhaps')],
    ['cumulative', 'negative', 'range', NEGATIVE],
  ],
  unknown: [['attempts', 'more than 1,000', 'length', tooLong.array(1_001)]],
  alive: [],
}

export function paymentVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson([
      ...validSamples('payment request', paymentRequestCodec, requests),
      ...validSamples('payment response', paymentResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples('payment request', paymentRequestCodec, requests, requestsBeyond),
      ...invalidSamples('payment response', paymentResponseCodec, responses, responsesBeyond),
    ]),
  }
}
