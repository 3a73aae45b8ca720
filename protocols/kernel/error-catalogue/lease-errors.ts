/** Cards for a time. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const leaseErrors = {
  LEASE_REFUSED: entry(285, 'network', true, 'the miner {miner} does not lease its card: {why}', '{next}'),
  LEASE_TAKEN: entry(
    286,
    'network',
    true,
    'the card of the miner {miner} is leased already; a time of this length is free from {free} on',
    'Book it from then on with --from, or another miner.',
  ),
} as const satisfies Record<string, ErrorEntry>
