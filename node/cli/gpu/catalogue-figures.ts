/** What the catalogue publishes of a card, in the units in which it is measured. */

import type { CatalogueRow } from '../../../protocols/catalogue/catalogue-row.ts'
import { matchCard } from '../../../protocols/catalogue/index.ts'
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CatalogueFigures } from './measurement-text.ts'

/** `undefined` where the catalogue does not know which model it is. */
export function catalogueFigures(card: CardFacts): CatalogueFigures | undefined {
  const match = matchCard(card)
  return match.kind === 'row' ? inMeasuredUnits(match.row) : undefined
}

/** Matrix units count for fp16, with sums as engines keep them: they are what the engine uses where there are any. */
function inMeasuredUnits(row: CatalogueRow): CatalogueFigures {
  const { fp32Tflops, fp16Tflops, fp16TensorTflops, tensorFp32AccumulateRatio, int8Tops, bandwidthGBps } = row
  const matrix = fp16TensorTflops === undefined ? undefined : fp16TensorTflops * (tensorFp32AccumulateRatio ?? 1)
  const thousands = (value: number | undefined): number | undefined => value && value * 1_000
  return known<CatalogueFigures>({
    fp32Gflops: thousands(fp32Tflops),
    fp16Gflops: thousands(matrix ?? fp16Tflops),
    int8Gops: thousands(int8Tops),
    memoryMBps: thousands(bandwidthGBps),
  })
}
