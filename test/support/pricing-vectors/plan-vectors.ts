/** Cases of the planned formula: each multiplier alone at its edges, and some together. */
import { type PlanFacts, planPrice } from '../../../protocols/rules/pricing/plan-price.ts'

const plain: PlanFacts = {
  jobType: 'inference',
  latencyClass: 'standard',
  capabilityScore: 0.5,
  latencyMsMean: 150,
  queue: 0,
  utilisation: 0.5,
  hourUtc: 12,
  complexity: 1,
  nowMs: 1_767_225_600_000,
}

const alone: Readonly<Partial<Record<keyof PlanFacts, readonly (string | number)[]>>> = {
  jobType: ['inference', 'training-hour', 'embedding', 'no such type'],
  latencyClass: ['realtime', 'fast', 'standard', 'economy', 'no such class'],
  capabilityScore: [0, 0.1, 0.5, 0.73, 1],
  queue: [0, 1, 33, 100, 250],
  utilisation: [0, 0.33, 0.5, 1],
  hourUtc: Array.from({ length: 24 }, (_, hour) => hour),
  complexity: [0, 0.01, 0.4999, 0.5, 1.0005, 1.0055, 1_000],
}

/** Mixed by a fixed stride, so that no two have the same neighbours. */
const mixed = Array.from({ length: 40 }, (_, i): PlanFacts => {
  const pick = <T>(values: readonly T[], stride: number): T => values[(i * stride) % values.length]!
  return {
    ...plain,
    jobType: pick(['inference', 'training-hour', 'image'], 1),
    latencyClass: pick(['realtime', 'fast', 'standard', 'economy', 'unknown'], 2),
    capabilityScore: ((i * 37) % 101) / 100,
    latencyMsMean: (i * 29) % 400,
    queue: (i * 13) % 120,
    utilisation: ((i * 17) % 11) / 10,
    hourUtc: (i * 5) % 24,
    complexity: (((i * 7) % 50) + 1) / 8,
  }
})

export function planVectors(): readonly object[] {
  const cases = Object.entries(alone).flatMap(([key, values]) => values.map((value) => ({ ...plain, [key]: value })))
  for (const latencyMsMean of [0, 99, 100, 200, 201, undefined]) {
    const { latencyMsMean: _, ...rest } = plain
    cases.push({
      ...rest,
      latencyClass: 'realtime',
      ...(latencyMsMean === undefined ? {} : { latencyMsMean }),
    } as PlanFacts)
  }
  return [...cases, ...mixed].map((facts) => ({ facts, price: planPrice(facts) }))
}
