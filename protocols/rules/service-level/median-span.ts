/** What several witnesses say together of how long something took. */

/**
 * The lower median: of an even number the smaller of the two in the middle, for doubt is in favour of who is judged. A span that runs
 * backwards, or is no number, says 0.
 * @param spansMs at least one
 */
export function medianSpan(spansMs: readonly number[]): number {
  const sorted = spansMs.map((span) => (span > 0 ? span : 0)).sort((a, b) => a - b)
  return sorted[(sorted.length - 1) >>> 1]!
}
