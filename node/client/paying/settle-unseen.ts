/** Pays miners that an earlier run of this client owed something and that nobody has named since: they are looked for first. */
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type MarketSearch, SEARCH_AGAIN_MS } from '../finding/market-search.ts'
import type { PaymentLines } from './payment-lines.ts'

/** True where every one has confirmed it within `deadlineMs`. @throws the signal's reason */
export async function settleUnseen(
  { clock, market, lines }: { readonly clock: Clock; readonly market: MarketSearch; readonly lines: PaymentLines },
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const endsAtMs = clock.monotonicMs() + deadlineMs
  using deadline = new Deadline(clock, deadlineMs, 'the search for miners that are owed', signal)
  while (lines.unseen().length > 0) {
    try {
      await market.search(undefined, deadline.signal)
      if (lines.unseen().length === 0) break
    } catch (error) {
      // Nobody answered: they may in a moment.
      if (asMeshError(error).fault === 'bug') throw error
    }
    const isLate = await pause(clock, SEARCH_AGAIN_MS, deadline.signal).then(
      () => false,
      () => true,
    )
    throwIfAborted(signal)
    if (isLate) return false
  }
  return lines.settle(Math.max(0, endsAtMs - clock.monotonicMs()), signal)
}
