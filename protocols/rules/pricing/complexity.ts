/** How much of a card one unit of work takes, held against the reference of its type: what makes a small model cheap. */
import { type JobType, jobTypeTable, REFERENCE_GFLOPS } from './job-types.ts'

export const COMPLEXITY = { min: 0.01, max: 1_000 } as const

/**
 * What one unit takes of a card, in millions of operations that it could have done meanwhile: a slow card takes longer over the same work,
 * and is paid the same for it. `undefined` where one of the two is not known.
 * @param serviceMs measured inside the engine
 * @param gflops that the card sustains by its benchmark
 */
export function cardWork(serviceMs: number | undefined, gflops: number | undefined): number | undefined {
  if (serviceMs === undefined || gflops === undefined || !(serviceMs >= 0 && gflops > 0)) return undefined
  return serviceMs * gflops
}

/** @param work by {@link cardWork}. @returns within {@link COMPLEXITY}; `undefined` where it is not known */
export function complexityOf(jobType: JobType, work: number | undefined): number | undefined {
  if (work === undefined) return undefined
  const complexity = work / (jobTypeTable[jobType].referenceMs * REFERENCE_GFLOPS)
  // Four digits are more exact than any measurement of it.
  return Math.min(COMPLEXITY.max, Math.max(COMPLEXITY.min, Number(complexity.toPrecision(4))))
}
