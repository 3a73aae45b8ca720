/**
 * Classes that offers are sharded by, beside the region: a client of one class need not hear the offers of the others. They are few
 * and coarse, for every router hears them all: what a card can hold decides which models it is asked for, its speed only how fast.
 */
import { SIZE_SHARE_SHOWN } from '../cards/card-memory.ts'
import type { ConsumerGpuProfile } from './gpu-profile.ts'

/** Models run on the processor: everybody has one, and nobody is told that it is a card. */
const CPU_CLASS = 'cpu'

/** GiB from which a class begins, the smallest first; a card of less, or of memory that is not known, is `gpu`. */
const MEMORY_CLASSES = [
  { word: 'gpu-8g', gib: 8 },
  { word: 'gpu-16g', gib: 16 },
  { word: 'gpu-32g', gib: 32 },
] as const
const SMALL_CLASS = 'gpu'

/** The one that holds least first. */
export const cardClasses: readonly string[] = [CPU_CLASS, SMALL_CLASS, ...MEMORY_CLASSES.map(({ word }) => word)]

/** @example classOfCard(profile of an RTX 4070) === 'gpu-8g' */
export function classOfCard({
  form,
  vendor,
  figures,
}: Pick<ConsumerGpuProfile, 'form' | 'vendor' | 'figures'>): string {
  if (form === 'cpu' || vendor === 'cpu') return CPU_CLASS
  const gib = figures.memoryGiB?.value ?? 0
  return MEMORY_CLASSES.findLast((each) => gib >= SIZE_SHARE_SHOWN * each.gib)?.word ?? SMALL_CLASS
}

/** Of a machine: that of its largest card; the processor's where it has none. */
export function classOfMachine(profiles: readonly Pick<ConsumerGpuProfile, 'form' | 'vendor' | 'figures'>[]): string {
  return profiles
    .map(classOfCard)
    .reduce((best, each) => (cardClasses.indexOf(each) > cardClasses.indexOf(best) ? each : best), CPU_CLASS)
}
