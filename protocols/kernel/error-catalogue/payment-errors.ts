/** What a job costs, its receipt and its vouchers. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const paymentErrors = {
  PRICE_CEILING: entry(
    14,
    'caller',
    false,
    'the cheapest price is {cheapest|units}, the ceiling {ceiling|units}',
    'Raise --price-max, or wait.',
  ),
  ESCROW_SHORT: entry(
    15,
    'caller',
    false,
    'no miner is assured enough by the escrow: {assured|units} in all, and {needed|units} are needed',
    'Set more aside with aitbc escrow deposit and aitbc escrow fund, or raise sessionMax where the session key may spend no more.',
  ),
  OUTPUT_MISMATCH: entry(
    84,
    'remote',
    false,
    "the receipt's {field} does not match what arrived",
    'The answer is not paid.',
  ),
  RECEIPT_WITHHELD: entry(
    85,
    'remote',
    false,
    'no receipt for attempt {attempt} came within {ms} ms',
    'The miner is not paid until it comes.',
  ),
  OVERPRICED: entry(
    87,
    'remote',
    false,
    'the miner charged {given} credits where {max} were agreed',
    'The answer is not paid.',
  ),
  UNDERPAID: entry(
    88,
    'remote',
    false,
    'the voucher covers {given} credits where {needed} are due',
    'Raise the voucher.',
  ),
  COUNTER_AHEAD: entry(
    89,
    'remote',
    false,
    'the miner says that it holds a voucher of {seen} credits where {held} were signed',
    'Other miners are used. Where the data folder came from a backup, remove its session key: a new one begins new counters.',
  ),
} as const satisfies Record<string, ErrorEntry>
