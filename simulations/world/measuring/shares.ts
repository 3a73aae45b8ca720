/** What figures are made of: shares of jobs and of money in a run. */
import type { Figure } from '../adversaries/adversary.ts'
import { isInTime, type JobRecord } from '../job-record.ts'
import type { Run } from '../run-world.ts'

/** The honest may lose less than this, relative to what they have without the adversary. */
const FALL_PERCENT_MAX = 5

/** Jobs of the clients that are not among these. */
export const jobsOf = ({ jobs }: Run, except: ReadonlySet<string> = new Set()): readonly JobRecord[] =>
  jobs.filter(({ client }) => !except.has(client))

export const shareOf = (jobs: readonly JobRecord[], counts: (job: JobRecord) => boolean): number =>
  jobs.length === 0 ? 0 : jobs.filter(counts).length / jobs.length

/** By how much a share is lower than it was, relative to what it was. */
export function fall(what: string, share: number, before: number, below = FALL_PERCENT_MAX): Figure {
  return { what, count: 100 * (before - share), of: before, below, unit: '%' }
}

/** Jobs that ended as they should: answered, right and in time. */
export const isWell = (job: JobRecord): boolean => job.isRight && isInTime(job)

export const servedBy =
  (names: ReadonlySet<string>) =>
  ({ miner }: JobRecord): boolean =>
    miner !== undefined && names.has(miner)
