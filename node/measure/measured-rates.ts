/** What cards of this machine sustain by their benchmark, read again now and then, for a card may be measured meanwhile. */
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { type MeasuredFile, newestIn } from './measured-file.ts'
import { cardTarget } from './measured-target.ts'

/** A card is measured once a month, and a price is made each minute. */
const RATES_MS = 60_000

/** In GFLOP/s of single precision, by the newest measurement that still holds; `undefined` for what was not measured. */
export function measuredRates(file: Pick<MeasuredFile, 'read'>, clock: Clock): (card: CardFacts) => number | undefined {
  let rows = file.read()
  let readAtMs = clock.monotonicMs()
  return (card) => {
    if (clock.monotonicMs() - readAtMs >= RATES_MS) {
      rows = file.read()
      readAtMs = clock.monotonicMs()
    }
    const found = newestIn(rows, cardTarget(card), clock.nowMs())?.findings.fp32Gflops
    return found?.kind === 'measured' ? found.value : undefined
  }
}
