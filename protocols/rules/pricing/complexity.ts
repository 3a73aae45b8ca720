/** How much of a card one unit of work takes, held against the reference of its type: what makes a small model cheap. */
import { type JobType, jobTypeTable, REFERENCE_GFLOPS } from './job-types.ts'

export const COMPLEXITY = { min: 0.01, max: 1_000 } as const

/**
 * Time on a card, in time of the reference card: a slow card takes longer over the same work and is paid the same for it.
 * @param serviceMs measured inside the engine, for one unit
 * @param gflops that the card sustains by its benchmark; `undefined` where it was not measured
 * @returns within {@link COMPLEXITY}; `undefined` where one of the two is not known
 */
export function complexityOf(
  jobType: JobType,
  serviceMs: number | undefined,
  gflops: number | undefined,
): number | undefined {
  if (serviceMs === undefined || gflops === undefined || !(serviceMs >= 0 && gflops > 0)) return undefined
  const complexity = (serviceMs * gflops) / (jobTypeTable[jobType].referenceMs * REFERENCE_GFLOPS)
  // A hundredth of the least is more exact than any measurement of it.
  return Math.min(COMPLEXITY.max, Math.max(COMPLEXITY.min, Number(complexity.toPrecision(4))))
}
