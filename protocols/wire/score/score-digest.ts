/** What a rater's observations of a window come to, as it publishes it. Payload of a Statement of kind `scor`, signed by the payer. */
import { MalformedError } from '../../kernel/cbor-reader.ts'
import {
  addressCodec,
  array,
  type Codec,
  creditsCodec,
  hash32Codec,
  mapped,
  nullable,
  record,
  text,
  textAs,
  u32,
  u64,
  uint,
} from '../../kernel/codec.ts'
import type { Address, Hash32, PeerId } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import { struct } from '../../kernel/open-codec.ts'
import { WINDOW_S } from '../../rules/qos/observation.ts'
import { REGION_BYTES_MAX, SHARD_WORD } from '../offer/offer-body.ts'

/** Miners of one digest, those with most paid jobs. */
export const DIGEST_SUBJECTS_MAX = 24
/** Batches of a day, one each quarter of an hour. */
export const DIGEST_BATCHES_MAX = 96
/** 24 miners of 129 bytes, 96 batches of 9, and what is around them. */
export const DIGEST_PAYLOAD_BYTES_MAX = 4_300
const PEER_BYTES_MAX = 64
const PEER = /^[1-9A-HJ-NP-Za-km-z]+$/

export interface DigestComponent {
  /** Hundredths of a point. */
  readonly centi: number
  /** Observations behind it. */
  readonly count: number
}

export interface DigestRow {
  readonly miner: Address
  readonly owner: Address
  /** Paid jobs. */
  readonly count: number
  readonly latency: DigestComponent | undefined
  readonly accuracy: DigestComponent | undefined
  readonly uptime: DigestComponent | undefined
  readonly cost: DigestComponent | undefined
  /** Hundredths of a point, of these components by the market's weights. */
  readonly centi: number | undefined
  /** Of this rater's vouchers to this miner that were redeemed in the blocks of the digest. 0 without a chain. */
  readonly feeBurned: Credits
  /** Root of the tree over the leaves of the paid receipts, in the order of their bytes; zero of none. */
  readonly receipts: Hash32
}

export interface ScoreDigest {
  readonly kind: 'scores'
  readonly region: string
  /** Who is asked for batches and receipts. */
  readonly peer: PeerId
  /** Unix seconds; what was seen from the first, before the second. */
  readonly fromS: number
  readonly untilS: number
  /** Blocks in which the fees were burned, both included; 0 and 0 without a chain. */
  readonly fromBlock: bigint
  readonly untilBlock: bigint
  /** Sequences of the rater's batches that it is made of, ascending. */
  readonly batches: readonly bigint[]
  /** By miner, ascending. */
  readonly rows: readonly DigestRow[]
}

const centi = uint(10_000)
const componentCodec: Codec<DigestComponent> = record<DigestComponent>({ centi, count: u32 })

const rowCodec: Codec<DigestRow> = record<DigestRow>({
  miner: addressCodec,
  owner: addressCodec,
  count: u32,
  latency: nullable(componentCodec),
  accuracy: nullable(componentCodec),
  uptime: nullable(componentCodec),
  cost: nullable(componentCodec),
  centi: nullable(centi),
  feeBurned: creditsCodec,
  receipts: hash32Codec,
})

const plainCodec = struct<Omit<ScoreDigest, 'kind'>>({
  region: text(REGION_BYTES_MAX, SHARD_WORD),
  peer: textAs<PeerId>(PEER_BYTES_MAX, PEER),
  fromS: u32,
  untilS: u32,
  fromBlock: u64,
  untilBlock: u64,
  batches: array(u64, DIGEST_BATCHES_MAX, 1),
  rows: array(rowCodec, DIGEST_SUBJECTS_MAX, 1),
})

/** Shape only, but for order and window. */
export const scoreDigestCodec: Codec<ScoreDigest> = {
  ...mapped(
    plainCodec,
    (plain): ScoreDigest => {
      const fault = digestFault(plain)
      if (fault !== undefined) throw new MalformedError(fault)
      return { kind: 'scores', ...plain }
    },
    ({ kind: _, ...plain }) => {
      const fault = digestFault(plain)
      if (fault !== undefined) throw new RangeError(fault)
      return plain
    },
  ),
  bytesMax: DIGEST_PAYLOAD_BYTES_MAX,
}

function digestFault({ fromS, untilS, fromBlock, untilBlock, batches, rows }: Omit<ScoreDigest, 'kind'>) {
  if (untilS <= fromS || untilS - fromS > WINDOW_S) return 'a window of more than a day'
  if (untilBlock < fromBlock) return 'blocks out of order'
  if (!isAscending(batches)) return 'batches out of order'
  return isAscending(rows.map(({ miner }) => miner)) ? undefined : 'miners out of order'
}

function isAscending<T extends bigint | string>(values: readonly T[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1]! < value)
}
