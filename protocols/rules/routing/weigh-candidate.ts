/**
 * What a candidate costs a client in the end: a weighted mean of price, latency and lack of quality, times what is held against it.
 * The mean is geometric, so that no unit matters; every term of it is kept, for whoever asks why a miner was chosen or not.
 */
import type { Credits } from '../../kernel/money.ts'
import type { LatencyClass } from '../pricing/latency-class.ts'
import { realtimePerformance } from '../pricing/performance.ts'
import type { Candidate, CandidateScore, Reach } from './candidate.ts'
import { estimateLatency, type Guess, type LatencyEstimate } from './estimate-latency.ts'
import type { PolicyWeights } from './routing-policy.ts'

/** What the client cannot do without. */
export interface Budget {
  readonly priceMax: Credits
  readonly latencyMsMax: number | undefined
}

export interface Wish extends Budget {
  readonly weights: PolicyWeights
  readonly latencyClass: LatencyClass
  /** What the unknown is taken to be (guess-latency.ts); a general guess where absent. */
  readonly guess?: Guess
}

/** Whether a candidate can be asked, and why not. Those that are full, excluded or unreachable are asked where nobody else is left. */
export type Standing = 'fits' | 'full' | 'excluded' | 'too dear' | 'too slow' | 'unreachable'

export const termNames = ['price', 'latency', 'quality', 'failures', 'claims', 'audits', 'reach'] as const
export type TermName = (typeof termNames)[number]

export interface Weighed<T extends Candidate = Candidate> {
  readonly candidate: T
  readonly standing: Standing
  /** The product of `factors`; lower is better. */
  readonly cost: number
  readonly factors: Readonly<Record<TermName, number>>
  readonly latency: LatencyEstimate
  /** Of the plan's formula: a slow miner of the realtime class looks dearer, and is paid no more. */
  readonly performance: number
  /** 0..1, what is expected of it: its score, as far as it is known. */
  readonly quality: number
}

/** Differences below it are noticed by nobody, and are those of single measurements. */
export const SOFT_MS = 10
/** What is expected of a miner of which nobody knows anything: between a bad one and a good one, so that a new name is no better than none. */
export const UNKNOWN_QUALITY = 0.5
/** Nothing is infinitely bad, or nobody could be ranked behind it. */
const QUALITY_MIN = 0.05
/** Each recent failure makes a miner look so much worse. */
const FAILURE_FACTOR = 2
const FAILURES_MAX = 16
/** What a claim or an audit found out can make of a cost at the most. */
const FACTOR_MAX = 1_000
/** Who is behind a relay may lose it at any moment, and shares its line. */
const REACH_FACTORS: Readonly<Record<Reach, number>> = { direct: 1, punched: 1, relayed: 1.25, unreachable: 1 }

/** @example weigh(candidate, { weights: weightsOf('latency'), latencyClass: 'standard', priceMax, latencyMsMax: undefined }).cost */
export function weigh<T extends Candidate>(candidate: T, wish: Wish): Weighed<T> {
  const { weights } = wish
  const latency = estimateLatency(candidate, wish.guess)
  const performance = performanceOf(latency, wish.latencyClass)
  const quality = qualityOf(candidate.score)
  const factors = {
    price: (Math.max(1, Number(candidate.price)) * performance) ** weights.price,
    latency: (latency.ms + SOFT_MS) ** weights.latency,
    quality: (1 / quality) ** weights.quality,
    failures: FAILURE_FACTOR ** within(candidate.failures, 0, FAILURES_MAX, 0),
    claims: within(candidate.claimFactor ?? 1, 1, FACTOR_MAX, 1),
    audits: within(candidate.auditFactor ?? 1, 1, FACTOR_MAX, 1),
    reach: REACH_FACTORS[candidate.reach ?? 'direct'],
  }
  const mean = factors.price * factors.latency * factors.quality
  const cost = mean * factors.failures * factors.claims * factors.audits * factors.reach
  return { candidate, standing: standingOf(candidate, latency, wish), cost, factors, latency, performance, quality }
}

/** What is expected of a score: its points as far as there is confidence in them, and for the rest what is expected of a stranger. */
export function qualityOf(score: CandidateScore | undefined): number {
  if (score?.points === undefined) return UNKNOWN_QUALITY
  const confidence = within(score.confidence, 0, 1, 0)
  const points = within(score.points, 0, 100, 100 * UNKNOWN_QUALITY) / 100
  return Math.max(QUALITY_MIN, confidence * points + (1 - confidence) * UNKNOWN_QUALITY)
}

/** Who was never measured is neither quick nor slow. */
export function performanceOf({ ms, source }: LatencyEstimate, latencyClass: LatencyClass): number {
  if (latencyClass !== 'realtime' || source !== 'measured') return 1
  const { n, d } = realtimePerformance(ms)
  return Number(n) / Number(d)
}

function standingOf(candidate: Candidate, latency: LatencyEstimate, budget: Budget): Standing {
  if (candidate.price > budget.priceMax) return 'too dear'
  if (isTooSlow(latency, budget)) return 'too slow'
  if (candidate.reach === 'unreachable') return 'unreachable'
  if (candidate.breaker === 'excluded') return 'excluded'
  return candidate.jobsMax > 0 && candidate.jobs >= candidate.jobsMax ? 'full' : 'fits'
}

/** Of whom nothing is known, nothing is said: it gets its chance. */
const isTooSlow = ({ ms, source }: LatencyEstimate, { latencyMsMax }: Budget): boolean =>
  latencyMsMax !== undefined && source !== 'unknown' && ms > latencyMsMax

/** What is no number is `otherwise`: it comes from elsewhere. */
const within = (value: number, min: number, max: number, otherwise: number): number =>
  Number.isNaN(value) ? otherwise : Math.min(max, Math.max(min, value))
