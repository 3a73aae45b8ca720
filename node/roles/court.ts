/** Contradictions go before the contract, where there is one. */
import { ContradictionCourt } from '../chain/court/contradiction-court.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'
import type { NodeTransactions } from './transactions.ts'

const WEI_PER_GWEI = 10n ** 9n

/** `undefined` in a network without a chain. */
export async function startCourt(
  parts: Parts,
  { settling, clock, random, bus, settings }: Foundation,
  transactions: NodeTransactions,
): Promise<ContradictionCourt | undefined> {
  if (settling === undefined) return undefined
  return parts.start(
    'court',
    () =>
      new ContradictionCourt({
        chain: settling,
        clock,
        random,
        desk: () => transactions.desk(),
        feePerGasMax: BigInt(settings.gasGweiMax) * WEI_PER_GWEI,
        onEvent: (event) => {
          switch (event.kind) {
            case 'punished':
              return bus.emit({ ...event, kind: 'contradiction:punished' })
            case 'dismissed':
              return bus.emit({ ...event, kind: 'contradiction:dismissed' })
          }
        },
      }),
  )
}
