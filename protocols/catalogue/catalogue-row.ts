/**
 * One model of card as published: facts with their sources. What is not known is absent, never 0. Memory variants of a model are
 * rows of their own. README.md beside this file says what the figures count.
 */
import type { CardPlatform, CardVendor } from '../rules/cards/card-facts.ts'
import type { Architecture } from './architectures.ts'
import type { CatalogueSourceKey } from './sources.ts'

/** `apu`: inside an x86 processor; `soc`: telephone, tablet, Mac, Arm laptop; `embedded`: Jetson. */
export const modelForms = ['desktop', 'laptop', 'workstation', 'apu', 'soc', 'embedded', 'datacentre'] as const
export type ModelForm = (typeof modelForms)[number]

export type MemoryType =
  | `DDR${4 | 5}`
  | `LPDDR${'4' | '4X' | '5' | '5X'}`
  | `GDDR${'5' | '5X' | '6' | '6X' | '7'}`
  | `HBM${'2' | '2e' | '3' | '3e'}`

export interface CatalogueRow {
  /** Small letters, digits and dashes; stays what it is. */
  readonly id: string
  readonly vendor: Exclude<CardVendor, 'cpu'>
  /** Without the maker's name; what stands in brackets is ours. */
  readonly name: string
  /** As drivers and tools print it; the first as the maker's own driver does. Several rows may share one. */
  readonly printed: readonly [string, ...string[]]
  readonly form: ModelForm
  readonly architecture: Architecture
  /** Of the launch. */
  readonly year: number
  /** Its own memory; absent where it shares the machine's, except for modules that are sold with it. */
  readonly memoryGiB?: number
  /** The most that is sold with it, where the memory is the machine's. */
  readonly memoryGiBMax?: number
  readonly memoryType?: MemoryType
  readonly busBits?: number
  /** Peak, 10^9 bytes. */
  readonly bandwidthGBps?: number
  /** FP32 lanes. */
  readonly shaders?: number
  /** As the maker counts them: Apple's GPU cores, a Jetson's CUDA cores. */
  readonly cores?: number
  readonly boostMhz?: number
  /** 2 x shaders x boost clock where both are known. */
  readonly fp32Tflops?: number
  /** Of the shaders, without matrix units. */
  readonly fp16Tflops?: number
  /** Of the matrix units: dense, sums in FP16. */
  readonly fp16TensorTflops?: number
  /** Times {@link fp16TensorTflops} where sums are kept in FP32, as engines do: 0.5 or 1. */
  readonly tensorFp32AccumulateRatio?: 0.5 | 1
  /** Dense. */
  readonly int8Tops?: number
  /** Of the board or module; the top of the range for laptops. */
  readonly tdpW?: number
  /** `vendor:device`, small hex. Several models can share one. */
  readonly pci?: readonly [string, ...string[]]
  /** AMD: PCI revisions, hex, that pick the model among those that share its device. */
  readonly revisions?: readonly [string, ...string[]]
  /** NVIDIA: `8.9`. */
  readonly computeCapability?: string
  /** AMD: `gfx1100`. */
  readonly gfx?: string
  /** Intel: the driver's word for the chip. */
  readonly chip?: string
  /** What can be expected to drive it. */
  readonly platforms: readonly CardPlatform[]
  /** It sits in a telephone, a tablet or a handheld console. */
  readonly supportsMobile: boolean
  /** False: a card of data centres, listed to compare with. */
  readonly consumer: boolean
  /** A row without one does not compile. */
  readonly source: readonly [CatalogueSourceKey, ...CatalogueSourceKey[]]
  /** Of the core figures. A: two independent sources agree; B: one good source; C: derived, or the editor's knowledge. */
  readonly confidence: 'A' | 'B' | 'C'
  /** What to know before the row is used. */
  readonly notes?: readonly string[]
}

/** What rows of one family may have in common; never where they are from. */
type Shareable = Omit<CatalogueRow, 'id' | 'name' | 'printed' | 'source' | 'confidence'>

/** Rows, each completed by what the family shares. A row does not repeat, and cannot change, what is shared. */
export const family = <const S extends Partial<Shareable>>(
  shared: S & { readonly [K in Exclude<keyof S, keyof Shareable>]: never },
  rows: readonly Omit<CatalogueRow, keyof S>[],
): readonly CatalogueRow[] => rows.map((row) => ({ ...shared, ...row }) as unknown as CatalogueRow)
