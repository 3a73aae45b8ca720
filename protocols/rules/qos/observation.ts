/** What a node saw of miners, by its own jobs, probes and audits. Nothing a miner says of itself is one. */
import type { Address, AttemptId, Hash32 } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import { type LatencyClass, latencyClassTable } from '../pricing/latency-class.ts'

interface Seen {
  /** Unix seconds. */
  readonly atS: number
  readonly miner: Address
  /** 0..100: how far the one who saw it doubts itself (doubt.ts). */
  readonly doubtPercent: number
}

/** A job that came back, and was paid for. */
export interface AnsweredJob extends Seen {
  readonly kind: 'answered'
  readonly attempt: AttemptId
  /** From the first message to the last byte, as the client saw it. */
  readonly latencyMs: number
  readonly latencyClass: LatencyClass
  /** Of its receipt. */
  readonly weights: Hash32
  readonly price: Credits
  readonly usage: bigint
}

/** It said no, with a reason: it is there. */
export interface RefusedJob extends Seen {
  readonly kind: 'refused'
}

/** No answer, a broken one, or a receipt that was withheld or wrong. */
export interface FailedJob extends Seen {
  readonly kind: 'failed'
}

/** By this node's own clock and for itself alone: others would have only its word. */
export interface ProbedMiner extends Seen {
  readonly kind: 'probed'
  readonly isAnswered: boolean
}

/** Of a job that was paid for and run again elsewhere. Inconclusive ones are none. */
export interface AuditedJob extends Seen {
  readonly kind: 'audited'
  readonly attempt: AttemptId
  readonly isMatch: boolean
}

export type Observation = AnsweredJob | RefusedJob | FailedJob | ProbedMiner | AuditedJob

/** What it is compared within. */
export interface Subject {
  readonly miner: Address
  /** Who answers for it. */
  readonly owner: Address
  readonly region: string
  /** As its offers are sharded by. */
  readonly cardClass: string
  /** Speed that a probe has shown, for each watt that its profile names; absent where there was none. */
  readonly efficiency?: { readonly gflops: number; readonly watts: number }
}

/** A day: as long as a card's owner sleeps and plays once. */
export const WINDOW_S = 86_400
/** What counts of one miner in a window, the newest: more would tell nothing new, and a busy client has ten thousands. */
export const OBSERVATIONS_MAX = 512

/** Price of one unit of usage in the standard class, in thousandths of a credit, rounded down: what prices are compared by. */
export function unitPriceMilli({ price, usage, latencyClass }: Pick<AnsweredJob, 'price' | 'usage' | 'latencyClass'>) {
  const multiplierMilli = BigInt(latencyClassTable[latencyClass].multiplierMilli)
  return (price * 1_000_000n) / (multiplierMilli * (usage > 0n ? usage : 1n))
}

/** @throws RangeError for a time or latency that is no whole number, a doubt that is no percentage, an observer that is its own subject */
export function requireObservation(seen: Observation, observer?: Address): void {
  if (!Number.isSafeInteger(seen.atS) || seen.atS < 0) throw new RangeError(`${seen.atS} is no time in seconds`)
  if (!Number.isInteger(seen.doubtPercent) || seen.doubtPercent < 0 || seen.doubtPercent > 100) {
    throw new RangeError(`${seen.doubtPercent} is no percentage`)
  }
  if (seen.kind === 'answered' && (!Number.isSafeInteger(seen.latencyMs) || seen.latencyMs < 0)) {
    throw new RangeError(`${seen.latencyMs} is no latency in milliseconds`)
  }
  if (seen.miner === observer) throw new RangeError('nobody rates itself')
}
