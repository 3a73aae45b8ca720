/** xpu-smi in JSON: `discovery` (all cards in short), `discovery -d` (one at length), `stats -d` (what one is doing). */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, PciId } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { busAddressOf, keyOfPlace } from '../pci-words.ts'
import { at, isObject, type Json, type JsonObject, jsonWithin } from '../text/json-within.ts'
import { hexIn, numberIn } from '../text/numbers.ts'
import {
  clockMhz,
  coreCount,
  memoryBytes,
  memoryFreeBytes,
  memoryUsedBytes,
  powerW,
  shareOfPercent,
  temperatureC,
} from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

const MIB = 1_048_576

export interface XpuDevice {
  /** As xpu-smi numbers it. */
  readonly id: number
  readonly facts: CardFacts
}

/** More than any machine holds; each is asked by a process of its own, all at once. */
const DEVICES_MAX = 16

/** `undefined` where the text is no list of xpu-smi's. */
export function parseDiscovery(text: string): readonly XpuDevice[] | undefined {
  const list = at(jsonWithin(text), 'device_list')
  if (!Array.isArray(list)) return undefined
  return (list as readonly Json[]).slice(0, DEVICES_MAX).flatMap((device) => deviceOf(device) ?? [])
}

/** Adds what `discovery -d` says to what the list did. */
export function withDetails(device: XpuDevice, text: string): XpuDevice {
  const details = jsonWithin(text)
  return isObject(details) ? { id: device.id, facts: { ...device.facts, ...detailsOf(details) } } : device
}

function deviceOf(device: Json): XpuDevice | undefined {
  const id = at(device, 'device_id')
  if (!isObject(device) || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id > 9_999) return undefined
  const busAddress = busAddressOf(wordsIn(device.pci_bdf_address))
  return {
    id,
    facts: known<CardFacts>({
      key: busAddress === undefined ? `xpu-smi:${id}` : keyOfPlace(busAddress),
      seenBy: ['xpu-smi'],
      vendor: 'intel',
      name: wordsIn(device.device_name),
      pci: pciOf(device),
      busAddress,
      // What it prints as UUID was recorded as zeros and the PCI ids: two cards of a kind share it.
      platforms: { 'Level Zero': true },
      limits: {},
    }),
  }
}

function pciOf(device: JsonObject): PciId | undefined {
  const id = hexIn(device.pci_device_id, 16)
  return id === undefined ? undefined : { vendor: pciVendors.intel, device: id }
}

const detailsOf = (details: JsonObject) =>
  known<Pick<CardFacts, 'memoryBytes' | 'cores' | 'driver'>>({
    memoryBytes: memoryBytes(numberIn(details.memory_physical_size_byte)),
    // Execution units, as the tool counts them.
    cores: coreCount(numberIn(details.number_of_eus)),
    driver: wordsIn(details.driver_version),
  })

/** `undefined` where the text holds no measurements. */
export function parseStats(text: string, atMs: number, memoryTotalBytes: number | undefined): CardReading | undefined {
  const all = jsonWithin(text)
  const device = metricsOf(at(all, 'device_level'))
  const tiles = tilesOf(at(all, 'tile_level'))
  if (device === undefined && tiles.length === 0) return undefined
  /** Of the device, else of its tiles together. */
  const metric = (name: string, together: (values: readonly number[]) => number) => {
    const type = `XPUM_STATS_${name}`
    const values = tiles.map((tile) => numberIn(tile.get(type))).filter((value) => value !== undefined)
    return numberIn(device?.get(type)) ?? (values.length === 0 ? undefined : together(values))
  }
  const used = usedBytes(metric('MEMORY_USED', sum))
  return known<CardReading>({
    atMs,
    temperaturesC: known<CardReading['temperaturesC']>({
      edge: temperatureC(metric('GPU_CORE_TEMPERATURE', hottest)),
      memory: temperatureC(metric('MEMORY_TEMPERATURE', hottest)),
    }),
    powerW: powerW(metric('POWER', sum)),
    coreMhz: clockMhz(metric('GPU_FREQUENCY', mean)),
    utilisation: shareOfPercent(metric('GPU_UTILIZATION', mean)),
    memoryUsedBytes: used,
    memoryFreeBytes: memoryFreeBytes(memoryTotalBytes, used),
  })
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length
const hottest = (values: readonly number[]): number => Math.max(...values)

/** MiB on the command line, bytes in the library's own answers; no card has a tebibyte, and none that is on uses below a mebibyte. */
function usedBytes(printed: number | undefined): number | undefined {
  if (printed === undefined) return undefined
  return memoryUsedBytes(Math.round(printed < MIB ? printed * MIB : printed))
}

/** The largest has two. */
const TILES_MAX = 8

function tilesOf(tiles: Json | undefined): readonly ReadonlyMap<string, Json>[] {
  if (!Array.isArray(tiles)) return []
  return (tiles as readonly Json[])
    .slice(0, TILES_MAX)
    .map((tile) => metricsOf(at(tile, 'data_list')))
    .filter((metrics) => metrics !== undefined)
}

/** xpu-smi has some forty kinds of measurement. */
const METRICS_MAX = 200

/** `[{ "metrics_type": "XPUM_STATS_POWER", "value": 15 } ...]`: the value of the moment; averages stand beside it. */
function metricsOf(list: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (!Array.isArray(list)) return undefined
  const metrics = new Map<string, Json>()
  for (const each of (list as readonly Json[]).slice(0, METRICS_MAX)) {
    const [type, value] = [at(each, 'metrics_type'), at(each, 'value')]
    if (typeof type === 'string' && value !== undefined) metrics.set(type, value)
  }
  return metrics
}
