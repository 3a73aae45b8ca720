/**
 * What a node understands beyond the first form of its protocols, as bits that it says of itself in its offers and its profile.
 * A message of closed form grows by them: who would not read what is new is not sent it. A bit that a reader does not know means
 * nothing to it, and one that was given away is never used for anything else.
 */
export const features = {
  /** Reads a run with a header behind its fields (protocols/wire/job). */
  jobHeader: 1,
} as const

/** Of this version. */
export const OWN_FEATURES: number = Object.values(features).reduce((bits, bit) => bits | bit, 0)

/** Eight bits: what the longest offer has room for. */
export const FEATURES_MAX = 0xff
