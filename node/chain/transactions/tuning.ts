/** How the desk of transactions paces itself, by the chain. */
import type { SettlingChain } from '../open-chain.ts'
import type { TransactionTuning } from './transaction-desk.ts'

/** A chain that mines at once is not asked more often. */
const LOOK_MS_MIN = 200
/** Blocks that a transaction may be passed by before it offers more. */
const STUCK_BLOCKS = 10
/** Blocks without it, before an endpoint that may have forgotten it is given it again. */
const SEND_AGAIN_BLOCKS = 3

export function tuningOf({
  confirmations,
  periodSeconds,
}: Pick<SettlingChain, 'confirmations' | 'periodSeconds'>): TransactionTuning {
  return {
    confirmations,
    lookMs: Math.max(LOOK_MS_MIN, periodSeconds * 250),
    sendAgainMs: periodSeconds * 1_000 * SEND_AGAIN_BLOCKS,
    stuckMs: periodSeconds * 1_000 * STUCK_BLOCKS,
  }
}
