/** AMD cards as the kernel's amdgpu driver shows them, without any tool. Linux. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import type { BackendFinding, GpuBackend, Sighting } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { oncePerKey } from '../once-per-key.ts'
import { type DrmCard, drmCardsOf, keyOfDrm } from '../sysfs/drm-cards.ts'
import { readHwmon } from '../sysfs/hwmon.ts'
import { deviceToLimit, hwmonLimit, setHwmonLimit } from '../sysfs/hwmon-limit.ts'
import { readKernelTexts } from '../sysfs/kernel-text.ts'
import { factFiles, hwmonLimitFiles, hwmonReadingFiles, limitFiles, readingFiles } from './amd-card-files.ts'
import { amdFacts } from './amd-facts.ts'
import { amdReading } from './amd-reading.ts'
import { readComputeNodes } from './compute-node.ts'

export class Amdgpu implements GpuBackend {
  readonly name = 'amdgpu'
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const machine = this.#machine
    const cards = await drmCardsOf(machine, pciVendors.amd)
    if (cards.length === 0) return { kind: 'absent', why: 'no card of AMD under /sys/class/drm' }
    const [driverVersion, rocmVersion, nodes] = await Promise.all([
      machine.readText('/sys/module/amdgpu/version'),
      machine.readText('/opt/rocm/.info/version'),
      readComputeNodes(machine),
    ])
    const sightings = cards.map(async (card): Promise<Sighting> => {
      const [device, hwmon, reading] = await Promise.all([
        readKernelTexts(machine, card.folder, factFiles),
        readHwmon(machine, card.folder, hwmonLimitFiles),
        this.#reading(card),
      ])
      const texts = {
        name: card.name,
        device: new Map([...card.identity, ...device]),
        hwmon,
        driverVersion,
        rocmVersion,
      }
      return { facts: amdFacts({ ...texts, compute: nodes.get(keyOfDrm(card)) }), reading }
    })
    const seen = oncePerKey(await Promise.all(sightings))
    throwIfAborted(signal)
    return { kind: 'seen', cards: seen }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const cards = await drmCardsOf(this.#machine, pciVendors.amd)
    const readings = await Promise.all(cards.map((card) => this.#reading(card)))
    throwIfAborted(signal)
    return new Map(cards.map((card, i) => [keyOfDrm(card), readings[i]!]))
  }

  async powerLimit(key: string, signal?: AbortSignal): Promise<number> {
    return hwmonLimit(this.#machine, await this.#deviceOf(key, signal), limitFiles)
  }

  async setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void> {
    await setHwmonLimit(this.#machine, await this.#deviceOf(key, signal), limitFiles, limitW)
  }

  #deviceOf(key: string, signal?: AbortSignal): Promise<string> {
    return deviceToLimit(this.#machine, pciVendors.amd, key, limitFiles, signal)
  }

  async #reading({ folder }: DrmCard): Promise<CardReading> {
    const machine = this.#machine
    const [device, hwmon] = await Promise.all([
      readKernelTexts(machine, folder, readingFiles),
      readHwmon(machine, folder, hwmonReadingFiles),
    ])
    return amdReading(machine.clock.monotonicMs(), device, hwmon)
  }
}
