/** Which card a measurement is of: the one that the kernels computed on. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { MeasuredTarget } from './measured-file.ts'
import { processorKey } from './processor-key.ts'

/**
 * @param engine as a measurement names it: `onnxruntime/1.30.0/webgpu`
 * @param seat the card of the seat; what its engine left to the processor is the processor's
 */
export function measuredTarget(engine: string, { key, driver }: Pick<CardFacts, 'key' | 'driver'>): MeasuredTarget {
  if (engine.split('/')[2] === 'cpu') return { card: processorKey() }
  return { card: key, ...(driver === undefined ? {} : { driver }) }
}
