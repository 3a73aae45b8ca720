/** Which miner, or which venue, and why none. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const routingErrors = {
  NO_MINER: entry(
    120,
    'network',
    true,
    'no miner can run {model} right now: {reasons}',
    'Try later, raise --price-max or --deadline, or see aitbc peers.',
  ),
  NO_VENUE: entry(
    349,
    'network',
    true,
    'no venue can run {model} right now: the edge: {edge}; the cloud: {cloud}; closest: {closest}',
    'Try later, raise the ceiling or the latency, or see aitbc quote.',
  ),
  MINER_STAKE: entry(
    93,
    'remote',
    true,
    'the miner {miner} is not asked: {why}',
    'Another miner is asked. A miner stakes with aitbc stake.',
  ),
  REGION_UNSERVED: entry(
    323,
    'network',
    true,
    'no miner that is known serves the region {region}',
    'Ask without a region, or for one of: {regions}.',
  ),
  NO_GPU_FITS: entry(
    324,
    'network',
    true,
    'none of {weighed} miners fits the budget: {closest}',
    'Raise the budget that it names, or try later.',
  ),
  POLICY_UNKNOWN: entry(320, 'caller', false, 'there is no routing policy {policy}', 'Choose one of {policies}.'),
  POLICY_WEIGHTS: entry(
    321,
    'caller',
    false,
    'the weights of price, latency and quality cannot be used: {why}',
    'Give three numbers from 0 to 1 that add up to 1, or name a policy.',
  ),
  BUDGET_INVALID: entry(
    322,
    'caller',
    false,
    'a latency budget is a number of milliseconds above 0, not {given}',
    'Give one such as 100.',
  ),
} as const satisfies Record<string, ErrorEntry>
