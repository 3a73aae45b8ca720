/** Adreno graphics of phones as Qualcomm's own kernel driver shows them, where the system lets programs look. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { type KernelTexts, readKernelTexts } from '../sysfs/kernel-text.ts'
import { readThermalZones } from '../sysfs/thermal-zones.ts'
import { ADRENO_KEY, adrenoFacts, adrenoFiles, adrenoReading } from './parse-adreno.ts'

const FOLDER = '/sys/class/kgsl/kgsl-3d0'

export class AdrenoSysfs implements GpuBackend {
  readonly name = 'adreno-sysfs'
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const texts = await readKernelTexts(this.#machine, FOLDER, adrenoFiles)
    // Android hides the files from programs that it does not trust.
    if (texts.size === 0) return { kind: 'absent', why: `nothing to be read in ${FOLDER}` }
    const reading = await this.#reading(texts)
    throwIfAborted(signal)
    return { kind: 'seen', cards: [{ facts: adrenoFacts(texts), reading }] }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const texts = await readKernelTexts(this.#machine, FOLDER, adrenoFiles)
    const readings: [string, CardReading][] = texts.size === 0 ? [] : [[ADRENO_KEY, await this.#reading(texts)]]
    throwIfAborted(signal)
    return new Map(readings)
  }

  async #reading(texts: KernelTexts): Promise<CardReading> {
    const zonesC = await readThermalZones(this.#machine, (name) => name.startsWith('gpuss'))
    return adrenoReading(this.#machine.clock.monotonicMs(), texts, zonesC.values())
  }
}
