/** Intel's graphics as the kernel's i915 and xe drivers show them, without any tool. Linux. */
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
import { hwmonFiles, limitFiles, memoryFiles, readingFiles } from './intel-card-files.ts'
import { intelFacts } from './intel-facts.ts'
import { type EnergyMark, energyIn, intelReading } from './intel-reading.ts'

export class IntelSysfs implements GpuBackend {
  readonly name = 'intel-sysfs'
  readonly #machine: Machine
  /** Of the last look at each card that is there: as many as there are cards. */
  #energy: ReadonlyMap<string, EnergyMark> = new Map()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const cards = await drmCardsOf(this.#machine, pciVendors.intel)
    if (cards.length === 0) return { kind: 'absent', why: 'no graphics of Intel under /sys/class/drm' }
    const readings = await this.#readings(cards)
    const seen = await Promise.all(
      cards.map(async (card): Promise<Sighting> => {
        const [memory, hwmon] = await Promise.all([
          readKernelTexts(this.#machine, `/sys/class/drm/${card.name}`, memoryFiles),
          readHwmon(this.#machine, card.folder, hwmonFiles),
        ])
        const reading = readings.get(keyOfDrm(card))
        const facts = intelFacts(card.name, card.identity, memory, hwmon)
        return { facts, ...(reading === undefined ? {} : { reading }) }
      }),
    )
    throwIfAborted(signal)
    return { kind: 'seen', cards: oncePerKey(seen) }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const readings = await this.#readings(await drmCardsOf(this.#machine, pciVendors.intel))
    throwIfAborted(signal)
    return readings
  }

  async powerLimit(key: string, signal?: AbortSignal): Promise<number> {
    return hwmonLimit(this.#machine, await this.#deviceOf(key, signal), limitFiles)
  }

  async setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void> {
    await setHwmonLimit(this.#machine, await this.#deviceOf(key, signal), limitFiles, limitW)
  }

  #deviceOf(key: string, signal?: AbortSignal): Promise<string> {
    return deviceToLimit(this.#machine, pciVendors.intel, key, limitFiles, signal)
  }

  async #readings(cards: readonly DrmCard[]): Promise<ReadonlyMap<string, CardReading>> {
    const before = this.#energy
    const energy = new Map<string, EnergyMark>()
    const readings = await Promise.all(
      cards.map(async (card) => {
        const key = keyOfDrm(card)
        const [texts, hwmon] = await Promise.all([
          readKernelTexts(this.#machine, `/sys/class/drm/${card.name}`, readingFiles),
          readHwmon(this.#machine, card.folder, hwmonFiles),
        ])
        const atMs = this.#machine.clock.monotonicMs()
        const mark = energyIn(atMs, hwmon)
        if (mark !== undefined) energy.set(key, mark)
        return [key, intelReading(atMs, texts, hwmon, before.get(key))] as const
      }),
    )
    this.#energy = energy
    return new Map(readings)
  }
}
