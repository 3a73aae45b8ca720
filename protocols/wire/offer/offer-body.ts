/** The body of a gossiped offer: what a miner stands ready to do, for how much, until when. */
import {
  array,
  bytes,
  type Codec,
  creditsCodec,
  hash32Codec,
  optional,
  record,
  struct,
  text,
  u32,
  uint,
} from '../../kernel/codec.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'

/** Offers are gossiped to every full node of a region and class: every byte is paid a thousand times. */
export const OFFER_BYTES_MAX = 512
/** An offer nobody renews is gone after this long. */
export const OFFER_TTL_MS = 300_000
/** The first bytes of a model's SHA-256 digest: enough to find, the full id decides. */
export const SHORT_MODEL_BYTES = 8
/** What fits beside head, key and signature in {@link OFFER_BYTES_MAX}; a miner with more models lists the most wanted. */
export const OFFER_MODELS_MAX = 8

export interface OfferedModel {
  /** First {@link SHORT_MODEL_BYTES} of the digest. */
  readonly short: Uint8Array
  /** Credits of one inference in the standard class. */
  readonly base: Credits
}

export interface OfferBody {
  /** Shard that the offer belongs to; a validator refuses it elsewhere. */
  readonly region: string
  readonly gpuClass: string
  readonly models: readonly OfferedModel[]
  /** Jobs that run or wait now, and how many may. */
  readonly jobs: number
  readonly jobsMax: number
  /** Largest billing step; credit is a multiple of it. */
  readonly chunkCredits: Credits
  /** Chunks of credit for a client that has paid before. */
  readonly windowChunks: number
  /** Keccak-256 of the full table of models, which is pulled where wanted. */
  readonly table: Hash32
  /** Present and 1 where the miner takes no new jobs: a withdrawal is an offer too, and outlives the ones before it. */
  readonly paused?: number
}

export const REGION_BYTES_MAX = 24
export const CLASS_BYTES_MAX = 24
export const SHARD_WORD = /^[a-z0-9-]+$/

const offeredModelCodec: Codec<OfferedModel> = record<OfferedModel>({
  short: bytes(SHORT_MODEL_BYTES, SHORT_MODEL_BYTES),
  base: creditsCodec,
})

/** Keys are one or two letters: a name of ten costs more than the price it names. */
interface OfferBodyWire {
  readonly r: string
  readonly c: string
  readonly m: readonly OfferedModel[]
  readonly j: number
  readonly jx: number
  readonly ch: Credits
  readonly w: number
  readonly t: Hash32
  readonly p?: number
}

const wireCodec: Codec<OfferBodyWire> = struct<OfferBodyWire>({
  r: text(REGION_BYTES_MAX, SHARD_WORD),
  c: text(CLASS_BYTES_MAX, SHARD_WORD),
  m: array(offeredModelCodec, OFFER_MODELS_MAX),
  j: u32,
  jx: u32,
  ch: creditsCodec,
  w: uint(16),
  t: hash32Codec,
  p: optional(uint(1)),
})

export const offerBodyCodec: Codec<OfferBody> = {
  bytesMax: OFFER_BYTES_MAX,
  write: (writer, v) =>
    wireCodec.write(writer, {
      r: v.region,
      c: v.gpuClass,
      m: v.models,
      j: v.jobs,
      jx: v.jobsMax,
      ch: v.chunkCredits,
      w: v.windowChunks,
      t: v.table,
      ...(v.paused === undefined ? {} : { p: v.paused }),
    }),
  read: (reader) => {
    const w = wireCodec.read(reader)
    return {
      region: w.r,
      gpuClass: w.c,
      models: w.m,
      jobs: w.j,
      jobsMax: w.jx,
      chunkCredits: w.ch,
      windowChunks: w.w,
      table: w.t,
      ...(w.p === undefined ? {} : { paused: w.p }),
    }
  },
}

export const offerShard = (body: { readonly region: string; readonly gpuClass: string }): string =>
  `${body.region}/${body.gpuClass}`
