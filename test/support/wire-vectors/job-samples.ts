/** Messages of a job: an everyday one of each kind, and those at the edges. A new kind is a compile error until it has one. */

import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { type AttemptId, type Hash32, jobId, ZERO_ADDRESS, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { grantHash } from '../../../protocols/statements/grant.ts'
import { peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { signTimeStamp } from '../../../protocols/statements/service-level.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import {
  type SessionGrant,
  sessionGrantType,
  timeStampType,
  type Voucher,
  voucherType,
} from '../../../protocols/statements/struct-types.ts'
import type { Finished, JobRequest, JobResponse, RunRequest } from '../../../protocols/wire/job/job-messages.ts'
import { DEADLINE_MS_MAX } from '../../../protocols/wire/job/job-messages.ts'
import {
  DIMS_MAX,
  TENSORS_MAX,
  type TensorHeader,
  tensorHeaderCodec,
  tensorTypes,
} from '../../../protocols/wire/job/tensor.ts'
import { signSessionProof } from '../../../protocols/wire/payment/session-proof.ts'
import { cast, digestOf, domain } from '../statement-vectors/cast.ts'
import type { Samples } from './messages.ts'

export const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
export const attempt: AttemptId = hashOf('attempt')
const ATTEMPT_LAST = `0x${'ff'.repeat(32)}` as AttemptId
const U32_MAX = 0xffff_ffff
const U64_MAX = 2n ** 64n - 1n

export const model = modelIdOf(digestOf('model'))
export const image: TensorHeader = { name: 'image', type: 'float32', dims: [1, 2], byteLength: 8 }
const widest: TensorHeader = {
  name: 'n'.repeat(256),
  type: 'float32',
  dims: Array.from({ length: DIMS_MAX }, () => 2 ** 31 - 1),
  byteLength: 2 ** 40,
}

export const grantOf = (notAfter = 1_790_100_000n): SessionGrant => ({
  payer: cast.payer.signer.address,
  session: cast.session.signer.address,
  escrow: ZERO_ADDRESS,
  maxTotal: credits(1_000_000),
  maxPerMiner: credits(200_000),
  collectionsHash: ZERO_HASH,
  notAfter,
  nonce: 1n,
})

export const signedGrant: Uint8Array = encodeSigned(
  sessionGrantType,
  signStruct(domain, sessionGrantType, grantOf(), cast.payer.signer),
)

export function signedVoucher(cumulative: number, ...agreements: readonly AttemptId[]): Uint8Array {
  const voucher: Voucher = {
    payer: cast.payer.signer.address,
    session: cast.session.signer.address,
    miner: cast.operator.signer.address,
    collection: ZERO_HASH,
    escrow: ZERO_ADDRESS,
    grant: grantHash(domain, grantOf()),
    cumulative: credits(cumulative),
    agreementsHash: agreementsHash(domain.crypto, agreements),
  }
  return encodeSigned(voucherType, signStruct(domain, voucherType, voucher, cast.session.signer))
}

/** Of the session key of the cast, for the peer that is the payer's key. */
export const signedProof: Uint8Array = signSessionProof(
  domain,
  cast.session.signer,
  { miner: cast.operator.signer.address, peer: peerIdOfPublicKey(cast.payer.signer.publicKey) },
  1_790_000_000_000,
)

export const run: RunRequest = {
  kind: 'run',
  job: jobId('5b1d6c1e9a3f4d20'),
  spec: { model, latencyClass: 'fast', deadlineMs: 30_000, inputs: [image] },
  terms: {
    payer: cast.payer.signer.address,
    offerHead: hashOf('offer head'),
    inputRoot: hashOf('input root'),
    policy: ZERO_HASH,
    priceMax: credits(2_000),
    nonce: 0x0102_0304_0506_0708n,
    attempt: 0,
    blockNumber: 149_166_666n,
    blockTime: 1_790_000_000n,
  },
  payment: {
    session: cast.session.signer.address,
    grant: signedGrant,
    proof: signedProof,
    voucher: signedVoucher(2_000, attempt),
  },
  salt: digestOf('salt'),
  tokenHash: toHex(domain.crypto.sha256(digestOf('token'))) as Hash32,
  inline: new Uint8Array(Float32Array.of(1, -2).buffer),
}

const smallestRun: RunRequest = {
  ...run,
  job: jobId(''),
  spec: { model: '' as RunRequest['spec']['model'], latencyClass: 'economy', deadlineMs: 0, inputs: [] },
  terms: { ...run.terms, priceMax: credits(0), nonce: 0n, blockNumber: 0n, blockTime: 0n },
  payment: { session: ZERO_ADDRESS, grant: undefined, proof: undefined, voucher: undefined },
  inline: new Uint8Array(0),
}

/** Everything at its bound but the bytes, which would fill the page. */
const widestRun: RunRequest = {
  ...run,
  job: jobId('ü'.repeat(32)),
  spec: {
    model: 'm'.repeat(64) as RunRequest['spec']['model'],
    latencyClass: 'realtime',
    deadlineMs: DEADLINE_MS_MAX,
    inputs: [widest, ...tensorTypes.map((type) => ({ name: '', type, dims: [], byteLength: 0 }))],
  },
  terms: {
    ...run.terms,
    priceMax: CREDITS_MAX,
    nonce: U64_MAX,
    attempt: U32_MAX,
    blockNumber: U64_MAX,
    blockTime: U64_MAX,
  },
}

/** The example of the standard. */
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
export const tracedRun: RunRequest = { ...run, header: { traceparent: TRACEPARENT } }

const frame = { attempt, stream: 1, sequence: 2, offset: 64_512, bytes: Uint8Array.of(1, 2, 3) }
const lastFrame = {
  attempt: ATTEMPT_LAST,
  stream: 0xffff,
  sequence: U32_MAX,
  offset: 2 ** 53 - 1,
  bytes: Uint8Array.of(0),
}

const finished: Finished = {
  kind: 'finished',
  attempt,
  outputs: [{ name: 'scores', type: 'float32', dims: [1, 2], byteLength: 8 }],
  inline: new Uint8Array(Float32Array.of(0.25, 0.75).buffer),
  usage: 1n,
  price: credits(2_000),
  waitedUs: 120n,
  computedUs: 4_300n,
  weights: hashOf('model'),
  kernelClass: hashOf('onnxruntime/1.30.0/cpu/fp32/x64'),
  blockTime: 1_790_000_000n,
}

/** Changed to run where it ran. */
export const notedEnd: Finished = { ...finished, notes: { pieces: 4, together: 32, setAside: 1 } }

export const requests: Samples<JobRequest> = {
  run: [
    run,
    smallestRun,
    widestRun,
    tracedRun,
    { ...run, header: { traceparent: 'no trace at all' } },
    { ...run, header: { readsNotes: 1 } },
  ],
  input: [
    { kind: 'input', ...frame },
    { kind: 'input', ...lastFrame },
  ],
  ack: [
    { kind: 'ack', attempt, next: 16 },
    { kind: 'ack', attempt: ATTEMPT_LAST, next: U32_MAX },
  ],
  resume: [
    { kind: 'resume', attempt, token: digestOf('token'), next: 32 },
    { kind: 'resume', attempt, token: new Uint8Array(32), next: 0 },
  ],
  cancel: [{ kind: 'cancel', attempt, token: digestOf('token') }],
}

export const responses: Samples<JobResponse> = {
  refused: [
    { kind: 'refused', reason: 'BUSY', detail: '8 jobs here, at most 8', retryAfterMs: 250, offer: undefined },
    { kind: 'refused', reason: 'UNPAID', detail: '', retryAfterMs: 0, offer: Uint8Array.of(0x80) },
    { kind: 'refused', reason: 'PRICE_TOO_LOW', detail: 'é'.repeat(128), retryAfterMs: U32_MAX, offer: undefined },
  ],
  progress: [
    { kind: 'progress', attempt, state: 'queued', ahead: 3, etaMs: 40 },
    { kind: 'progress', attempt, state: 'running', ahead: U32_MAX, etaMs: U32_MAX },
  ],
  started: [{ kind: 'started', statement: Uint8Array.of(0x80) }],
  ready: [
    {
      kind: 'ready',
      attempt,
      secret: digestOf('secret'),
      stamp: encodeSigned(
        timeStampType,
        signTimeStamp(domain, cast.operator.signer, hashOf('seed'), 1_790_000_000_123),
      ),
      witnesses: [cast.stranger.signer.publicKey, cast.owner.signer.publicKey],
    },
    { kind: 'ready', attempt: ATTEMPT_LAST, secret: new Uint8Array(32), stamp: new Uint8Array(0), witnesses: [] },
  ],
  head: [
    { kind: 'head', attempt, outputs: [{ name: 'mask', type: 'uint8', dims: [1024, 1024], byteLength: 1_048_576 }] },
  ],
  output: [
    { kind: 'output', ...frame },
    { kind: 'output', ...lastFrame },
  ],
  ack: [{ kind: 'ack', attempt, next: 64 }],
  finished: [
    finished,
    { ...finished, outputs: [], inline: new Uint8Array(0), usage: 0n, price: credits(0), waitedUs: 0n },
    notedEnd,
    { ...finished, usage: U64_MAX, price: CREDITS_MAX, waitedUs: U64_MAX, computedUs: U64_MAX, blockTime: U64_MAX },
  ],
  aborted: [
    { kind: 'aborted', attempt, cause: 'restart', error: 127, detail: 'the miner was restarted' },
    { kind: 'aborted', attempt, cause: 'error', error: 0xffff, detail: '' },
  ],
}

/** As many tensors as there may be, each with the longest header: what the count of inline bytes is made for. */
export const widestTensors: readonly TensorHeader[] = Array.from({ length: TENSORS_MAX }, () => widest)
export const WIDEST_HEADER_BYTES: number = encode(tensorHeaderCodec, widest).length
