/** AMD cards as amd-smi shows them: ROCm 6 and later, also where ROCm's own libraries are not installed. */
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { answerOf, askTool } from '../ask-tool.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine } from '../machine.ts'
import { oncePerKey } from '../once-per-key.ts'
import { toolError, toolFailure, UNREADABLE } from '../tool-failure.ts'
import { amdSmiFacts, amdSmiKey } from './amd-smi-facts.ts'
import { amdSmiProcesses, amdSmiReading, powerLimitIn } from './amd-smi-reading.ts'
import { amdSmiTrees, type CardTree } from './amd-smi-tree.ts'

const TOOL = 'amd-smi'

/** Python starts, and asks each card one thing after the other. Two of these are waited for, and 10 s for all. */
const DEADLINE_MS = 4_500
/** Eight cards in eight partitions each, with all counters, are some 500 KB. */
const OUTPUT_BYTES_MAX = 4_194_304
const options = { deadlineMs: DEADLINE_MS, outputBytesMax: OUTPUT_BYTES_MAX }

export class AmdSmi implements GpuBackend {
  readonly name = TOOL
  readonly isCostly = true
  readonly #machine: Machine
  /** By index, as the last look at the cards found them: a key, and the limit, which metrics do not hold. */
  #cards: ReadonlyMap<number, { readonly key: string; readonly powerLimitW: number | undefined }> | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    const answer = await this.#ask('static', signal)
    if (answer.kind !== 'answered') return answer
    const trees = amdSmiTrees(answer.stdout)
    if (trees === undefined) return toolFailure(TOOL, UNREADABLE)
    this.#cards = cardsOf(trees)
    // Who uses a card is asked here only: each question starts Python anew.
    const [metrics, processes] = await Promise.all([this.#treesOf('metric', signal), this.#treesOf('process', signal)])
    const readings = this.#readings(metrics, processes)
    return {
      kind: 'seen',
      cards: oncePerKey(
        trees.map((tree) => {
          const reading = readings.get(amdSmiKey(tree))
          return { facts: amdSmiFacts(tree), ...(reading === undefined ? {} : { reading }) }
        }),
      ),
    }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    if (this.#cards === undefined) {
      const trees = amdSmiTrees(answerOf(TOOL, await this.#ask('static', signal)))
      if (trees === undefined) throw toolError(TOOL, UNREADABLE)
      this.#cards = cardsOf(trees)
    }
    const metrics = amdSmiTrees(answerOf(TOOL, await this.#ask('metric', signal)))
    if (metrics === undefined) throw toolError(TOOL, UNREADABLE)
    return this.#readings(metrics, [])
  }

  #readings(metrics: readonly CardTree[], processes: readonly CardTree[]): ReadonlyMap<string, CardReading> {
    const atMs = this.#machine.clock.monotonicMs()
    const users = new Map(processes.map((tree) => [tree.index, amdSmiProcesses(tree)]))
    const readings = metrics.flatMap((tree) => {
      const card = this.#cards?.get(tree.index)
      if (card === undefined) return []
      const reading = amdSmiReading(atMs, tree)
      const powerLimitW = reading.powerLimitW ?? card.powerLimitW
      const processesOf = users.get(tree.index)
      return [
        [
          card.key,
          {
            ...reading,
            ...(powerLimitW === undefined ? {} : { powerLimitW }),
            ...(processesOf === undefined ? {} : { processes: processesOf }),
          },
        ] as const,
      ]
    })
    return new Map(readings)
  }

  /** Empty where the tool does not answer: what a card is was found out without. */
  async #treesOf(what: string, signal: AbortSignal | undefined): Promise<readonly CardTree[]> {
    const answer = await this.#ask(what, signal)
    return answer.kind === 'answered' ? (amdSmiTrees(answer.stdout) ?? []) : []
  }

  #ask(what: string, signal: AbortSignal | undefined) {
    return askTool(this.#machine, TOOL, [what, '--json'], signal === undefined ? options : { ...options, signal })
  }
}

const cardsOf = (trees: readonly CardTree[]) =>
  new Map(trees.map((tree) => [tree.index, { key: amdSmiKey(tree), powerLimitW: powerLimitIn(tree) }]))
