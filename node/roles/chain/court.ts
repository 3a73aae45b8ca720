/** Contradictions go before the contract, where there is one. */

import { CourtSink } from '../../chain/court/court-sink.ts'
import { gasCeilingWei } from '../../chain/transactions/gas-ceiling.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { EvidenceBox } from './evidence.ts'
import type { NodeTransactions } from './transactions.ts'

/** On chains with quicker blocks what others found is left to them for a shorter while. */
const TOLD_BLOCKS = 10

/** Nothing in a network without a chain. */
export async function startCourt(
  parts: Parts,
  { settling, clock, bus, settings }: Foundation,
  transactions: NodeTransactions,
  evidence: EvidenceBox,
): Promise<void> {
  if (settling === undefined) return
  const { periodSeconds } = settling
  const court = await parts.start(
    'court',
    () =>
      new CourtSink({
        chain: settling,
        clock,
        desk: () => transactions.desk(),
        reporter: transactions.sender,
        feePerGasMax: gasCeilingWei(settings),
        onPunished: (punished) => bus.emit({ kind: 'contradiction:punished', ...punished }),
        onFailure: bus.trouble('showing evidence to the court'),
        tuning: {
          lookMs: Math.max(500, Math.min(5_000, periodSeconds * 500)),
          toldMs: periodSeconds * 1_000 * TOLD_BLOCKS,
          laterMs: 600_000,
        },
      }),
  )
  evidence.bring(court)
}
