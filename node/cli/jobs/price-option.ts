/** Amounts as people type them, for options. */
import { type Credits, parseCredits } from '../../../protocols/kernel/money.ts'
import { usageError } from '../frame/usage-error.ts'

/** Credits of `0.002` in the token's unit. @throws MeshError COMMAND_LINE */
export function parseUnits(text: string): Credits {
  const amount = parseCredits(text)
  if (amount !== undefined) return amount
  throw usageError(`${text} is no amount`, 'Give a number with at most six decimals, like 0.002.')
}
