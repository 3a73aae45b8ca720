/** The cards that kernels of a set compute on, and their family's word in a kernel class. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { KernelSet } from './kernels.ts'

/** As the interfaces choose where nobody chooses for them: a card of its own before graphics in a processor. Others are none. */
const formsInOrder: readonly CardFacts['form'][] = ['discrete', 'virtual', undefined, 'integrated']

/** Cards of this machine that can be meant, the likeliest first. A rasteriser, the processor, or a card that is simulated is none. */
export function cardsFor(kernels: KernelSet, cards: readonly CardFacts[]): readonly CardFacts[] {
  const fitting = cards.filter(
    ({ vendor, simulated }) =>
      simulated !== true && vendor !== 'cpu' && (vendors[kernels]?.includes(vendor ?? '') ?? true),
  )
  return formsInOrder.flatMap((form) => fitting.filter((card) => card.form === form))
}

/** `undefined` where no card of this machine can be meant. */
export const cardFor = (kernels: KernelSet, cards: readonly CardFacts[]): CardFacts | undefined =>
  cardsFor(kernels, cards)[0]

const vendors: Readonly<Partial<Record<KernelSet, readonly string[]>>> = {
  cpu: [],
  cuda: ['nvidia'],
  coreml: ['apple'],
}

/**
 * Cards of one family have the same arithmetic units: NVIDIA's compute capability, AMD's gfx number, else the model of the chip,
 * which is narrower and so never claims too much.
 * @example cardFamily({ vendor: 'nvidia', computeCapability: '8.9', ... }) === 'nvidia-8.9'
 */
export function cardFamily({ vendor, computeCapability, gfx, pci, name }: CardFacts): string {
  const chip =
    computeCapability ?? gfx ?? (pci === undefined ? name : `pci-${pci.device.toString(16).padStart(4, '0')}`)
  const words = [vendor ?? 'card', ...(chip === undefined ? [] : [chip])].join('-')
  return words
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 48)
}
