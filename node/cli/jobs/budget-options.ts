/** What a job may cost and how far its miner may be: for the commands that run one or ask for its price. */
import {
  isRoutingPolicy,
  type RoutingPolicy,
  routingPolicies,
} from '../../../protocols/rules/routing/routing-policy.ts'
import { option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseDuration } from '../screen/durations.ts'
import { parseUnits } from './price-option.ts'

export const priceMaxOption = option({
  value: 'amount',
  about: "The most that the job may cost, in the token's unit.",
  parse: parseUnits,
})

export const policyOption = option({
  value: 'policy',
  about: 'What is valued in a miner: latency, cost or balanced.',
  parse: parsePolicy,
  offers: () => routingPolicies,
})

function parsePolicy(text: string): RoutingPolicy {
  if (isRoutingPolicy(text)) return text
  throw usageError(`${text} is no policy`, `Give one of ${routingPolicies.join(', ')}.`)
}

export const latencyMaxOption = option({
  value: 'duration',
  about: 'Only miners near enough, at their price for it.',
  parse: parseDuration,
})
