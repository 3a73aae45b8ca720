/** What several witnesses say together of how long something took. */

/**
 * The lower median: of an even number the smaller of the two in the middle, for doubt is in favour of who is judged. An interval that runs
 * backwards, or is no number, says 0.
 * @param intervalsMs at least one
 */
export function medianInterval(intervalsMs: readonly number[]): number {
  const sorted = intervalsMs.map((interval) => (interval > 0 ? interval : 0)).sort((a, b) => a - b)
  return sorted[(sorted.length - 1) >>> 1]!
}
