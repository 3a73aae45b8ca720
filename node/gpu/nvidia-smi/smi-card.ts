/** One card as nvidia-smi tells of it, in its own words; the log and the query tell the same under other names. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardLimits, CardSlice } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardProcess, CardReading, ThrottleReason } from '../../../protocols/rules/cards/card-reading.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { busAddressOf, keyOfPlace, pciIdOf } from '../pci-words.ts'
import { within } from '../text/plausible.ts'
import { wordOf } from '../text/words.ts'
import { celsius, degrees, mebibytes, megahertz, memoryOf, share, watts } from './printed-figures.ts'

export const NVIDIA_SMI = 'nvidia-smi'

/** Every field as printed. */
export interface SmiWords {
  readonly name?: string | undefined
  readonly uuid?: string | undefined
  readonly busId?: string | undefined
  readonly deviceId?: string | undefined
  readonly subsystemId?: string | undefined
  readonly driver?: string | undefined
  readonly cuda?: string | undefined
  readonly computeCapability?: string | undefined
  readonly virtualisation?: string | undefined
  /** Whether the card is cut into slices (MIG). */
  readonly slicing?: string | undefined
  readonly memoryTotal?: string | undefined
  readonly powerMin?: string | undefined
  readonly powerDefault?: string | undefined
  readonly powerMax?: string | undefined
  readonly slowdown?: string | undefined
  readonly shutdown?: string | undefined
  readonly memoryHeatMax?: string | undefined
  /** Cards since Ada and Hopper: margins instead of limits. */
  readonly margin?: string | undefined
  readonly slowdownMargin?: string | undefined
  readonly shutdownMargin?: string | undefined
  readonly heat?: string | undefined
  readonly memoryHeat?: string | undefined
  readonly power?: string | undefined
  readonly powerLimit?: string | undefined
  readonly coreClock?: string | undefined
  readonly memoryClock?: string | undefined
  readonly utilisation?: string | undefined
  readonly memoryUsed?: string | undefined
  readonly memoryFree?: string | undefined
  readonly fan?: string | undefined
}

export interface SmiCard {
  readonly words: SmiWords
  /** Absent where the driver does not say. */
  readonly throttled?: readonly ThrottleReason[] | undefined
  readonly processes?: readonly CardProcess[] | undefined
  readonly slices?: readonly CardSlice[] | undefined
}

/** What the driver calls its reasons; idle, and clocks that an owner or a display has set, are none of ours. */
const throttleWords: Readonly<Record<string, ThrottleReason>> = {
  sw_power_cap: 'power',
  hw_slowdown: 'hardware',
  sync_boost: 'sync',
  sw_thermal_slowdown: 'heat',
  hw_thermal_slowdown: 'heat',
  hw_power_brake_slowdown: 'power',
  applications_clocks_setting: 'software',
}

