/** What a price is made of. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const priceErrors = {
  PRICE_INPUT: entry(290, 'caller', false, 'no price can be made of {what} = {value}: {why}', 'Give {needed}.'),
  JOB_TYPE_UNKNOWN: entry(291, 'caller', false, 'there is no type of job {type}', 'There are: {types}.'),
  PRICE_OVERFLOW: entry(
    292,
    'caller',
    false,
    'a price of {price|units} is above all that an offer can name',
    'Give a lower base, or smaller multipliers: {max|units} is the most.',
  ),
} as const satisfies Record<string, ErrorEntry>
