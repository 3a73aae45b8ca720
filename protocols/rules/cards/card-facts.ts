/**
 * What a machine says about one physical card, and about one slice of it. Every field that was not found out is absent: 0 or an
 * empty text would be a claim, and a false one.
 */

/** `cpu`: the processor, where models run that no card takes. */
export const cardVendors = [
  'nvidia',
  'amd',
  'intel',
  'apple',
  'qualcomm',
  'arm',
  'samsung',
  'broadcom',
  'imagination',
  'cpu',
] as const
export type CardVendor = (typeof cardVendors)[number]

/** What can drive a card. Words as people know them; a back end that finds another is wrong. */
export const cardPlatforms = ['CUDA', 'ROCm', 'Level Zero', 'Metal', 'Vulkan', 'WebGPU', 'CPU'] as const
export type CardPlatform = (typeof cardPlatforms)[number]

/** `software`: a rasteriser on the processor that calls itself a card; it is never rented out. */
export const cardForms = ['discrete', 'integrated', 'virtual', 'software', 'cpu'] as const
export type CardForm = (typeof cardForms)[number]

export interface PciId {
  /** 16 bits each. */
  readonly vendor: number
  readonly device: number
  readonly subsystemVendor?: number
  readonly subsystemDevice?: number
  /** 8 bits; AMD tells models of one device apart by it. */
  readonly revision?: number
}

/** As the card's maker or driver sets them. */
export interface CardLimits {
  readonly powerWMin?: number
  readonly powerWDefault?: number
  readonly powerWMax?: number
  /** From here the card slows itself down; from there it turns itself off. */
  readonly slowdownC?: number
  readonly shutdownC?: number
  /** The same where the card tells only how far it is from its highest temperature: at which margin, mostly below 0 (`limits-now.ts`). */
  readonly slowdownMarginC?: number
  readonly shutdownMarginC?: number
  /** Highest at which the hot spot, or the memory, may run for long. */
  readonly hotspotCMax?: number
  readonly memoryCMax?: number
}

/** A part of a card that is handed out as if it were one (MIG). */
export interface CardSlice {
  readonly name?: string
  readonly uuid?: string
  readonly memoryBytes?: number
}

export interface CardFacts {
  /** Same card, same key, as long as it stays where it is plugged in. Never leaves this machine: others are told its hash. */
  readonly key: string
  /** Back ends that see it, the one whose word counts first. */
  readonly seenBy: readonly string[]
  readonly vendor?: CardVendor
  /** As the driver prints it, for example `NVIDIA GeForce RTX 4070 Laptop GPU`. */
  readonly name?: string
  readonly pci?: PciId
  /** Domain, bus, device and function, for example `0000:01:00.0`. */
  readonly busAddress?: string
  readonly uuid?: string
  readonly form?: CardForm
  /** Of its own, or the largest share of the machine's that it may take. */
  readonly memoryBytes?: number
  /** Its memory is the machine's: what it takes, programs lack. */
  readonly sharesMemory?: boolean
  /** As the maker counts them: Apple's GPU cores, a Jetson's CUDA cores. */
  readonly cores?: number
  readonly driver?: string
  /** What drives it, each with its version where one was printed. */
  readonly platforms: Readonly<Partial<Record<CardPlatform, string | true>>>
  /** NVIDIA: `8.9`. */
  readonly computeCapability?: string
  /** AMD: `gfx1100`. */
  readonly gfx?: string
  readonly limits: CardLimits
  readonly slices?: readonly CardSlice[]
  /** It exists in this program only: said wherever it is shown. */
  readonly simulated?: true
}
