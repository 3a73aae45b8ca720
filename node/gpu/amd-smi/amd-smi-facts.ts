/** `amd-smi static`, one card. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardLimits, PciId } from '../../../protocols/rules/cards/card-facts.ts'
import { uniqueIdIn } from '../amdgpu/amd-facts.ts'
import { busAddressOf, keyOfPlace } from '../pci-words.ts'
import { gfxIn } from '../rocm-smi/parse-rocm-smi.ts'
import { at, firstOf, type Json } from '../text/json-within.ts'
import { hexIn } from '../text/numbers.ts'
import { coreCount, limitW, memoryBytes, temperatureC } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import type { CardTree } from './amd-smi-tree.ts'
import { amount, quantity } from './quantities.ts'

export function amdSmiFacts({ index, values }: CardTree): CardFacts {
  const asic = (name: string) => at(values, 'asic', name)
  const busAddress = busAddressOf(wordsIn(at(values, 'bus', 'bdf')))
  const driver = ['name', 'version']
    .map((name) => wordsIn(at(values, 'driver', name)))
    .filter((word) => word !== undefined)
  const maker = wordsIn(at(values, 'vram', 'vendor'))
  // Processors have such memory, cards never: what is called VRAM then is a carve-out of the machine's, and not all that it may take.
  const isShared =
    /^(?:LP)?DDR\d/i.test(wordsIn(at(values, 'vram', 'type')) ?? '') || (maker === undefined ? undefined : false)
  return known<CardFacts>({
    key: amdSmiKey({ index, values }),
    seenBy: ['amd-smi'],
    vendor: 'amd',
    name: firstOf(wordsIn, asic('market_name'), at(values, 'board', 'product_name')),
    pci: pciOf(asic),
    busAddress,
    uuid: uniqueIdIn(asic('asic_serial')),
    form: isShared === undefined ? undefined : isShared ? 'integrated' : 'discrete',
    memoryBytes: isShared === true ? undefined : memoryBytes(amount(at(values, 'vram', 'size'))),
    sharesMemory: isShared,
    cores: coreCount(quantity(asic('num_compute_units'))),
    driver: driver.length === 0 ? undefined : driver.join(' '),
    platforms: { ROCm: true },
    gfx: gfxIn(asic('target_graphics_version')),
    limits: limitsOf(at(values, 'limit')),
  })
}

/** The bus address is in the static part only, so keys of readings are looked up by {@link CardTree.index}. */
export function amdSmiKey({ index, values }: CardTree): string {
  const busAddress = busAddressOf(wordsIn(at(values, 'bus', 'bdf')))
  return busAddress === undefined ? `amd-smi:${index}` : keyOfPlace(busAddress)
}

function pciOf(asic: (name: string) => Json | undefined): PciId | undefined {
  const [vendor, device] = [hexIn(asic('vendor_id'), 16), hexIn(asic('device_id'), 16)]
  if (vendor === undefined || device === undefined) return undefined
  return known<PciId>({
    vendor,
    device,
    subsystemVendor: hexIn(asic('subvendor_id'), 16),
    subsystemDevice: hexIn(asic('subsystem_id'), 16),
    revision: hexIn(asic('rev_id'), 8),
  })
}

function limitsOf(limit: Json | undefined): CardLimits {
  const watts = (name: string) => limitW(quantity(at(limit, name)))
  const celsius = (name: string) => temperatureC(quantity(at(limit, name)))
  return known<CardLimits>({
    powerWMin: watts('min_power'),
    powerWDefault: watts('default_power'),
    powerWMax: watts('max_power'),
    slowdownC: celsius('slowdown_edge_temperature'),
    shutdownC: celsius('shutdown_edge_temperature'),
    hotspotCMax: celsius('slowdown_hotspot_temperature'),
    memoryCMax: celsius('slowdown_vram_temperature'),
  })
}
