/** What cards of this machine sustain by their benchmark, read again now and then, for a card may be measured meanwhile. */
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { MeasuredFile } from './measured-file.ts'
import { processorKey } from './processor-key.ts'

/** A card is measured once a month, and a price is made each minute. */
const RATES_MS = 60_000

/** In GFLOP/s of single precision; `undefined` for what was not measured. */
export function measuredRates(
  file: MeasuredFile,
  clock: Clock,
): (card: Pick<CardFacts, 'key' | 'form'>) => number | undefined {
  let rows = file.read()
  let readAtMs = clock.monotonicMs()
  return ({ key, form }) => {
    if (clock.monotonicMs() - readAtMs >= RATES_MS) {
      rows = file.read()
      readAtMs = clock.monotonicMs()
    }
    const card = form === 'cpu' ? processorKey() : key
    const found = rows.find((row) => row.card === card)?.findings.fp32Gflops
    return found?.kind === 'measured' ? found.value : undefined
  }
}
