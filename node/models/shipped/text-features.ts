/**
 * From a text to the numbers that a model reads: how often which letter groups occur, hashed into a fixed number of buckets.
 * Training and inference both go through here.
 */

export interface TextFeatureSpec {
  /** Code points in the shortest and the longest group that is counted. */
  readonly groupLengthMin: number
  readonly groupLengthMax: number
  readonly buckets: number
}

const encoder = new TextEncoder()

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * The words of a text, in NFC and in lower case without regard to a country's rules: letters, each with the marks that follow it.
 * Digits, punctuation, emoji, spaces and halves of surrogate pairs never reach the model.
 */
export function wordsOf(text: string): string[] {
  const letters = text.normalize('NFC').toLowerCase().normalize('NFC')
  return letters.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
}

/**
 * `buckets` values, each the square root of the share of all groups that fell into the bucket: their squares add up to 1.
 * A group is `groupLengthMin` to `groupLengthMax` neighbouring code points of a word with a space on either side; the lone space
 * is none. Its bucket is FNV-1a (32 bits) over its UTF-8 bytes, upper half folded onto the lower by XOR, modulo `buckets`.
 * @returns undefined where the text has no letter, or no group that long
 */
export function textFeatures(text: string, spec: TextFeatureSpec): Float32Array | undefined {
  const counts = new Uint32Array(spec.buckets)
  let total = 0
  for (const word of wordsOf(text)) total += countGroups(word, spec, counts)
  if (total === 0) return undefined
  const values = new Float32Array(spec.buckets)
  for (let bucket = 0; bucket < counts.length; bucket++) values[bucket] = Math.sqrt(counts[bucket]! / total)
  return values
}

/** Adds to `counts`; @returns how many groups there were */
function countGroups(word: string, spec: TextFeatureSpec, counts: Uint32Array): number {
  const points = Array.from(` ${word} `, (point) => encoder.encode(point))
  let total = 0
  for (let start = 0; start < points.length; start++) {
    let hash = FNV_OFFSET
    const end = Math.min(points.length, start + spec.groupLengthMax)
    for (let at = start; at < end; at++) {
      for (const byte of points[at]!) hash = Math.imul(hash ^ byte, FNV_PRIME)
      const length = at - start + 1
      const loneSpace = length === 1 && (start === 0 || start === points.length - 1)
      if (length < spec.groupLengthMin || loneSpace) continue
      counts[bucketOf(hash, spec.buckets)]!++
      total++
    }
  }
  return total
}

const bucketOf = (hash: number, buckets: number): number => ((hash ^ (hash >>> 16)) >>> 0) % buckets
