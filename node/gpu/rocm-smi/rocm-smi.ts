/** AMD cards as rocm-smi of ROCm shows them. */
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { answerOf, askTool } from '../ask-tool.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { toolError, toolFailure, UNREADABLE } from '../tool-failure.ts'
import { parseRocmSmi } from './parse-rocm-smi.ts'

const TOOL = 'rocm-smi'

/** Python starts, and asks each card one thing after the other: under a second for one card, more for eight. */
const DEADLINE_MS = 8_000
/** Eight cards with all that it can say are 30 KB. */
const OUTPUT_BYTES_MAX = 1_048_576
const options = { deadlineMs: DEADLINE_MS, outputBytesMax: OUTPUT_BYTES_MAX }

/** Known to every version from 4.3 on; a version that does not know one of them prints nothing but that. */
const readingArgs = ['-t', '-P', '-M', '-c', '-u', '-f', '--showbus', '--showuniqueid', '--showmeminfo', 'vram', 'gtt']
const factArgs = ['-i', '--showproductname', '--showdriverversion', '--showmemvendor']

export class RocmSmi implements GpuBackend {
  readonly name = TOOL
  readonly isCostly = true
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    const answer = await this.#ask([...factArgs, ...readingArgs], signal)
    if (answer.kind !== 'answered') return answer
    const cards = parseRocmSmi(answer.stdout, this.#machine.clock.monotonicMs())
    return cards === undefined ? toolFailure(TOOL, UNREADABLE) : { kind: 'seen', cards }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    // With the names: without a bus address, they are what keys are made of.
    const stdout = answerOf(TOOL, await this.#ask(['-i', '--showmemvendor', ...readingArgs], signal))
    const cards = parseRocmSmi(stdout, this.#machine.clock.monotonicMs())
    if (cards === undefined) throw toolError(TOOL, UNREADABLE)
    return new Map(cards.map(({ facts, reading }) => [facts.key, reading]))
  }

  #ask(args: readonly string[], signal: AbortSignal | undefined) {
    return askTool(this.#machine, TOOL, [...args, '--json'], signal === undefined ? options : { ...options, signal })
  }
}
