/** What is sold, by type of job: its price on a reference card, and what it takes there. An engine exists for inference alone so far. */
import { MeshError } from '../../kernel/errors.ts'
import { type Credits, credits } from '../../kernel/money.ts'

export const jobTypes = ['inference', 'embedding', '1k-tokens', 'image', 'training-hour'] as const
export type JobType = (typeof jobTypes)[number]

/** Single precision that the reference card sustains by this program's benchmark: a card of the middle class of 2021 does. */
export const REFERENCE_GFLOPS = 10_000

export interface JobTypeRow {
  /** Of one unit, in the standard latency class, where it takes what it takes on the reference card. */
  readonly base: Credits
  /** Time of the reference card that one unit takes. */
  readonly referenceMs: number
}

/**
 * The prices of an inference and of an hour of training are the market's constants; the others are ours, until an engine offers them.
 * An inference is taken to be an image of 224 x 224 through a network of 25 million weights, alone: 5 ms; an embedding a text of 128
 * tokens through 110 million; a thousand tokens come from 8 billion weights in 4 bits; an image has 512 x 512 and 20 steps.
 */
export const jobTypeTable: Readonly<Record<JobType, JobTypeRow>> = {
  inference: { base: credits(1_000), referenceMs: 5 },
  embedding: { base: credits(1_000), referenceMs: 5 },
  '1k-tokens': { base: credits(10_000), referenceMs: 20_000 },
  image: { base: credits(10_000), referenceMs: 4_000 },
  'training-hour': { base: credits(10_000), referenceMs: 3_600_000 },
}

/** @throws MeshError JOB_TYPE_UNKNOWN */
export function jobTypeRow(type: string): JobTypeRow {
  if (Object.hasOwn(jobTypeTable, type)) return jobTypeTable[type as JobType]
  throw new MeshError('JOB_TYPE_UNKNOWN', { type, types: jobTypes })
}
