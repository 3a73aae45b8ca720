/** The whole of protocols/wire/job/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Agreement, agreementType } from '../../../protocols/statements/struct-types.ts'
import {
  INLINE_BYTES_MAX,
  jobRequestCodec,
  jobResponseCodec,
  jobSpecCodec,
  type RunRequest,
} from '../../../protocols/wire/job/job-messages.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { bytesItem, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { assemblies } from './assemblies.ts'
import { headerMessages, invalidHeaders, invalidNotes, notedMessages } from './job-headers.ts'
import { requests, responses } from './job-samples.ts'
import { invalidSamples, validSamples } from './messages.ts'
import { type Beyond, tooLong } from './spoil.ts'

const NEGATIVE = intItem(-1)
const OVER_32 = intItem(2 ** 32)
const shortHash = bytesItem(new Uint8Array(31))
const longHash = bytesItem(new Uint8Array(33))
const frameBeyond: readonly Beyond[] = [
  ['attempt', 'of 31 bytes', 'length', shortHash],
  ['stream', '65,536', 'range', intItem(65_536)],
  ['sequence', '2^32', 'range', OVER_32],
  ['offset', '2^53', 'range', intItem(2n ** 53n)],
  ['bytes', 'longer than a slice', 'length', tooLong.bytes(64_513)],
]

/** Of every field with a bound, something behind it. */
const requestsBeyond: { readonly [K in keyof typeof requests]: readonly Beyond[] } = {
  run: [
    ['job', 'of 65 bytes', 'length', tooLong.text(65)],
    ['job', 'not in NFC', 'encoding', Uint8Array.of(0x63, 0x65, 0xcc, 0x81)],
    ['spec.model', 'of 65 bytes', 'length', tooLong.text(65)],
    ['spec.latencyClass', 'unknown', 'word', textItem('fastest')],
    ['spec.deadlineMs', 'above an hour', 'range', intItem(3_600_001)],
    ['spec.inputs', 'more than 64', 'length', tooLong.array(65)],
    ['spec.inputs.0.name', 'of 257 bytes', 'length', tooLong.text(257)],
    ['spec.inputs.0.type', 'unknown', 'word', textItem('float8')],
    ['spec.inputs.0.type', 'in capitals', 'word', textItem('FLOAT32')],
    ['spec.inputs.0.dims', 'more than 16', 'length', tooLong.array(17)],
    ['spec.inputs.0.dims.0', '2^31', 'range', intItem(2 ** 31)],
    ['spec.inputs.0.dims.0', 'negative', 'kind', NEGATIVE],
    ['spec.inputs.0.byteLength', 'above 2^40', 'range', intItem(2 ** 40 + 1)],
    ['terms.payer', 'of 21 bytes', 'length', bytesItem(new Uint8Array(21))],
    ['terms.offerHead', 'of 33 bytes', 'length', longHash],
    ['terms.priceMax', 'negative', 'range', NEGATIVE],
    ['terms.priceMax', 'in nine bytes', 'encoding', Uint8Array.of(0x1b, 0, 0, 0, 0, 0, 0, 7, 0xd0)],
    ['terms.attempt', '2^32', 'range', OVER_32],
    ['terms.blockTime', 'negative', 'range', NEGATIVE],
    ['payment.session', 'of 19 bytes', 'length', bytesItem(new Uint8Array(19))],
    ['payment.grant', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['payment.proof', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['payment.voucher', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['salt', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
    ['salt', 'of 33 bytes', 'length', longHash],
    ['tokenHash', 'of 31 bytes', 'length', shortHash],
    ['inline', 'longer than 48 KiB', 'length', tooLong.bytes(INLINE_BYTES_MAX + 1)],
  ],
  input: frameBeyond,
  ack: [['next', '2^32', 'range', OVER_32]],
  resume: [
    ['token', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
    ['token', 'of 33 bytes', 'length', longHash],
    ['next', '2^32', 'range', OVER_32],
  ],
  cancel: [['token', 'of 16 bytes', 'length', bytesItem(new Uint8Array(16))]],
}

const responsesBeyond: { readonly [K in keyof typeof responses]: readonly Beyond[] } = {
  refused: [
    ['reason', 'unknown', 'word', textItem('TIRED')],
    ['detail', 'of 257 bytes', 'length', tooLong.text(257)],
    ['retryAfterMs', '2^32', 'range', OVER_32],
    ['offer', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
  ],
  progress: [
    ['state', 'unknown', 'word', textItem('asleep')],
    ['ahead', '2^32', 'range', OVER_32],
    ['etaMs', 'negative', 'kind', NEGATIVE],
  ],
  started: [['statement', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)]],
  ready: [
    ['secret', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
    ['secret', 'of 33 bytes', 'length', bytesItem(new Uint8Array(33))],
    ['stamp', 'of 1,025 bytes', 'length', tooLong.bytes(1_025)],
    ['witnesses', 'more than 9', 'length', tooLong.array(10)],
    ['witnesses.0', 'of 32 bytes', 'length', bytesItem(new Uint8Array(32))],
  ],
  head: [['outputs', 'more than 64', 'length', tooLong.array(65)]],
  output: frameBeyond,
  ack: [['next', '2^32', 'range', OVER_32]],
  finished: [
    ['inline', 'longer than 48 KiB', 'length', tooLong.bytes(INLINE_BYTES_MAX + 1)],
    ['usage', 'negative', 'range', NEGATIVE],
    ['weights', 'of 31 bytes', 'length', shortHash],
    ['kernelClass', 'of 33 bytes', 'length', longHash],
  ],
  aborted: [
    ['cause', 'unknown', 'word', textItem('bored')],
    ['error', '65,536', 'range', intItem(65_536)],
    ['detail', 'of 257 bytes', 'length', tooLong.text(257)],
  ],
}

export function jobVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson([
      ...validSamples('job request', jobRequestCodec, requests),
      ...headerMessages(),
      ...validSamples('job response', jobResponseCodec, responses),
      ...notedMessages(),
    ]),
    invalid: toJson([
      ...invalidSamples('job request', jobRequestCodec, requests, requestsBeyond, ['run']),
      ...invalidHeaders(),
      ...invalidSamples('job response', jobResponseCodec, responses, responsesBeyond, ['finished']),
      ...invalidNotes(),
    ]),
    attempts: requests.run.map(attemptOf),
    inline: [1, 34, 35, 64].flatMap((tensors) =>
      [room(tensors), room(tensors) + 1].map((bytes) => fits(tensors, bytes)),
    ),
    assemblies: toJson(assemblies),
  }
}

/** How a first message names its attempt: nobody sends the id, both sides compute it. */
function attemptOf(run: RunRequest): Json {
  const operator = cast.operator.signer.address
  const spec = toHex(domain.crypto.keccak256(encode(jobSpecCodec, run.spec))) as Hash32
  const agreement: Agreement = { ...run.terms, operator, spec }
  return {
    run: toHex(encode(jobRequestCodec, run)),
    operator,
    spec,
    attempt: toHex(domain.structHash(agreementType, agreement)),
  }
}

/** Inline bytes that fit beside so many headers: the rule as README.md says it. */
const room = (tensors: number): number => Math.min(49_152, 61_440 - 360 * tensors)

function fits(tensors: number, bytes: number): Json {
  const header = { name: 'x', type: 'uint8', dims: [bytes], byteLength: bytes } as const
  const empty = { ...header, dims: [0], byteLength: 0 }
  return { tensors, bytes, fits: fitsInline([header, ...Array.from({ length: tensors - 1 }, () => empty)]) }
}
