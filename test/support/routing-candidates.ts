/** Candidates for tests of routing: a plain one, and any. */
import fc from 'fast-check'
import { CREDITS_MAX, credits } from '../../protocols/kernel/money.ts'
import type { Candidate } from '../../protocols/rules/routing/candidate.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import type { Wish } from '../../protocols/rules/routing/weigh-candidate.ts'

export type Named = Candidate & { readonly name: string }

/** Near, known and free: 30 ms for 1000 credits. */
export const named = (name: string, facts: Partial<Candidate> = {}): Named => ({
  ...{ price: credits(1_000), rttMs: 10, serviceMs: 20, jobs: 0, jobsMax: 8, failures: 0 },
  score: { points: 80, confidence: 1 },
  ...facts,
  name,
})

export const ANYTHING: Wish = {
  weights: weightsOf('latency'),
  latencyClass: 'standard',
  priceMax: CREDITS_MAX,
  latencyMsMax: undefined,
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

/** Whatever may come of offers, measurements and other people's rules, no number included. */
export const anyCandidate: fc.Arbitrary<Candidate> = fc.record(
  {
    price: fc.bigInt({ min: 0n, max: CREDITS_MAX }).map(credits),
    rttMs: maybe(fc.double()),
    distance: fc.record({ ms: fc.double(), source: fc.constantFrom('coordinates', 'geography') }),
    serviceMs: maybe(fc.double()),
    quickestMs: fc.double(),
    jobs: fc.nat(0xffff_ffff),
    jobsMax: fc.nat(0xffff_ffff),
    failures: fc.double(),
    claimFactor: fc.double(),
    auditFactor: fc.double(),
    score: fc.record({ points: maybe(fc.double()), confidence: fc.double() }),
    isUntested: fc.boolean(),
    reach: fc.constantFrom('direct', 'punched', 'relayed', 'unreachable'),
    breaker: fc.constantFrom('active', 'excluded', 'probe'),
    group: fc.constantFrom('a', 'b', 'c'),
  },
  { requiredKeys: ['price', 'rttMs', 'serviceMs', 'jobs', 'jobsMax', 'failures'] },
)

/** As honest peers are: everything is near the ordinary. */
export const plainCandidate: fc.Arbitrary<Candidate> = fc.record({
  price: fc.integer({ min: 900, max: 1_300 }).map((price) => credits(price)),
  rttMs: maybe(fc.integer({ min: 1, max: 60 })),
  serviceMs: maybe(fc.integer({ min: 5, max: 60 })),
  jobs: fc.nat(5),
  jobsMax: fc.constant(4),
  failures: fc.constantFrom(0, 0, 0.5, 2),
  score: fc.record({ points: maybe(fc.integer({ min: 20, max: 100 })), confidence: fc.constantFrom(0, 0.05, 0.5, 1) }),
  isUntested: fc.constantFrom(false, false, true),
  breaker: fc.constantFrom('active', 'active', 'probe', 'excluded'),
  group: fc.constantFrom('a', 'b', 'c', 'd'),
})

export const anyWish: fc.Arbitrary<Wish> = fc.record({
  weights: fc.constantFrom(weightsOf('latency'), weightsOf('cost'), weightsOf('balanced')),
  latencyClass: fc.constantFrom('realtime', 'fast', 'standard', 'economy'),
  priceMax: fc.oneof(fc.bigInt({ min: 0n, max: 2_000n }), fc.constant<bigint>(CREDITS_MAX)).map(credits),
  latencyMsMax: maybe(fc.integer({ min: 1, max: 300 })),
})
