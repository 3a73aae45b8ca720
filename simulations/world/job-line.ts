/**
 * A job on the simulated wire: how large it is and what it is about, in one message; the answer or a refusal in another. The
 * job protocol of the mesh carries tensors, receipts and vouchers besides, which a market of service times does not have.
 */
import { bytes, type Codec, hash32Codec, oneOf, record, u32 } from '../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import { optional, struct } from '../../protocols/kernel/open-codec.ts'
import type { Protocol } from '../../protocols/kernel/protocol.ts'
import { type LatencyClass, latencyClasses } from '../../protocols/rules/pricing/latency-class.ts'
import { type RefusalReason, refusalReasons } from '../../protocols/wire/job/refusals.ts'
import { OFFER_BYTES_MAX } from '../../protocols/wire/offer/offer-body.ts'

export interface JobAsked {
  /** Under which the price was promised. */
  readonly offer: Hash32
  readonly latencyClass: LatencyClass
  /** Thousandths of a job of usual size. */
  readonly sizeMilli: number
  /** The answer is a function of it: whoever computes it can tell a wrong one. */
  readonly input: Hash32
  readonly payer: Uint8Array
}

export interface JobSaid {
  readonly refused?: RefusalReason
  /** A fresh offer of who refuses. */
  readonly offer?: Uint8Array
  readonly output?: Hash32
  readonly waitedUs: number
  readonly computedUs: number
}

const PAYER_BYTES_MAX = 64

const askedCodec: Codec<JobAsked> = record<JobAsked>({
  offer: hash32Codec,
  latencyClass: oneOf(...latencyClasses),
  sizeMilli: u32,
  input: hash32Codec,
  payer: bytes(PAYER_BYTES_MAX),
})

const saidCodec: Codec<JobSaid> = struct<JobSaid>({
  refused: optional(oneOf(...refusalReasons)),
  offer: optional(bytes(OFFER_BYTES_MAX)),
  output: optional(hash32Codec),
  waitedUs: u32,
  computedUs: u32,
})

export const jobLine: Protocol<JobAsked, JobSaid> = {
  name: 'simulated-job',
  major: 1,
  request: askedCodec,
  response: saidCodec,
  limits: { inFlightPerPeerMax: 64, callsPerSecondMax: 50, requestsMax: 1, responsesMax: 1 },
  // A client gives up long before: its own deadline decides.
  timeouts: { firstResponseMs: 60_000, betweenMs: 60_000 },
}
