/** Which card a measurement is of: the one that the kernels computed on. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { cardFor } from '../engines/card-family.ts'
import { type KernelSet, kernelSets } from '../engines/kernels.ts'
import type { MeasuredTarget } from './measured-file.ts'
import { processorKey } from './processor-key.ts'

/**
 * @param engine as a measurement names it: `onnxruntime/1.30.0/webgpu`
 * @param cards of this machine; the processor needs none
 * @returns `undefined` where no card can be meant
 */
export function measuredTarget(engine: string, cards: readonly CardFacts[]): MeasuredTarget | undefined {
  const kernels = kernelSets.find((each) => each === engine.split('/')[2])
  if (kernels === 'cpu') return { card: processorKey() }
  const card = kernels === undefined ? undefined : cardFor(kernels satisfies KernelSet, cards)
  if (card === undefined) return undefined
  return { card: card.key, ...(card.driver === undefined ? {} : { driver: card.driver }) }
}
