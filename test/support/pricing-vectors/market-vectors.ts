/** Cases of what the market asks, in every class. */
import { latencyClasses } from '../../../protocols/rules/pricing/latency-class.ts'
import { type MarketFacts, marketBase, marketPrice } from '../../../protocols/rules/pricing/market-base.ts'

const NOW_MS = 1_767_225_600_000

const facts: readonly MarketFacts[] = [
  { jobType: 'inference', hourUtc: 12, nowMs: NOW_MS },
  { jobType: 'inference', hourUtc: 3, complexity: 0.01, nowMs: NOW_MS },
  { jobType: 'inference', hourUtc: 20, complexity: 0.01, queue: 300, utilisation: 1, nowMs: NOW_MS },
  {
    jobType: 'inference',
    hourUtc: 20,
    complexity: 12.5,
    capabilityScore: 0.82,
    queue: 3,
    utilisation: 0.4,
    nowMs: NOW_MS,
  },
  { jobType: 'inference', hourUtc: 4, complexity: 1, capabilityScore: 0, utilisation: 0, nowMs: NOW_MS },
  { jobType: 'embedding', hourUtc: 8, complexity: 0.377, queue: 7, nowMs: NOW_MS },
  { jobType: '1k-tokens', hourUtc: 23, complexity: 1.2, utilisation: 0.9, nowMs: NOW_MS },
  { jobType: 'image', hourUtc: 6, complexity: 3.3, capabilityScore: 1, queue: 100, nowMs: NOW_MS },
  { jobType: 'training-hour', hourUtc: 17, complexity: 1_000, nowMs: NOW_MS },
]

export const marketVectors = (): readonly object[] =>
  facts.map((each) => {
    const { base, final, floor, isFloor, multipliers, expiresAtMs } = marketBase(each)
    const factors = Object.fromEntries(Object.entries(multipliers).map(([name, { factor }]) => [name, factor]))
    const prices = latencyClasses.map((latencyClass) => [latencyClass, marketPrice({ ...each, latencyClass }).final])
    return {
      facts: each,
      base,
      asked: final,
      floor,
      isFloor,
      multipliers: factors,
      prices: Object.fromEntries(prices),
      expiresAtMs,
    }
  })
