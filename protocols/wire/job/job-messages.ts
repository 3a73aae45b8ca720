/** The messages of `/aitbc/<tag>/job/1`: one starts a job; frames, acknowledgements and the end follow on the same call. */
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
  text,
  textAs,
  u16,
  u32,
  u64,
  uint,
  union,
  uSafe,
} from '../../kernel/codec.ts'
import type { Address, AttemptId, Hash32, JobId, ModelId } from '../../kernel/ids.ts'
import { DETAIL_BYTES_MAX, SIGNED_BYTES_MAX, SLICE_BYTES_MAX } from '../../kernel/limits.ts'
import type { Credits } from '../../kernel/money.ts'
import { openRecord, optional, struct } from '../../kernel/open-codec.ts'
import { type LatencyClass, latencyClasses } from '../../rules/pricing/latency-class.ts'
import { WITNESSES_ASKED_MAX } from '../../rules/service-level/granted-terms.ts'
import { SALT_BYTES } from '../../statements/content-root.ts'
import { RESUME_TOKEN_BYTES } from '../../statements/resume-token.ts'
import { BEACON_SECRET_BYTES } from '../../statements/service-level.ts'
import { PUBLIC_KEY_BYTES } from '../../statements/signed.ts'
import { MODEL_ID_BYTES_MAX } from '../offer/offer-table.ts'
import { type RefusalReason, refusalReasons } from './refusals.ts'
import { type TensorHeader, tensorHeadersCodec } from './tensor.ts'

/** Inputs and outputs up to this size ride in the first and last message. Beside heads, a voucher and a grant in one frame. */
export const INLINE_BYTES_MAX = 48 * 1024
/** A job that may take longer is a lease, not a job. */
export const DEADLINE_MS_MAX = 3_600_000
const JOB_ID_BYTES_MAX = 64
/** Of version 00 it has 55; a later one may be longer, and is read as far as 00 goes. */
const TRACEPARENT_BYTES_MAX = 64

/** What to run: hashed into the agreement as `spec`, so neither side can speak of another job later. */
export interface JobSpec {
  readonly model: ModelId
  readonly latencyClass: LatencyClass
  /** From the arrival of the first message; relative, for clocks differ. */
  readonly deadlineMs: number
  readonly inputs: readonly TensorHeader[]
}

export const jobSpecCodec: Codec<JobSpec> = record<JobSpec>({
  model: textAs<ModelId>(MODEL_ID_BYTES_MAX),
  latencyClass: oneOf(...latencyClasses),
  deadlineMs: uint(DEADLINE_MS_MAX),
  inputs: tensorHeadersCodec,
})

/** The fields of the Agreement that the miner cannot know by itself. */
export interface Terms {
  readonly payer: Address
  readonly offerHead: Hash32
  readonly inputRoot: Hash32
  readonly policy: Hash32
  readonly priceMax: Credits
  readonly nonce: bigint
  readonly attempt: number
  readonly blockNumber: bigint
  readonly blockTime: bigint
}

const termsCodec: Codec<Terms> = record<Terms>({
  payer: addressCodec,
  offerHead: hash32Codec,
  inputRoot: hash32Codec,
  policy: hash32Codec,
  priceMax: creditsCodec,
  nonce: u64,
  attempt: u32,
  blockNumber: u64,
  blockTime: u64,
})

/** Who pays, from which counter, and what has been promised for this job. */
export interface Payment {
  readonly session: Address
  /** Signed SessionGrant; absent where the payer signs for itself or the miner has seen it. */
  readonly grant: Uint8Array | undefined
  /** The session key's word that this peer speaks for it; absent where the miner has seen it. */
  readonly proof: Uint8Array | undefined
  /** Signed voucher that covers the first chunk: asked of strangers. */
  readonly voucher: Uint8Array | undefined
}

const paymentCodec: Codec<Payment> = record<Payment>({
  session: addressCodec,
  grant: nullable(bytes(SIGNED_BYTES_MAX)),
  proof: nullable(bytes(SIGNED_BYTES_MAX)),
  voucher: nullable(bytes(SIGNED_BYTES_MAX)),
})

/** What neither side signs, and no price depends on. Only for a miner whose offer has the feature bit jobHeader. */
export interface JobHeader {
  /**
   * The client's span of this attempt, as W3C Trace Context writes it: a stranger's text, of which a malformed one is as good as
   * none. Absent where nobody asked for a trace, for it ties the attempts of one caller together.
   */
  readonly traceparent?: string
  /** 1: this client reads notes behind a finished message. Without it there are none, for it could not read the message. */
  readonly readsNotes?: number
}

