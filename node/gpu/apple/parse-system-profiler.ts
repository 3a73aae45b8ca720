/** `system_profiler SPDisplaysDataType -json`: what macOS knows of graphics and of the screens on them. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardVendor, PciId } from '../../../protocols/rules/cards/card-facts.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { at, firstOf, isObject, type Json, type JsonObject, jsonWithin } from '../text/json-within.ts'
import { bytesIn, hexIn, numberIn } from '../text/numbers.ts'
import { coreCount, memoryBytes } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import type { MacFacts } from './mac-facts.ts'

/** The largest Mac Pro held four. */
const CARDS_MAX = 16

/** `undefined` where the text is no answer to this question. */
export function parseSystemProfiler(text: string, mac: MacFacts): readonly CardFacts[] | undefined {
  const list = at(jsonWithin(text), 'SPDisplaysDataType')
  if (!Array.isArray(list)) return undefined
  return (list as readonly Json[])
    .filter(isObject)
    .filter((entry) => (wordsIn(entry.sppci_device_type) ?? 'spdisplays_gpu') === 'spdisplays_gpu')
    .slice(0, CARDS_MAX)
    .map((entry, i) => factsOf(entry, i, mac))
}

function factsOf(entry: JsonObject, index: number, mac: MacFacts): CardFacts {
  const vendor = vendorOf(entry)
  const isBuiltIn = entry.sppci_bus === 'spdisplays_builtin'
  const isPlugged = typeof entry.sppci_bus === 'string' && entry.sppci_bus.includes('pcie')
  const sharesMemory = vendor === 'apple' || isBuiltIn ? true : isPlugged ? false : undefined
  const own = firstOf(bytesIn, entry.spdisplays_vram, entry._spdisplays_vram, entry.spdisplays_vram_shared)
  return known<CardFacts>({
    // macOS lists them in the same order as long as none is plugged in or out.
    key: `metal/${index}`,
    seenBy: ['apple'],
    vendor,
    name: firstOf(wordsIn, entry.sppci_model, entry._name),
    pci: pciOf(entry, vendor),
    form: sharesMemory === undefined ? undefined : sharesMemory ? 'integrated' : 'discrete',
    memoryBytes: vendor === 'apple' ? mac.cardMemoryBytes : memoryBytes(own),
    sharesMemory,
    cores: coreCount(numberIn(entry.sppci_cores)),
    driver: mac.system,
    platforms: metalOf(entry),
    limits: {},
  })
}

const vendors: readonly (readonly [RegExp, CardVendor, number | undefined])[] = [
  [/apple/i, 'apple', undefined],
  [/amd|0x1002/i, 'amd', pciVendors.amd],
  [/intel|0x8086/i, 'intel', pciVendors.intel],
  [/nvidia|0x10de/i, 'nvidia', pciVendors.nvidia],
]

const vendorRow = (entry: JsonObject) => {
  const said = [entry.spdisplays_vendor, entry.sppci_vendor, entry.sppci_model].filter(
    (each) => typeof each === 'string',
  )
  return vendors.find(([pattern]) => said.some((each) => pattern.test(each)))
}

const vendorOf = (entry: JsonObject): CardVendor | undefined => vendorRow(entry)?.[1]

/** Apple's own graphics sit on no bus. */
function pciOf(entry: JsonObject, vendor: CardVendor | undefined): PciId | undefined {
  const device = hexIn(entry['spdisplays_device-id'], 16)
  const maker = vendor === undefined ? undefined : vendorRow(entry)?.[2]
  if (device === undefined || maker === undefined) return undefined
  return known<PciId>({ vendor: maker, device, revision: hexIn(entry['spdisplays_revision-id'], 8) })
}

/** Newer systems tell the version of Metal, older ones a family of features. */
function metalOf(entry: JsonObject): CardFacts['platforms'] {
  const said = [entry.spdisplays_mtlgpufamilysupport, entry.spdisplays_metalfamily, entry.spdisplays_metal]
  for (const each of said) {
    if (typeof each !== 'string') continue
    const version = /metal(\d{1,2})$/i.exec(each)?.[1]
    if (version !== undefined) return { Metal: version }
    const family = /family(apple|mac|common)(\d{1,2})/i.exec(each)
    if (family !== null) return { Metal: `${family[1]!.toLowerCase()}${family[2]}` }
    if (/supported$/.test(each) && !/not/i.test(each)) return { Metal: true }
  }
  return {}
}