/** Names of the bits of `clocks_event_reasons.active`, as nvml.h gives them out. */
const throttleBits: readonly (readonly [bit: bigint, word: string])[] = [
  [0x2n, 'applications_clocks_setting'],
  [0x4n, 'sw_power_cap'],
  [0x8n, 'hw_slowdown'],
  [0x10n, 'sync_boost'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
]

export const throttledBy = (words: readonly string[]): readonly ThrottleReason[] => [
  ...new Set(words.flatMap((word) => throttleWords[word] ?? [])),
]

export function throttledByBits(text: string | undefined): readonly ThrottleReason[] | undefined {
  const digits = /^0x([0-9a-f]{1,16})$/i.exec(text?.trim() ?? '')?.[1]
  if (digits === undefined) return undefined
  const bits = BigInt(`0x${digits}`)
  return throttledBy(throttleBits.flatMap(([bit, word]) => ((bits & bit) === 0n ? [] : [word])))
}

/** Masked identifiers, and those that two cards of one machine share, name nothing. */
const uuidOf = (text: string | undefined): string | undefined =>
  /^(GPU|MIG)-(?!0{8}-0{4}-0{4}-0{4}-0{12})[0-9a-f/-]{8,64}$/i.exec(text?.trim() ?? '')?.[0]

/** Keys of the cards, in their order; `undefined` for one that cannot be told from the others. */
export function keysOf(cards: readonly SmiCard[]): readonly (string | undefined)[] {
  const places = cards.map(({ words }) => busAddressOf(words.busId))
  const uuids = cards.map(({ words }) => uuidOf(words.uuid))
  return cards.map((_, index) => {
    const place = places[index]
    const uuid = uuids[index]
    if (place !== undefined) return places.indexOf(place) === index ? keyOfPlace(place) : undefined
    return uuid !== undefined && uuids.indexOf(uuid) === index ? `nvidia/${uuid}` : undefined
  })
}

export function factsOf({ words, slices }: SmiCard, key: string, isUuidShared: boolean): CardFacts {
  const memoryBytes = memoryOf(words.memoryTotal)
  const cuda = wordOf(words.cuda)
  const pci = pciIdOf(words.deviceId, words.subsystemId)
  return {
    key,
    seenBy: [NVIDIA_SMI],
    vendor: 'nvidia',
    platforms: { CUDA: cuda !== undefined && VERSION.test(cuda) ? cuda : true },
    limits: known<CardLimits>({
      powerWMin: watts(words.powerMin),
      powerWDefault: watts(words.powerDefault),
      powerWMax: watts(words.powerMax),
      slowdownC: celsius(words.slowdown),
      shutdownC: celsius(words.shutdown),
      slowdownMarginC: marginOf(words.slowdownMargin),
      shutdownMarginC: marginOf(words.shutdownMargin),
      memoryCMax: celsius(words.memoryHeatMax),
    }),
    ...known<Partial<CardFacts>>({
      name: wordOf(words.name),
      // Some owners mask it before they publish a log, and some hypervisors before they show a card.
      pci: pci?.vendor === pciVendors.nvidia ? pci : undefined,
      busAddress: busAddressOf(words.busId),
      uuid: isUuidShared ? undefined : uuidOf(words.uuid),
      // Boards that take their memory from the machine (GB10, Jetson) report none.
      form: /^vgpu$/i.test(words.virtualisation ?? '') ? 'virtual' : memoryBytes === undefined ? undefined : 'discrete',
      memoryBytes,
      driver: wordOf(words.driver),
      computeCapability: /^\d{1,2}\.\d$/.exec(words.computeCapability?.trim() ?? '')?.[0],
      slices: slices === undefined || slices.length === 0 ? undefined : slices,
    }),
  }
}

/** Nothing is further from its limit than at frost, or further beyond it than a chip survives. */
const MARGIN_C = { min: -40, max: 130 } as const
const marginOf = (text: string | undefined): number | undefined => within(degrees(text), MARGIN_C.min, MARGIN_C.max)

const VERSION = /^\d{1,3}(\.\d{1,3}){0,2}$/

export function readingOf({ words, throttled, processes }: SmiCard, atMs: number): CardReading {
  return {
    atMs,
    temperaturesC: known<CardReading['temperaturesC']>({
      edge: celsius(words.heat),
      memory: celsius(words.memoryHeat),
    }),
    ...known<Partial<CardReading>>({
      marginC: marginOf(words.margin),
      powerW: watts(words.power),
      powerLimitW: watts(words.powerLimit),
      coreMhz: megahertz(words.coreClock),
      memoryMhz: megahertz(words.memoryClock),
      utilisation: share(words.utilisation),
      memoryUsedBytes: mebibytes(words.memoryUsed),
      memoryFreeBytes: mebibytes(words.memoryFree),
      fan: share(words.fan),
      throttled,
      processes,
    }),
  }
}

/** Of all cards of one answer. One without a key is left out: it could be mistaken for another. */
export function cardsOf<T>(
  cards: readonly SmiCard[],
  make: (card: SmiCard, key: string, isUuidShared: boolean) => T,
): readonly T[] {
  const keys = keysOf(cards)
  const uuids = cards.map(({ words }) => uuidOf(words.uuid))
  return cards.flatMap((card, index) => {
    const key = keys[index]
    const isShared = uuids.filter((uuid) => uuid === uuids[index]).length > 1
    return key === undefined ? [] : [make(card, key, isShared)]
  })
}
