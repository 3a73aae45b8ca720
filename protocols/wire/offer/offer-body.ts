/** The body of a gossiped offer: what a miner stands ready to do, for how much, until when. */
import { MalformedError } from '../../kernel/cbor-reader.ts'
import {
  array,
  bytes,
  type Codec,
  creditsCodec,
  encode,
  hash32Codec,
  int,
  mapped,
  record,
  text,
  u8,
  u16,
  u32,
  uint,
} from '../../kernel/codec.ts'
import { FEATURES_MAX } from '../../kernel/features.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import { type Credits, credits } from '../../kernel/money.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import type { Coordinates } from '../../rules/coordinates/coordinates.ts'
import { COORDINATES_BYTES_MAX, coordinatesOfBytes } from '../../rules/coordinates/coordinates-bytes.ts'
import { termsFault } from '../../rules/service-level/granted-terms.ts'
import type { Terms } from '../../statements/struct-types.ts'

/** Offers are gossiped to every full node of a region and class: every byte is paid a thousand times. */
export const OFFER_BYTES_MAX = 512
/** An offer nobody renews is gone after this long. */
export const OFFER_TTL_MS = 300_000
/** The first bytes of a model's SHA-256 digest: enough to find, the full id decides. */
export const SHORT_MODEL_BYTES = 8
/** Head, key, signature and the heads of the encoding, at their longest. */
const OFFER_HEAD_BYTES_MAX = 246
/** What is left for the body. */
export const OFFER_BODY_BYTES_MAX = OFFER_BYTES_MAX - OFFER_HEAD_BYTES_MAX
/**
 * As many as fit {@link OFFER_BODY_BYTES_MAX} whatever they cost, beside the keys that every offer has; a miner with more models lists the
 * most wanted, and {@link fitOfferBody} as many of those as there is room for.
 */
export const OFFER_MODELS_MAX = 7
/**
 * Highest base price and billing step: a million units of the token. Times every multiplier and every window it stays inside
 * uint64, so that no offer makes the arithmetic of whoever reads it overflow.
 */
export const PRICE_MAX: Credits = credits(10n ** 12n)

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
  /** What the miner understands beyond the first form of its protocols (protocols/kernel/features.ts); 0 where absent. */
  readonly features?: number
  /** What it grants of its service; the head names their struct hash. */
  readonly terms?: Terms
  /** Where the miner lies among others, in its own words: read by {@link offeredCoordinates}. */
  readonly coordinates?: Uint8Array
}

export const REGION_BYTES_MAX = 24
export const CLASS_BYTES_MAX = 24
export const SHARD_WORD = /^[a-z0-9-]+$/

export const priceCodec: Codec<Credits> = {
  bytesMax: creditsCodec.bytesMax,
  write(writer, price) {
    if (price > PRICE_MAX) throw new RangeError(`a price of ${price} credits, at most ${PRICE_MAX}`)
    creditsCodec.write(writer, price)
  },
  read(reader) {
    const price = creditsCodec.read(reader)
    return price > PRICE_MAX ? reader.fail(`integer above ${PRICE_MAX}`) : price
  },
}

const offeredModelCodec: Codec<OfferedModel> = record<OfferedModel>({
  short: bytes(SHORT_MODEL_BYTES, SHORT_MODEL_BYTES),
  base: priceCodec,
})

/** As an array, in the order of the struct: names would cost more than the numbers. */
const offeredTermsCodec: Codec<Terms> = mapped(
  record<Terms>({
    startMsMax: u32,
    stallMsMax: u32,
    realtimeMs: u32,
    fastMs: u32,
    standardMs: u32,
    compensationBp: u16,
    witnesses: u8,
    quorum: u8,
    drawStake: creditsCodec,
  }),
  (terms) => {
    const fault = termsFault(terms)
    if (fault !== undefined) throw new MalformedError(`terms with ${fault}`)
    return terms
  },
  (terms) => {
    const fault = termsFault(terms)
    if (fault !== undefined) throw new RangeError(`terms with ${fault}`)
    return terms
  },
)

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
  readonly f?: number
  readonly s?: Terms
  readonly x?: Uint8Array
}

const wireCodec: Codec<OfferBodyWire> = struct<OfferBodyWire>({
  r: text(REGION_BYTES_MAX, SHARD_WORD),
  c: text(CLASS_BYTES_MAX, SHARD_WORD),
  m: array(offeredModelCodec, OFFER_MODELS_MAX),
  j: u32,
  jx: u32,
  ch: priceCodec,
  w: uint(16),
  t: hash32Codec,
  p: optional(int(1, 1)),
  f: optional(uint(FEATURES_MAX)),
  s: optional(offeredTermsCodec),
  // Of a form that may be a later one: what cannot be read means nothing, and is no reason to refuse an offer.
  x: optional(bytes(COORDINATES_BYTES_MAX, 1)),
})

export const offerBodyCodec: Codec<OfferBody> = {
  bytesMax: OFFER_BODY_BYTES_MAX,
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
      ...(v.features === undefined ? {} : { f: v.features }),
      ...(v.coordinates === undefined ? {} : { x: v.coordinates }),
      ...(v.terms === undefined ? {} : { s: v.terms }),
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
      ...(w.f === undefined ? {} : { features: w.f }),
      ...(w.x === undefined ? {} : { coordinates: w.x }),
      ...(w.s === undefined ? {} : { terms: w.s }),
    }
  },
}

/**
 * The body with as many of its models, from the first on, as gossip has room for. What else it says is kept whole.
 * @throws RangeError for a value beyond its own bounds
 */
export function fitOfferBody(body: OfferBody): OfferBody {
  let fitted = body
  for (let listed = Math.min(body.models.length, OFFER_MODELS_MAX); listed >= 0; listed--) {
    fitted = listed === body.models.length ? body : { ...body, models: body.models.slice(0, listed) }
    if (encode(ofAnyLength, fitted).length <= OFFER_BODY_BYTES_MAX) break
  }
  return fitted
}

const ofAnyLength: Codec<OfferBody> = { ...offerBodyCodec, bytesMax: Number.POSITIVE_INFINITY }

/** A claim; `undefined` where the miner says none, or in a form of a later version. */
export function offeredCoordinates({ coordinates }: Pick<OfferBody, 'coordinates'>): Coordinates | undefined {
  if (coordinates === undefined) return undefined
  if (!read.has(coordinates)) read.set(coordinates, coordinatesOfBytes(coordinates))
  return read.get(coordinates)
}

/** A job asks for those of thousands of offers, and the next one for the same. */
const read = new WeakMap<Uint8Array, Coordinates | undefined>()

export const offerShard = (body: { readonly region: string; readonly gpuClass: string }): string =>
  `${body.region}/${body.gpuClass}`