const jobHeaderCodec: Codec<JobHeader> = struct<JobHeader>({
  traceparent: optional(text(TRACEPARENT_BYTES_MAX)),
  readsNotes: optional(uint(0xff)),
})

/** How a job was changed to run where it ran. Neither price nor receipt depend on it. */
export interface RunNotes {
  /** Runs in which its rows were computed: together they would not have fitted, or been too long for this machine. Absent: one. */
  readonly pieces?: number
  /** Jobs that shared its run. Absent: it ran alone. */
  readonly together?: number
  /** Times that it had begun and made way: for one that was more urgent, or for a card that had to rest. Absent: never. */
  readonly setAside?: number
}

const runNotesCodec: Codec<RunNotes> = struct<RunNotes>({
  pieces: optional(u32),
  together: optional(u32),
  setAside: optional(u32),
})

export interface RunRequest {
  readonly kind: 'run'
  /** Same for all attempts of one job: the idempotency key. */
  readonly job: JobId
  readonly spec: JobSpec
  readonly terms: Terms
  readonly payment: Payment
  /** Salt of the content roots: stays between the two. */
  readonly salt: Uint8Array
  /** SHA-256 of the token that resume and cancel must show. */
  readonly tokenHash: Hash32
  /** All inputs in order where they fit (tensor-frames.ts); else empty, and input frames follow. */
  readonly inline: Uint8Array
  readonly header?: JobHeader
}

/** Slice of one input (client to miner) or output (miner to client). */
export interface DataFrame {
  readonly attempt: AttemptId
  /** Index of the tensor. */
  readonly stream: number
  /** Counts the frames of the attempt in its direction from 0. */
  readonly sequence: number
  /** Position of the slice in its tensor. */
  readonly offset: number
  readonly bytes: Uint8Array
}

const dataFrameCodec: Codec<DataFrame> = record<DataFrame>({
  attempt: hash32Codec,
  stream: uint(0xffff),
  sequence: u32,
  offset: uSafe,
  bytes: bytes(SLICE_BYTES_MAX),
})

export type JobRequest =
  | RunRequest
  | ({ readonly kind: 'input' } & DataFrame)
  /** All output frames below `next` have arrived and need not be kept. */
  | { readonly kind: 'ack'; readonly attempt: AttemptId; readonly next: number }
  /** Re-attaches to an attempt after its call was lost: output goes on from frame `next`. */
  | { readonly kind: 'resume'; readonly attempt: AttemptId; readonly token: Uint8Array; readonly next: number }
  | { readonly kind: 'cancel'; readonly attempt: AttemptId; readonly token: Uint8Array }

export const jobRequestCodec: Codec<JobRequest> = union<JobRequest>({
  run: [
    0,
    openRecord<Omit<RunRequest, 'kind'>, 'header'>(
      {
        job: textAs<JobId>(JOB_ID_BYTES_MAX),
        spec: jobSpecCodec,
        terms: termsCodec,
        payment: paymentCodec,
        salt: bytes(SALT_BYTES, SALT_BYTES),
        tokenHash: hash32Codec,
        inline: bytes(INLINE_BYTES_MAX),
      },
      { header: jobHeaderCodec },
    ),
  ],
  input: [1, dataFrameCodec],
  ack: [2, record<BodyOf<JobRequest, 'ack'>>({ attempt: hash32Codec, next: u32 })],
  resume: [
    3,
    record<BodyOf<JobRequest, 'resume'>>({
      attempt: hash32Codec,
      token: bytes(RESUME_TOKEN_BYTES, RESUME_TOKEN_BYTES),
      next: u32,
    }),
  ],
  cancel: [
    4,
    record<BodyOf<JobRequest, 'cancel'>>({
      attempt: hash32Codec,
      token: bytes(RESUME_TOKEN_BYTES, RESUME_TOKEN_BYTES),
    }),
  ],
})

export interface Finished {
  readonly kind: 'finished'
  readonly attempt: AttemptId
  readonly outputs: readonly TensorHeader[]
  /** All outputs in order where they fit (tensor-frames.ts); else empty, and head and frames came before. */
  readonly inline: Uint8Array
  /** Units that the price counts: inferences. */
  readonly usage: bigint
  readonly price: Credits
  readonly waitedUs: bigint
  readonly computedUs: bigint
  /** Digest of the weights and hash of the kernel class, as the receipt will say. */
  readonly weights: Hash32
  readonly kernelClass: Hash32
  /** Block time that the receipt will carry, in seconds. */
  readonly blockTime: bigint
  /** Only for a client that says that it reads them, and where there is something to say. */
  readonly notes?: RunNotes
}

