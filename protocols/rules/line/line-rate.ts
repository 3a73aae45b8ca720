/** What a line carries in one direction, of all that it was seen to carry in the last days. */

/** Of the best of ten minutes. */
export interface RateSample {
  /** Unix ms: kept over restarts. */
  readonly atMs: number
  readonly bitsPerS: number
}

export interface LineRate {
  /** What it carries: reached in one of ten of the samples. */
  readonly bitsPerS: number
  /** What half of them reached. */
  readonly medianBitsPerS: number
  readonly samples: number
}

/** A contract, a router or a neighbour changes; a quiet miner has a large transfer once a week. */
export const RATE_FOR_MS = 7 * 86_400_000
/** One transfer of an hour is not to be all that is known: of so long the best counts. */
export const SLOT_MS = 600_000
/** Two days without a pause; of an ordinary miner all of the week. */
export const RATES_MAX = 256
/** Each transfer is at most as quick as the line, for the other side may have been slower: a high share, and not the highest. */
const CARRIES_SHARE = 0.9
/** No line of a consumer: a figure above it was no measurement. */
const BITS_PER_S_MAX = 1e13

/** Oldest first, at most {@link RATES_MAX}. What is no rate changes nothing. */
export function withRate(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  if (!isRate(sample)) return samples
  const slot = slotOf(sample)
  const best = samples.reduce(
    (one, other) => (slotOf(other) === slot && other.bitsPerS > one.bitsPerS ? other : one),
    sample,
  )
  return [...samples.filter((each) => slotOf(each) !== slot), best]
    .sort((one, other) => one.atMs - other.atMs)
    .slice(-RATES_MAX)
}

const isRate = ({ atMs, bitsPerS }: RateSample): boolean =>
  Number.isSafeInteger(atMs) && atMs >= 0 && bitsPerS > 0 && bitsPerS <= BITS_PER_S_MAX

/** `undefined` where nothing was measured. @param nowMs Unix ms: a sample of a time to come was dated by a false clock */
export function lineRate(samples: readonly RateSample[], nowMs: number): LineRate | undefined {
  const rates = samples
    .filter(({ atMs }) => atMs <= nowMs && nowMs - atMs < RATE_FOR_MS)
    .map(({ bitsPerS }) => bitsPerS)
    .sort((one, other) => one - other)
  if (rates.length === 0) return undefined
  // The lower one between two: a single false one never decides where there are others.
  const at = (share: number): number => Math.round(rates[Math.floor(share * (rates.length - 1))]!)
  return { bitsPerS: at(CARRIES_SHARE), medianBitsPerS: at(0.5), samples: rates.length }
}

/**
 * As a profile says it: kbit a second, and the owner's limit where that is lower.
 * @param bytesPerSMax what the owner lets it carry; no limit where 0 or absent
 */
export function kbpsInProfile(rate: LineRate | undefined, bytesPerSMax = 0): number | undefined {
  if (rate === undefined) return undefined
  const bitsPerS = bytesPerSMax > 0 ? Math.min(rate.bitsPerS, 8 * bytesPerSMax) : rate.bitsPerS
  return Math.max(1, Math.round(bitsPerS / 1_000))
}

const slotOf = ({ atMs }: RateSample): number => Math.floor(atMs / SLOT_MS)
