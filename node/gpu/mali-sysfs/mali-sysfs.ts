/** Mali graphics of phones and small boards as Arm's kernel driver shows them, where the system lets programs look. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { readDevfreq } from '../sysfs/devfreq.ts'
import { readThermalZones } from '../sysfs/thermal-zones.ts'
import { isMaliDevfreq, isMaliZone, MALI_KEY, type MaliTexts, maliFacts, maliFiles, maliReading } from './parse-mali.ts'

export class MaliSysfs implements GpuBackend {
  readonly name = 'mali-sysfs'
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const texts = await this.#texts()
    if (isNobody(texts)) return { kind: 'absent', why: 'neither /sys/class/misc/mali0 nor /sys/kernel/gpu can be read' }
    const reading = await this.#reading(texts)
    throwIfAborted(signal)
    return { kind: 'seen', cards: [{ facts: maliFacts(texts), reading }] }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const texts = await this.#texts()
    const readings: [string, CardReading][] = isNobody(texts) ? [] : [[MALI_KEY, await this.#reading(texts)]]
    throwIfAborted(signal)
    return new Map(readings)
  }

  async #texts(): Promise<MaliTexts> {
    const files = Object.entries(maliFiles)
    const texts = await Promise.all(files.map(([, path]) => this.#machine.readText(path)))
    return Object.fromEntries(files.map(([name], i) => [name, texts[i]]).filter(([, text]) => text !== undefined))
  }

  async #reading(texts: MaliTexts): Promise<CardReading> {
    const [devfreq, zonesC] = await Promise.all([
      readDevfreq(this.#machine, isMaliDevfreq),
      readThermalZones(this.#machine, isMaliZone),
    ])
    return maliReading(this.#machine.clock.monotonicMs(), texts, devfreq, zonesC.values())
  }
}

const isNobody = ({ info, model }: MaliTexts): boolean => info === undefined && model === undefined
