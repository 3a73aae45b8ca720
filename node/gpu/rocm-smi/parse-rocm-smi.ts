/**
 * `rocm-smi --json`: an entry per card, all values texts, and one named `system`. The names of the values changed with nearly
 * every ROCm; those of 4.3 to 6.1 were recorded.
 */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, PciId } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading, HeatSensor } from '../../../protocols/rules/cards/card-reading.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { uniqueIdIn } from '../amdgpu/amd-facts.ts'
import { amdMemory } from '../amdgpu/amd-memory.ts'
import { oncePerKey } from '../once-per-key.ts'
import { busAddressOf, keyOfPlace } from '../pci-words.ts'
import { at, firstOf, isObject, type Json, type JsonObject, jsonWithin } from '../text/json-within.ts'
import { hexIn, numberIn } from '../text/numbers.ts'
import { clockMhz, limitW, memoryFreeBytes, powerW, shareOfPercent, temperatureC } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

export interface RocmSmiCard {
  readonly facts: CardFacts
  readonly reading: CardReading
}

/** More than any machine holds. */
const CARDS_MAX = 64

/** `undefined` where the text is none of rocm-smi's. */
export function parseRocmSmi(text: string, atMs: number): readonly RocmSmiCard[] | undefined {
  const all = jsonWithin(text)
  if (!isObject(all)) return undefined
  const driver = wordsIn(at(all, 'system', 'Driver version'))
  const cards = Object.entries(all)
    .filter(([name]) => /^card\d{1,3}$/.test(name))
    .slice(0, CARDS_MAX)
    .flatMap(([name, card]) =>
      isObject(card) ? [{ facts: factsOf(name, card, driver), reading: readingOf(atMs, card) }] : [],
    )
  return oncePerKey(cards)
}

function factsOf(name: string, card: JsonObject, driver: string | undefined): CardFacts {
  const busAddress = busAddressOf(wordsIn(card['PCI Bus']))
  const uuid = uniqueIdIn(card['Unique ID'])
  const guid = wordsIn(card.GUID)
  const memory = amdMemory(memoryTexts(card))
  const other = uuid ?? (guid === undefined ? name : `guid-${guid}`)
  return known<CardFacts>({
    key: busAddress === undefined ? `rocm:${other}` : keyOfPlace(busAddress),
    seenBy: ['rocm-smi'],
    vendor: 'amd',
    name: firstOf(wordsIn, card['Card Series'], card['Card series'], card['Device Name']),
    pci: pciOf(card),
    busAddress,
    uuid,
    form: memory.isShared === undefined ? undefined : memory.isShared ? 'integrated' : 'discrete',
    memoryBytes: memory.totalBytes,
    sharesMemory: memory.isShared,
    driver: driver === undefined ? undefined : `amdgpu ${driver}`,
    platforms: { ROCm: true },
    gfx: gfxIn(card['GFX Version']),
    limits: {},
  })
}

/** `Device ID` since ROCm 6, `GPU ID` before; what is called `Card model` was the board's number in some versions. */
function pciOf(card: JsonObject): PciId | undefined {
  const device = hexIn(card['Device ID'] ?? card['GPU ID'], 16)
  if (device === undefined) return undefined
  const subsystemDevice = hexIn(card['Subsystem ID'], 16)
  const revision = hexIn(card['Device Rev'], 8)
  return known<PciId>({ vendor: pciVendors.amd, device, subsystemDevice, revision })
}

/** The kernel's files of the same figures, so that they are judged alike. */
function memoryTexts(card: JsonObject): ReadonlyMap<string, string> {
  const files = [
    ['mem_info_vram_total', 'VRAM Total Memory (B)'],
    ['mem_info_vram_used', 'VRAM Total Used Memory (B)'],
    ['mem_info_gtt_total', 'GTT Total Memory (B)'],
    ['mem_info_gtt_used', 'GTT Total Used Memory (B)'],
    ['mem_info_vram_vendor', 'GPU memory vendor'],
  ] as const
  const texts = files.map(([file, name]) => [file, wordsIn(card[name])] as const)
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])))
}

/** `gfx9010` is how rocm-smi writes version 9.0.10, which everybody else calls `gfx90a`. */
export function gfxIn(value: Json | undefined): string | undefined {
  const gfx = wordsIn(value)?.toLowerCase()
  if (gfx === undefined || !/^gfx[0-9a-f]{3,5}$/.test(gfx)) return undefined
  const decimal = /^gfx90(1[0-5])$/.exec(gfx)
  return decimal === null ? gfx : `gfx90${Number(decimal[1]).toString(16)}`
}

function readingOf(atMs: number, card: JsonObject): CardReading {
  const memory = amdMemory(memoryTexts(card))
  return known<CardReading>({
    atMs,
    temperaturesC: temperaturesOf(card),
    powerW: powerW(
      firstOf(numberIn, card['Average Graphics Package Power (W)'], card['Current Socket Graphics Package Power (W)']),
    ),
    powerLimitW: limitW(numberIn(card['Max Graphics Package Power (W)'])),
    coreMhz: clockIn(card['sclk clock speed:']),
    memoryMhz: clockIn(card['mclk clock speed:']),
    utilisation: shareOfPercent(numberIn(card['GPU use (%)'])),
    memoryUsedBytes: memory.usedBytes,
    memoryFreeBytes: memoryFreeBytes(memory.totalBytes, memory.usedBytes),
    fan: shareOfPercent(numberIn(card['Fan speed (%)'])),
  })
}

const sensors: readonly (readonly [HeatSensor, string])[] = [
  ['edge', 'Temperature (Sensor edge) (C)'],
  ['hotspot', 'Temperature (Sensor junction) (C)'],
  ['memory', 'Temperature (Sensor memory) (C)'],
]

const temperaturesOf = (card: JsonObject): CardReading['temperaturesC'] =>
  Object.fromEntries(
    sensors.flatMap(([sensor, name]) => {
      const celsius = temperatureC(numberIn(card[name]))
      return celsius === undefined ? [] : [[sensor, celsius] as const]
    }),
  )

/** `(1269Mhz)`. */
function clockIn(value: Json | undefined): number | undefined {
  const found = typeof value === 'string' ? /^\(?(\d{1,6})\s*Mhz\)?$/i.exec(value.trim()) : null
  return found === null ? undefined : clockMhz(Number(found[1]))
}
