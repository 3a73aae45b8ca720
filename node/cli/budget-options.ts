/** What a job may cost and how far its miner may be: for the commands that run one or ask for its price. */
import { option } from './command.ts'
import { parseDuration } from './durations.ts'
import { parseUnits } from './price-option.ts'

export const priceMaxOption = option({
  value: 'amount',
  about: "The most that the job may cost, in the token's unit.",
  parse: parseUnits,
})

export const latencyMaxOption = option({
  value: 'duration',
  about: 'Only miners near enough, at their price for it.',
  parse: parseDuration,
})
