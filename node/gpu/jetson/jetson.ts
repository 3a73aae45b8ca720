/** Jetson modules: the GPU is a part of the chip, on no bus, and its memory is the machine's. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { readDevfreq } from '../sysfs/devfreq.ts'
import { readThermalZones } from '../sysfs/thermal-zones.ts'
import { toolError } from '../tool-failure.ts'
import { isJetson, JETSON_KEY, type JetsonTexts, jetsonFactFiles, jetsonFacts } from './jetson-facts.ts'
import { isWantedDevfreq, isWantedZone, type JetsonFigures, jetsonReading } from './jetson-reading.ts'
import { parseTegrastats, type Tegrastats } from './parse-tegrastats.ts'

const TOOL = 'tegrastats'
/** Half of the shortest time that anybody watches by: a line comes after each. */
const INTERVAL_MS = 500
const DEADLINE_MS = 3_000
/** Of lines, one is wanted. */
const OUTPUT_BYTES_MAX = 65_536

export class Jetson implements GpuBackend {
  readonly name = 'jetson'
  readonly #machine: Machine
  #hasTold = false

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const texts = await this.#texts()
    if (!isJetson(texts)) return { kind: 'absent', why: 'no Tegra chip in /proc/device-tree' }
    const figures = await this.#figures(signal)
    const reading = jetsonReading(this.#machine.clock.monotonicMs(), figures)
    this.#hasTold ||= reading !== undefined
    const facts = jetsonFacts(texts, figures.tool?.memoryTotalBytes)
    return { kind: 'seen', cards: [{ facts, ...(reading === undefined ? {} : { reading }) }] }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const reading = jetsonReading(this.#machine.clock.monotonicMs(), await this.#figures(signal))
    if (reading !== undefined) {
      this.#hasTold = true
      return new Map([[JETSON_KEY, reading]])
    }
    // It is a part of the chip: silence is the tool's, and never that it is gone.
    if (this.#hasTold) throw toolError(TOOL, 'neither it nor the kernel says anything')
    return new Map()
  }

  async #texts(): Promise<JetsonTexts> {
    const files = Object.entries(jetsonFactFiles)
    const texts = await Promise.all(files.map(([, path]) => this.#machine.readText(path)))
    return Object.fromEntries(files.map(([name], i) => [name, texts[i]]).filter(([, text]) => text !== undefined))
  }

  async #figures(signal: AbortSignal | undefined): Promise<JetsonFigures> {
    const machine = this.#machine
    const [tool, devfreq, zonesC] = await Promise.all([
      this.#tegrastats(signal),
      readDevfreq(machine, isWantedDevfreq),
      readThermalZones(machine, isWantedZone),
    ])
    throwIfAborted(signal)
    return { tool, devfreq, zonesC }
  }

  /** It prints until it is stopped. `undefined` where it says nothing: the kernel's files may. */
  async #tegrastats(signal: AbortSignal | undefined): Promise<Tegrastats | undefined> {
    const outcome = await this.#machine.run(TOOL, ['--interval', String(INTERVAL_MS)], {
      deadlineMs: DEADLINE_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
      isEnough: (stdout) => stdout.includes('\n'),
      ...(signal === undefined ? {} : { signal }),
    })
    return outcome.kind === 'ended' && outcome.stdout.trim() !== '' ? parseTegrastats(outcome.stdout) : undefined
  }
}
