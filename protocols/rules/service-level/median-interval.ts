/** What several witnesses say together of how long something took. */
import { lowerMedian } from '../../kernel/lower-median.ts'

/**
 * The lower median: of an even number the smaller of the two in the middle, for doubt is in favour of who is judged. An interval that runs
 * backwards, or is no number, says 0.
 * @param intervalsMs at least one
 */
export const medianInterval = (intervalsMs: readonly number[]): number =>
  lowerMedian(intervalsMs.map((interval) => (interval > 0 ? interval : 0)))
