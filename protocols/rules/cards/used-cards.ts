/** Which cards of a machine its engines really run models on. Only those are offered; the others are only there. */
import type { CardFacts, CardPlatform } from './card-facts.ts'

/** Whose kernels an engine computes with (the third part of a kernel class), and what drives a card for them. */
const platformOfKernels: Readonly<Record<string, CardPlatform>> = {
  cuda: 'CUDA',
  tensorrt: 'CUDA',
  rocm: 'ROCm',
  migraphx: 'ROCm',
  coreml: 'Metal',
  webgpu: 'WebGPU',
}

/**
 * None where all kernels are the processor's, whatever cards there are. A card that exists in a program only, and a rasteriser, are
 * used by nobody.
 * @param kernels words of the engines' kernel classes: `cpu`, `cuda`
 */
export function usedCards(cards: readonly CardFacts[], kernels: readonly string[]): readonly CardFacts[] {
  const platforms = new Set(kernels.flatMap((word) => platformOfKernels[word] ?? []))
  return cards.filter(
    ({ form, vendor, simulated, platforms: drivenBy }) =>
      simulated !== true &&
      form !== 'software' &&
      form !== 'cpu' &&
      vendor !== 'cpu' &&
      (Object.keys(drivenBy) as CardPlatform[]).some((platform) => platforms.has(platform)),
  )
}
