/** What a client values in a miner, as weights that add up to one: the policies by name, and whoever brings its own. */
import { MeshError } from '../../kernel/errors.ts'

export const routingPolicies = ['latency', 'cost', 'balanced'] as const
export type RoutingPolicy = (typeof routingPolicies)[number]

/** Exponents of price, latency and lack of quality in the cost of a candidate. */
export interface PolicyWeights {
  readonly price: number
  readonly latency: number
  readonly quality: number
}

/**
 * Quality weighs the same everywhere: a wrong answer is worth nothing, however cheap or quick. Under `latency` a miner that is twice
 * as dear has to be 1.6 times as quick, under `cost` sixteen times.
 */
const policyWeights: Readonly<Record<RoutingPolicy, PolicyWeights>> = {
  latency: { price: 0.3, latency: 0.45, quality: 0.25 },
  cost: { price: 0.6, latency: 0.15, quality: 0.25 },
  balanced: { price: 0.4, latency: 0.35, quality: 0.25 },
}

/** Decimal weights do not add up exactly in binary. */
const SUM_TOLERANCE = 1e-9

export const isRoutingPolicy = (text: string): text is RoutingPolicy => routingPolicies.includes(text as RoutingPolicy)

/**
 * @throws MeshError POLICY_UNKNOWN for a name that is none, POLICY_WEIGHTS for weights that are negative, no numbers, or do not add up to 1
 * @example weightsOf('cost').price === 0.6
 */
export function weightsOf(policy: string | PolicyWeights): PolicyWeights {
  if (typeof policy !== 'string') return checked(policy)
  if (!isRoutingPolicy(policy)) throw new MeshError('POLICY_UNKNOWN', { policy, policies: routingPolicies.join(', ') })
  return policyWeights[policy]
}

function checked(weights: PolicyWeights): PolicyWeights {
  const { price, latency, quality } = weights
  const wrong = Object.entries({ price, latency, quality }).find(([, weight]) => !(weight >= 0 && weight <= 1))
  if (wrong !== undefined) throw new MeshError('POLICY_WEIGHTS', { why: `${wrong[0]} is ${wrong[1]}` })
  const sum = price + latency + quality
  if (Math.abs(sum - 1) > SUM_TOLERANCE) throw new MeshError('POLICY_WEIGHTS', { why: `they add up to ${sum}` })
  return weights
}
