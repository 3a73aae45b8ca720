/** Graphics of Macs: what macOS knows of them, and what may be read without a password. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { askTool } from '../ask-tool.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { toolError, toolFailure, UNREADABLE } from '../tool-failure.ts'
import { type MacFacts, parseSysctl, sysctlNames } from './mac-facts.ts'
import { parseIoreg } from './parse-ioreg.ts'
import { parseMacmon } from './parse-macmon.ts'
import { type AppleFigures, parsePowermetrics } from './parse-powermetrics.ts'
import { parseSystemProfiler } from './parse-system-profiler.ts'

const PROFILER = 'system_profiler'
/** It wakes the screens' drivers; the first time after a start takes seconds. */
const PROFILER_MS = 5_000
const QUICK_MS = 2_000
/** A sampling time of theirs, and their own start. */
const SAMPLE_MS = 4_000
/** The registry of a Mac with several screens is some 100 KB. */
const OUTPUT_BYTES_MAX = 1_048_576

/** Who tells heat and power: found out once, for each refusal of sudo is a line in the owner's log. */
type Sensors = 'macmon' | 'powermetrics' | 'nobody'

const powermetricsArgs = ['-n', 'powermetrics', '--samplers', 'gpu_power,thermal', '-i', '500', '-n', '1']

export class Apple implements GpuBackend {
  readonly name = 'apple'
  readonly #machine: Machine
  #sensors: Sensors | undefined
  #hasTold = false
  /** The one card whose readings can be told from others'; `undefined` before the first look, and where there are several. */
  #card: CardFacts | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const [profile, mac] = await Promise.all([
      this.#ask(PROFILER, ['SPDisplaysDataType', '-json'], PROFILER_MS, signal),
      this.#mac(signal),
    ])
    if (profile.kind !== 'answered') return profile
    const cards = parseSystemProfiler(profile.stdout, mac)
    if (cards === undefined) return toolFailure(PROFILER, UNREADABLE)
    const [only, second] = cards
    this.#card = only?.vendor === 'apple' && second === undefined ? only : undefined
    const readings = await this.read(signal)
    return {
      kind: 'seen',
      cards: cards.map((facts) => {
        const reading = readings.get(facts.key)
        return { facts, ...(reading === undefined ? {} : { reading }) }
      }),
    }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const card = this.#card
    if (card === undefined) return new Map()
    const [counted, sensed] = await Promise.all([this.#counted(signal), this.#sensed(signal)])
    const figures = { ...counted, ...sensed }
    if (Object.keys(figures).length === 0) {
      // It is a part of the machine: silence is the tools', and never that it is gone.
      if (this.#hasTold) throw toolError('ioreg', UNREADABLE)
      return new Map()
    }
    this.#hasTold = true
    const free = figures.memoryFreeBytes
    return new Map([
      [
        card.key,
        {
          temperaturesC: {},
          ...figures,
          ...(free === undefined || card.memoryBytes === undefined
            ? {}
            : { memoryFreeBytes: Math.min(free, card.memoryBytes) }),
          atMs: this.#machine.clock.monotonicMs(),
        },
      ],
    ])
  }

  async #mac(signal: AbortSignal | undefined): Promise<MacFacts> {
    const answer = await this.#ask('sysctl', sysctlNames, QUICK_MS, signal)
    return parseSysctl(answer.kind === 'answered' ? answer.stdout : '')
  }

  async #counted(signal: AbortSignal | undefined): Promise<AppleFigures> {
    const answer = await this.#ask('ioreg', ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'], QUICK_MS, signal)
    return answer.kind === 'answered' ? parseIoreg(answer.stdout) : {}
  }

  async #sensed(signal: AbortSignal | undefined): Promise<AppleFigures> {
    if (this.#sensors === undefined || this.#sensors === 'macmon') {
      const answer = await this.#ask('macmon', ['pipe', '-s', '1', '-i', '500'], SAMPLE_MS, signal)
      if (answer.kind !== 'absent') {
        this.#sensors = 'macmon'
        return answer.kind === 'answered' ? parseMacmon(answer.stdout) : {}
      }
    }
    if (this.#sensors === 'nobody') return {}
    // Asks for no password: where one would be needed, it ends.
    const answer = await this.#ask('sudo', powermetricsArgs, SAMPLE_MS, signal)
    const figures = answer.kind === 'answered' ? parsePowermetrics(answer.stdout) : {}
    this.#sensors ??= Object.keys(figures).length > 0 ? 'powermetrics' : 'nobody'
    return figures
  }

  #ask(tool: string, args: readonly string[], deadlineMs: number, signal: AbortSignal | undefined) {
    const options = { deadlineMs, outputBytesMax: OUTPUT_BYTES_MAX }
    return askTool(this.#machine, tool, args, signal === undefined ? options : { ...options, signal })
  }
}
