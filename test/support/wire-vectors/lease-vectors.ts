/** The whole of protocols/wire/lease/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { ZERO_ADDRESS, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { leaseType } from '../../../protocols/statements/struct-types.ts'
import {
  type LeaseRequest,
  type LeaseResponse,
  leaseRefusals,
  leaseRequestCodec,
  leaseResponseCodec,
} from '../../../protocols/wire/lease/lease-messages.ts'
import { cardHash, leaseId, leaseOf, type ProposedLease, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import { cast, crypto, domain } from '../statement-vectors/cast.ts'
import { bytesItem, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { signedGrant, signedProof, signedVoucher } from './job-samples.ts'
import { invalidSamples, type Samples, validSamples } from './messages.ts'
import { type Beyond, tooLong } from './spoil.ts'

const operator = cast.operator.signer.address
const U64_MAX = 2n ** 64n - 1n
const STABLE_ID = 'gpu/0000:01:00.0'

/** An hour in steps of a thousand seconds. */
export const proposedLease: ProposedLease = {
  payer: cast.payer.signer.address,
  session: cast.session.signer.address,
  card: cardHash(crypto, operator, STABLE_ID),
  startsAt: 1_790_000_000n,
  endsAt: 1_790_003_600n,
  pricePerHour: credits(1_000_000),
  stepSeconds: 1_000n,
  nonce: 7n,
  blockNumber: 149_166_666n,
  blockTime: 1_790_000_000n,
}
const emptiest: ProposedLease = {
  ...{ payer: ZERO_ADDRESS, session: ZERO_ADDRESS, card: ZERO_HASH, startsAt: 0n, endsAt: 0n },
  ...{ pricePerHour: credits(0), stepSeconds: 0n, nonce: 0n, blockNumber: 0n, blockTime: 0n },
}
const fullest: ProposedLease = {
  ...{ ...proposedLease, startsAt: U64_MAX, endsAt: U64_MAX, pricePerHour: CREDITS_MAX, stepSeconds: U64_MAX },
  ...{ nonce: U64_MAX, blockNumber: U64_MAX, blockTime: U64_MAX },
}
const lease = encodeSigned(
  leaseType,
  signStruct(domain, leaseType, leaseOf(domain, operator, proposedLease), cast.operator.signer),
)

const firstStep = stepId(domain, operator, proposedLease, 0)
const payment = { grant: signedGrant, proof: signedProof, voucher: signedVoucher(277_778, firstStep) }
const nothing = { grant: undefined, proof: undefined, voucher: undefined }
const of = leaseId(domain, operator, proposedLease)

const requests: Samples<LeaseRequest> = {
  show: [{ kind: 'show' }],
  book: [
    { kind: 'book', lease: proposedLease, payment },
    { kind: 'book', lease: emptiest, payment: nothing },
    { kind: 'book', lease: fullest, payment },
  ],
  extend: [
    {
      kind: 'extend',
      of,
      lease: { ...proposedLease, startsAt: 1_790_003_600n, endsAt: 1_790_007_200n },
      payment: nothing,
    },
  ],
  pay: [
    { kind: 'pay', lease: of, step: 1, payment },
    { kind: 'pay', lease: of, step: 0xffff_ffff, payment: nothing },
  ],
  cancel: [{ kind: 'cancel', lease: of, payment: nothing }],
}

const card = { card: proposedLease.card, pricePerHour: credits(1_000_000), stepSeconds: 1_000n, freeFrom: 0n }
const refused = {
  kind: 'refused',
  reason: 'TAKEN',
  detail: 'leased until 1790003600',
  freeFrom: 1_790_003_600n,
  credits: credits(0),
  lease,
} as const

const responses: Samples<LeaseResponse> = {
  shown: [
    { kind: 'shown', paused: false, cards: [card] },
    { kind: 'shown', paused: true, cards: [] },
  ],
  standing: [{ kind: 'standing', lease }],
  leased: [{ kind: 'leased', lease, steps: 1, blockTime: 1_790_000_000n }],
  paid: [
    { kind: 'paid', steps: 2, blockTime: 1_790_000_500n },
    { kind: 'paid', steps: 0xffff_ffff, blockTime: U64_MAX },
  ],
  ended: [{ kind: 'ended', at: 1_790_001_234n, owed: credits(555_556) }],
  refused: [
    refused,
    ...leaseRefusals.map((reason) => ({ ...refused, reason, detail: '', freeFrom: 0n, lease: undefined })),
  ],
}

const NEGATIVE = intItem(-1)
const proposedBeyond: readonly Beyond[] = [
  ['lease.payer', 'of 19 bytes', 'length', bytesItem(new Uint8Array(19))],
  ['lease.card', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
  ['lease.startsAt', 'negative', 'range', NEGATIVE],
  ['lease.pricePerHour', 'negative', 'range', NEGATIVE],
  ['payment.proof', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
]
const requestsBeyond: { readonly [K in keyof typeof requests]: readonly Beyond[] } = {
  show: [],
  book: proposedBeyond,
  extend: [['of', 'of 33 bytes', 'length', bytesItem(new Uint8Array(33))], ...proposedBeyond],
  pay: [['step', '2^32', 'range', intItem(2 ** 32)]],
  cancel: [['lease', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))]],
}
const responsesBeyond: { readonly [K in keyof typeof responses]: readonly Beyond[] } = {
  shown: [['cards', 'more than 16', 'length', tooLong.array(17)]],
  standing: [['lease', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)]],
  leased: [['steps', '2^32', 'range', intItem(2 ** 32)]],
  paid: [['blockTime', 'negative', 'range', NEGATIVE]],
  ended: [['owed', 'negative', 'range', NEGATIVE]],
  refused: [
    ['reason', 'unknown', 'word', textItem('PERHAPS')],
    ['detail', 'of 257 bytes', 'length', tooLong.text(257)],
  ],
}

export function leaseVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson([
      ...validSamples('lease request', leaseRequestCodec, requests),
      ...validSamples('lease response', leaseResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples('lease request', leaseRequestCodec, requests, requestsBeyond),
      ...invalidSamples('lease response', leaseResponseCodec, responses, responsesBeyond),
    ]),
    ids: toJson([
      {
        operator,
        stableId: STABLE_ID,
        book: toHex(encode(leaseRequestCodec, requests.book[0])),
        card: proposedLease.card,
        agreement: of,
        steps: [0, 1, 2, 3].map((step) => stepId(domain, operator, proposedLease, step)),
      },
    ]),
  }
}
