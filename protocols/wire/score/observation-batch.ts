/** What a rater saw of miners since its last batch, as it publishes it. Payload of a Statement of kind `obsv`, signed by the payer. */
import { MalformedError } from '../../kernel/cbor-reader.ts'
import {
  addressCodec,
  array,
  type BodyOf,
  bool,
  type Codec,
  hash32Codec,
  mapped,
  oneOf,
  record,
  text,
  u32,
  uint,
  union,
} from '../../kernel/codec.ts'
import type { Address, AttemptId } from '../../kernel/ids.ts'
import { struct } from '../../kernel/open-codec.ts'
import { type LatencyClass, latencyClasses } from '../../rules/pricing/latency-class.ts'
import { STARS_MAX } from '../../rules/qos/reviews.ts'
import { CLASS_BYTES_MAX, REGION_BYTES_MAX, SHARD_WORD } from '../offer/offer-body.ts'

/** Miners of one batch: one client works with few. */
export const BATCH_SUBJECTS_MAX = 16
/** Entries of one batch: a batch each quarter of an hour, so 3,072 a day. The newest of a busier rater. */
export const BATCH_ENTRIES_MAX = 32
/** 32 entries of 58 bytes, 16 miners of 99 with their keys, and the region. */
export const BATCH_PAYLOAD_BYTES_MAX = 3_500
/** As long as a job may take, with room. */
const LATENCY_MS_MAX = 7_200_000

interface Entry {
  /** Unix seconds. */
  readonly atS: number
}
export type BatchEntry =
  /** `attempt` names the receipt, which is there for who asks. */
  | (Entry & {
      readonly kind: 'answered'
      readonly doubtPercent: number
      readonly attempt: AttemptId
      readonly latencyMs: number
      readonly latencyClass: LatencyClass
    })
  | (Entry & { readonly kind: 'refused'; readonly doubtPercent: number })
  | (Entry & { readonly kind: 'failed'; readonly doubtPercent: number })
  | (Entry & { readonly kind: 'audited'; readonly attempt: AttemptId; readonly isMatch: boolean })
  | (Entry & { readonly kind: 'reviewed'; readonly attempt: AttemptId; readonly stars: number })

export interface BatchSubject {
  readonly miner: Address
  readonly owner: Address
  /** Of its offers, as the rater heard them. */
  readonly region: string
  readonly cardClass: string
  readonly entries: readonly BatchEntry[]
}

export interface ObservationBatch {
  readonly kind: 'observations'
  /** Of the topic: where the rater is. */
  readonly region: string
  readonly subjects: readonly BatchSubject[]
}

const percent = uint(100)
const atS = u32

const entryCodec: Codec<BatchEntry> = union<BatchEntry>({
  answered: [
    0,
    record<BodyOf<BatchEntry, 'answered'>>({
      atS,
      doubtPercent: percent,
      attempt: hash32Codec,
      latencyMs: uint(LATENCY_MS_MAX),
      latencyClass: oneOf(...latencyClasses),
    }),
  ],
  refused: [1, record<BodyOf<BatchEntry, 'refused'>>({ atS, doubtPercent: percent })],
  failed: [2, record<BodyOf<BatchEntry, 'failed'>>({ atS, doubtPercent: percent })],
  audited: [3, record<BodyOf<BatchEntry, 'audited'>>({ atS, attempt: hash32Codec, isMatch: bool })],
  reviewed: [4, record<BodyOf<BatchEntry, 'reviewed'>>({ atS, attempt: hash32Codec, stars: starsCodec() })],
})

const subjectCodec: Codec<BatchSubject> = record<BatchSubject>({
  miner: addressCodec,
  owner: addressCodec,
  region: text(REGION_BYTES_MAX, SHARD_WORD),
  cardClass: text(CLASS_BYTES_MAX, SHARD_WORD),
  entries: array(entryCodec, BATCH_ENTRIES_MAX, 1),
})

const plainCodec = struct<Omit<ObservationBatch, 'kind'>>({
  region: text(REGION_BYTES_MAX, SHARD_WORD),
  subjects: array(subjectCodec, BATCH_SUBJECTS_MAX, 1),
})

/** Shape only, but for the count of entries and that no miner and no receipt stands in it twice for one thing. */
export const observationBatchCodec: Codec<ObservationBatch> = {
  ...mapped(
    plainCodec,
    (plain): ObservationBatch => {
      const fault = batchFault(plain.subjects)
      if (fault !== undefined) throw new MalformedError(fault)
      return { kind: 'observations', ...plain }
    },
    ({ region, subjects }) => {
      const fault = batchFault(subjects)
      if (fault !== undefined) throw new RangeError(fault)
      return { region, subjects }
    },
  ),
  bytesMax: BATCH_PAYLOAD_BYTES_MAX,
}

/** What of a receipt is said: each once, whatever it is said in. */
export const entryKey = (entry: BatchEntry): string | undefined =>
  'attempt' in entry ? `${entry.kind}/${entry.attempt}` : undefined

function batchFault(subjects: readonly BatchSubject[]): string | undefined {
  const entries = subjects.flatMap((subject) => subject.entries)
  if (entries.length > BATCH_ENTRIES_MAX) return 'more entries than a batch has'
  if (new Set(subjects.map(({ miner }) => miner)).size < subjects.length) return 'a miner twice in a batch'
  const keys = entries.flatMap((entry) => entryKey(entry) ?? [])
  return new Set(keys).size < keys.length ? 'a receipt used twice' : undefined
}

/** 1..5 */
function starsCodec(): Codec<number> {
  const wide = uint(STARS_MAX)
  return mapped(
    wide,
    (stars) => {
      if (stars === 0) throw new MalformedError('a review has a star')
      return stars
    },
    (stars) => {
      if (stars === 0) throw new RangeError('a review has a star')
      return stars
    },
  )
}
