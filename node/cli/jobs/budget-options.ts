/** What a job may cost and how far its miner may be: for the commands that run one or ask for its price. */
import { routingPolicies } from '../../../protocols/rules/routing/routing-policy.ts'
import { option } from '../frame/command.ts'
import { oneOf } from '../frame/usage-error.ts'
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
  parse: oneOf('policy', ...routingPolicies),
  offers: () => routingPolicies,
})

export const latencyMaxOption = option({
  value: 'duration',
  about: 'Only miners near enough, at their price for it.',
  parse: parseDuration,
})
