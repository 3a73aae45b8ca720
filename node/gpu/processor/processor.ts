/**
 * The processor, on which models run that no card takes: always there, and told last. Its name, cores, memory and load come from the
 * operating system; temperature, clock and power on Linux from the kernel's files, where this user may read them.
 */
import { cpus, freemem, totalmem } from 'node:os'
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardLimits } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { memoryBytes, within } from '../text/plausible.ts'
import { wordOf } from '../text/words.ts'
import { readClock } from './processor-clock.ts'
import { readHeat } from './processor-heat.ts'
import { PowerMeter } from './processor-power.ts'

/** What the operating system says of it. */
export interface ProcessorSystem {
  cpus(): readonly { readonly model: string; readonly times: Readonly<Record<string, number>> }[]
  totalmem(): number
  freemem(): number
}

const thisSystem: ProcessorSystem = { cpus, totalmem, freemem }

export const PROCESSOR_KEY = 'cpu'
/** Load is told over at least this: two looks in one tick of the system's clock say nothing. */
const LOAD_MS_MIN = 100
/** The largest board has 896 hardware threads. */
const CORES_MAX = 4_096

export class Processor implements GpuBackend {
  readonly name = 'processor'
  readonly #machine: Machine
  readonly #system: ProcessorSystem
  readonly #power: PowerMeter
  #times: { readonly busy: number; readonly all: number; readonly atMs: number } | undefined
  #load: number | undefined

  constructor(machine: Machine, system: ProcessorSystem = thisSystem) {
    this.#machine = machine
    this.#system = system
    this.#power = new PowerMeter(machine)
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const { reading, throttlesC } = await this.#read()
    throwIfAborted(signal)
    const all = this.#system.cpus()
    const facts: CardFacts = {
      key: PROCESSOR_KEY,
      seenBy: [this.name],
      vendor: 'cpu',
      form: 'cpu',
      sharesMemory: true,
      platforms: { CPU: true },
      limits: known<CardLimits>({ slowdownC: throttlesC }),
      ...known<Partial<CardFacts>>({
        name: wordOf(all[0]?.model.replace(/\s+/g, ' ')) ?? (await this.#boardName()),
        cores: within(all.length, 1, CORES_MAX),
        memoryBytes: memoryBytes(this.#system.totalmem()),
      }),
    }
    return { kind: 'seen', cards: [{ facts, reading }] }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const { reading } = await this.#read()
    throwIfAborted(signal)
    return new Map([[PROCESSOR_KEY, reading]])
  }

  async #read(): Promise<{ readonly reading: CardReading; readonly throttlesC: number | undefined }> {
    const [heat, coreMhz, powerW] = await Promise.all([
      readHeat(this.#machine),
      readClock(this.#machine),
      this.#power.read(),
    ])
    const total = memoryBytes(this.#system.totalmem())
    const memoryFreeBytes = within(this.#system.freemem(), 0, total ?? 0)
    const reading: CardReading = {
      atMs: this.#machine.clock.monotonicMs(),
      temperaturesC: known<CardReading['temperaturesC']>({ edge: heat.nowC }),
      ...known<Partial<CardReading>>({
        powerW,
        coreMhz,
        utilisation: this.#loadNow(),
        memoryFreeBytes,
        memoryUsedBytes: total === undefined || memoryFreeBytes === undefined ? undefined : total - memoryFreeBytes,
      }),
    }
    return { reading, throttlesC: heat.throttlesC }
  }

  /** Since the look before; `undefined` at the first. */
  #loadNow(): number | undefined {
    const atMs = this.#machine.clock.monotonicMs()
    if (this.#times !== undefined && atMs - this.#times.atMs < LOAD_MS_MIN) return this.#load
    const all = this.#system.cpus().map(({ times }) => Object.entries(times))
    const sum = (times: readonly (readonly [string, number])[]): number =>
      times.reduce((total, [, ms]) => total + ms, 0)
    const now = {
      busy: sum(all.flatMap((times) => times.filter(([kind]) => kind !== 'idle'))),
      all: sum(all.flat()),
      atMs,
    }
    const before = this.#times
    this.#times = now
    this.#load =
      before === undefined || now.all <= before.all
        ? undefined
        : within((now.busy - before.busy) / (now.all - before.all), 0, 1)
    return this.#load
  }

  /** Boards of the arm kind often say what they are instead of what their processor is. */
  async #boardName(): Promise<string | undefined> {
    return wordOf((await this.#machine.readText('/proc/device-tree/model'))?.replace(/\0+$/, ''))
  }
}
