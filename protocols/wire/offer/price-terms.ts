/** Why a price is what it is, in a miner's own words: beside the table, for who looks. What is paid stands in the offer. */
import { array, type Codec, record, text, uint } from '../../kernel/codec.ts'
import type { Credits } from '../../kernel/money.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import { priceCodec } from './offer-body.ts'

export interface PriceFactor {
  /** One of `multiplierNames`, or one of a later version. */
  readonly name: string
  /** In millionths, rounded. */
  readonly millionths: number
}

export interface PriceTerms {
  /** One of `priceStrategies`, or one of a later version. */
  readonly strategy: string
  /** What the type of job costs before any multiplier. */
  readonly reference: Credits
  /** What the formula gives in the standard class. */
  readonly formula: Credits
  readonly factors: readonly PriceFactor[]
  /** No class of a job is sold for less than this covers. */
  readonly floor?: Credits
  /** What stopped the strategy: one of `PriceBound`, or one of a later version. */
  readonly bound?: string
}

/** Letters only: it is shown to people. */
const WORD = /^[a-zA-Z]{1,16}$/
/** A multiplier of a million is none. */
const MILLIONTHS_MAX = 10 ** 12
/** There are six, and a later version may have more; with the rest it stays in what older peers step over, 1 KiB. */
const FACTORS_MAX = 12

const word = text(16, WORD)

export const priceTermsCodec: Codec<PriceTerms> = struct<PriceTerms>({
  strategy: word,
  reference: priceCodec,
  formula: priceCodec,
  factors: array(record<PriceFactor>({ name: word, millionths: uint(MILLIONTHS_MAX) }), FACTORS_MAX),
  floor: optional(priceCodec),
  bound: optional(word),
})
