/** Contradictions go before the contract, where there is one. */

import { asMeshError } from '../../protocols/kernel/errors.ts'
import { CourtSink } from '../chain/court/court-sink.ts'
import { LazyCourt } from '../chain/court/lazy-court.ts'
import { gasCeilingWei } from '../chain/transactions/gas-ceiling.ts'
import type { EvidenceBox } from './evidence.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'
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
  const onFailure = (error: Error): void =>
    bus.emit({ kind: 'trouble', during: 'showing evidence to the court', error: asMeshError(error) })
  const { periodSeconds } = settling
  const open = async (): Promise<CourtSink> =>
    new CourtSink({
      chain: settling,
      clock,
      desk: await transactions.desk(),
      feePerGasMax: gasCeilingWei(settings),
      onPunished: (punished) => bus.emit({ kind: 'contradiction:punished', ...punished }),
      onFailure,
      tuning: {
        lookMs: Math.max(500, Math.min(5_000, periodSeconds * 500)),
        toldMs: periodSeconds * 1_000 * TOLD_BLOCKS,
        laterMs: 600_000,
      },
    })
  evidence.bring(await parts.start('court', () => new LazyCourt(open, onFailure)))
}
