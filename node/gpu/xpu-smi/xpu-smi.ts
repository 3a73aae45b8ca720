/** Intel's cards as xpu-smi shows them, over Level Zero. */
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { answerOf, askTool } from '../ask-tool.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { oncePerKey } from '../once-per-key.ts'
import { toolError, toolFailure, UNREADABLE } from '../tool-failure.ts'
import { parseDiscovery, parseStats, withDetails, type XpuDevice } from './parse-xpu-smi.ts'

const TOOL = 'xpu-smi'
/** Level Zero wakes all cards first. The list is waited for, then details and measurements together: 9 s of the 10 for all. */
const DEADLINE_MS = 4_500
/** One card at length is 5 KB. */
const OUTPUT_BYTES_MAX = 262_144
const options = { deadlineMs: DEADLINE_MS, outputBytesMax: OUTPUT_BYTES_MAX }

export class XpuSmi implements GpuBackend {
  readonly name = TOOL
  readonly #machine: Machine
  /** As the last look found them. */
  #devices: readonly XpuDevice[] | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    const answer = await this.#ask(['discovery'], signal)
    if (answer.kind !== 'answered') return answer
    const listed = parseDiscovery(answer.stdout)
    if (listed === undefined) return toolFailure(TOOL, UNREADABLE)
    const devices = oncePerKey(listed)
    const [detailed, stats] = await Promise.all([
      Promise.all(devices.map((device) => this.#withDetails(device, signal))),
      Promise.all(devices.map((device) => this.#ask(['stats', '-d', String(device.id)], signal))),
    ])
    this.#devices = detailed
    const cards = detailed.map(({ facts }, i) => {
      const said = stats[i]!
      const reading = said.kind === 'answered' ? this.#reading(said.stdout, facts.memoryBytes) : undefined
      return { facts, ...(reading === undefined ? {} : { reading }) }
    })
    return { kind: 'seen', cards }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    this.#devices ??= parseDiscovery(answerOf(TOOL, await this.#ask(['discovery'], signal)))
    const devices = this.#devices
    if (devices === undefined) throw toolError(TOOL, UNREADABLE)
    const answers = await Promise.all(devices.map(({ id }) => this.#ask(['stats', '-d', String(id)], signal)))
    const readings = new Map<string, CardReading>()
    for (const [i, answer] of answers.entries()) {
      const { facts } = devices[i]!
      const reading = answer.kind === 'answered' ? this.#reading(answer.stdout, facts.memoryBytes) : undefined
      if (reading !== undefined) readings.set(facts.key, reading)
    }
    // One silent card is gone; all of them are a tool that is.
    const [first] = answers
    if (readings.size === 0 && first !== undefined) {
      answerOf(TOOL, first)
      throw toolError(TOOL, UNREADABLE)
    }
    return readings
  }

  async #withDetails(device: XpuDevice, signal: AbortSignal | undefined): Promise<XpuDevice> {
    const answer = await this.#ask(['discovery', '-d', String(device.id)], signal)
    return answer.kind === 'answered' ? withDetails(device, answer.stdout) : device
  }

  #reading(stdout: string, memoryBytes: number | undefined): CardReading | undefined {
    return parseStats(stdout, this.#machine.clock.monotonicMs(), memoryBytes)
  }

  #ask(args: readonly string[], signal: AbortSignal | undefined) {
    return askTool(this.#machine, TOOL, [...args, '-j'], signal === undefined ? options : { ...options, signal })
  }
}
