/** What amdgpu's files say of a card. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardLimits } from '../../../protocols/rules/cards/card-facts.ts'
import { busAddressOf, keyOfDrm, pciIdOf } from '../sysfs/drm-cards.ts'
import { scaled, sensorOf } from '../sysfs/hwmon.ts'
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { limitW, temperatureC } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import { TEMPERATURES } from './amd-card-files.ts'
import { amdMemory } from './amd-memory.ts'
import type { ComputeNode } from './compute-node.ts'

export interface AmdCardTexts {
  /** `card0`. */
  readonly name: string
  /** Of its device's folder. */
  readonly device: KernelTexts
  readonly hwmon: KernelTexts
  /** `/sys/module/amdgpu/version`: there where AMD's own package brought the driver, and not the kernel. */
  readonly driverVersion: string | undefined
  /** Where the kernel lets programs compute on it. */
  readonly compute?: ComputeNode | undefined
  /** `/opt/rocm/.info/version`. */
  readonly rocmVersion?: string | undefined
}

export function amdFacts(texts: AmdCardTexts): CardFacts {
  const { name, device, hwmon, compute } = texts
  const memory = amdMemory(device)
  const rocm = wordsIn(texts.rocmVersion)
  const driverVersion = wordsIn(texts.driverVersion)
  return known<CardFacts>({
    key: keyOfDrm({ name, identity: device }),
    seenBy: ['amdgpu'],
    vendor: 'amd',
    name: wordsIn(device.get('product_name')),
    pci: pciIdOf(device),
    busAddress: busAddressOf(device),
    uuid: uniqueIdIn(device.get('unique_id')),
    form: memory.isShared === undefined ? undefined : memory.isShared ? 'integrated' : 'discrete',
    memoryBytes: memory.totalBytes,
    sharesMemory: memory.isShared,
    driver: driverVersion === undefined ? 'amdgpu' : `amdgpu ${driverVersion}`,
    platforms: compute !== undefined && rocm !== undefined ? { ROCm: rocm } : {},
    gfx: compute?.gfx,
    limits: limitsIn(hwmon),
  })
}

/** The number that AMD gives each chip of its newer lines: 16 hexadecimal digits, whatever a tool makes of their zeros. */
export function uniqueIdIn(value: unknown): string | undefined {
  const found = typeof value === 'string' ? /^\s*(?:0x)?([0-9a-f]{1,16})\s*$/i.exec(value) : null
  const id = found?.[1]?.toLowerCase().padStart(16, '0')
  return id === undefined || /^(?:0+|f+)$/.test(id) ? undefined : id
}

function limitsIn(hwmon: KernelTexts): CardLimits {
  const limit = (label: string, end: string) => {
    const sensor = sensorOf(hwmon, 'temp', label, TEMPERATURES)
    return sensor === undefined ? undefined : temperatureC(scaled(hwmon, `${sensor}_${end}`, 1_000))
  }
  return known<CardLimits>({
    powerWMin: limitW(scaled(hwmon, 'power1_cap_min', 1_000_000)),
    powerWDefault: limitW(scaled(hwmon, 'power1_cap_default', 1_000_000)),
    powerWMax: limitW(scaled(hwmon, 'power1_cap_max', 1_000_000)),
    slowdownC: limit('edge', 'crit'),
    shutdownC: limit('edge', 'emergency'),
    hotspotCMax: limit('junction', 'crit'),
    memoryCMax: limit('mem', 'crit'),
  })
}
