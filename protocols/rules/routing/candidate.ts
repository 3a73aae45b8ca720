/** A miner as a router weighs it for one job: what its offer says, what this node measured, and what others found out. */
import type { Credits } from '../../kernel/money.ts'

/** How good its service has been, as rules/qos says it; `undefined` points are unknown. */
export interface CandidateScore {
  /** 0..100. */
  readonly points: number | undefined
  /** 0..1: how much stands behind the points. */
  readonly confidence: number
}

/** How far away it is where nobody measured it. */
export interface DistanceHint {
  /** There and back. */
  readonly ms: number
  readonly source: 'coordinates' | 'geography'
}

export type Reach = 'direct' | 'punched' | 'relayed' | 'unreachable'

/** What the circuit breaker says (circuit-breaker.ts). */
export type BreakerWord = 'active' | 'excluded' | 'probe'

export interface Candidate {
  readonly price: Credits
  /** Measured round trip; `undefined` = never, or too long ago. */
  readonly rttMs: number | undefined
  /** Counts where nothing is measured. */
  readonly distance?: DistanceHint
  /** Observed service time of this model at this miner; `undefined` = unknown. */
  readonly serviceMs: number | undefined
  /**
   * No answer of it came sooner, by this node's own clock; `undefined` = none came lately. How an answer's time is made up of way, work
   * and waiting is the miner's word.
   */
  readonly quickestMs?: number
  /** Jobs that run or wait there, and how many may; 0 = it names no limit. */
  readonly jobs: number
  readonly jobsMax: number
  /** Attempts of ours that failed there lately; decays. */
  readonly failures: number
  /** By how much worse it looks for what its claims turned out to be worth (rules/probing); 1 where absent. */
  readonly claimFactor?: number
  /** The same for what audits found (rules/auditing); 1 where absent. */
  readonly auditFactor?: number
  readonly score?: CandidateScore
  /** This node audits, and no audit has found an answer of it to be right: how quick it is says nothing of that. */
  readonly isUntested?: boolean
  /** How it is reached, by what the client itself saw; unknown where absent, and then nothing is held against it. */
  readonly reach?: Reach
  /** Active where absent. */
  readonly breaker?: BreakerWord
  /** Its owner, or the network that it is in: newcomers of one group share one small part of the traffic. */
  readonly group?: string
}