/** The input is complete: from here on the miner's time counts. Only where the agreement has a policy, and before any other sign of work. */
export interface Ready {
  readonly kind: 'ready'
  readonly attempt: AttemptId
  /** What the beacon of the agreement's offer head is the hash of. */
  readonly secret: Uint8Array
  /** The miner's own signed TimeStamp of the seed that follows from both. */
  readonly stamp: Uint8Array
  /** Operators' keys: whom the miner finds drawn, the first to be asked first. */
  readonly witnesses: readonly Uint8Array[]
}

export type JobResponse =
  /** Nothing was run and nothing is owed. `offer` is the miner's offer as it stands now. */
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      /** Facts for people: what was missing. A stranger's words. */
      readonly detail: string
      /** When asking again makes sense; 0 = unknown. */
      readonly retryAfterMs: number
      readonly offer: Uint8Array | undefined
    }
  /** Heartbeat of an attempt that waits or runs; says that the miner is alive. */
  | {
      readonly kind: 'progress'
      readonly attempt: AttemptId
      readonly state: 'queued' | 'running'
      /** Jobs before this one. */
      readonly ahead: number
      /** Estimated time left; 0 = unknown. */
      readonly etaMs: number
    }
  /** Signed by the executor, for work that is expected to last over a second. */
  | { readonly kind: 'started'; readonly statement: Uint8Array }
  /** Comes before the frames of outputs that do not fit inline. */
  | { readonly kind: 'head'; readonly attempt: AttemptId; readonly outputs: readonly TensorHeader[] }
  | ({ readonly kind: 'output' } & DataFrame)
  /** All input frames below `next` have arrived. */
  | { readonly kind: 'ack'; readonly attempt: AttemptId; readonly next: number }
  | Finished
  | {
      readonly kind: 'aborted'
      readonly attempt: AttemptId
      readonly cause: 'thermal' | 'restart' | 'cancelled' | 'error'
      /** Wire number of an entry of the error catalogue. */
      readonly error: number
      readonly detail: string
    }
  | Ready

export const jobResponseCodec: Codec<JobResponse> = union<JobResponse>({
  refused: [
    0,
    record<BodyOf<JobResponse, 'refused'>>({
      reason: oneOf(...refusalReasons),
      detail: text(DETAIL_BYTES_MAX),
      retryAfterMs: u32,
      offer: nullable(bytes(SIGNED_BYTES_MAX)),
    }),
  ],
  progress: [
    1,
    record<BodyOf<JobResponse, 'progress'>>({
      attempt: hash32Codec,
      state: oneOf('queued', 'running'),
      ahead: u32,
      etaMs: u32,
    }),
  ],
  started: [2, record<BodyOf<JobResponse, 'started'>>({ statement: bytes(SIGNED_BYTES_MAX) })],
  head: [
    3,
    record<BodyOf<JobResponse, 'head'>>({
      attempt: hash32Codec,
      outputs: tensorHeadersCodec,
    }),
  ],
  output: [4, dataFrameCodec],
  ack: [5, record<BodyOf<JobResponse, 'ack'>>({ attempt: hash32Codec, next: u32 })],
  finished: [
    6,
    openRecord<Omit<Finished, 'kind'>, 'notes'>(
      {
        attempt: hash32Codec,
        outputs: tensorHeadersCodec,
        inline: bytes(INLINE_BYTES_MAX),
        usage: u64,
        price: creditsCodec,
        waitedUs: u64,
        computedUs: u64,
        weights: hash32Codec,
        kernelClass: hash32Codec,
        blockTime: u64,
      },
      { notes: runNotesCodec },
    ),
  ],
  aborted: [
    7,
    record<BodyOf<JobResponse, 'aborted'>>({
      attempt: hash32Codec,
      cause: oneOf('thermal', 'restart', 'cancelled', 'error'),
      error: u16,
      detail: text(DETAIL_BYTES_MAX),
    }),
  ],
  ready: [
    8,
    record<BodyOf<JobResponse, 'ready'>>({
      attempt: hash32Codec,
      secret: bytes(BEACON_SECRET_BYTES, BEACON_SECRET_BYTES),
      stamp: bytes(SIGNED_BYTES_MAX),
      witnesses: array(bytes(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES), WITNESSES_ASKED_MAX),
    }),
  ],
})
