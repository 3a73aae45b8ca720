/** What Intel's graphics are doing, as intel_gpu_top counts it where it may: i915's files say nothing of their use. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { pciVendors } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { answerOf, askTool, type ToolAnswer } from '../ask-tool.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import { intelFacts } from '../intel-sysfs/intel-facts.ts'
import type { Machine } from '../machine.ts'
import { oncePerKey } from '../once-per-key.ts'
import { busAddressOf, type DrmCard, drmCardsOf, keyOfDrm } from '../sysfs/drm-cards.ts'
import { toolError, toolFailure, UNREADABLE } from '../tool-failure.ts'
import { parseIntelGpuTop, wholeSamples } from './parse-intel-gpu-top.ts'

const TOOL = 'intel_gpu_top'
const SAMPLE_MS = 500
const DEADLINE_MS = 4_000
/** Two samples with a hundred programs. */
const OUTPUT_BYTES_MAX = 524_288
/** The first sample is of the moments since its start, and says nothing. */
const SAMPLES = 2

export class IntelGpuTop implements GpuBackend {
  readonly name = TOOL
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    const cards = await drmCardsOf(this.#machine, pciVendors.intel)
    if (cards.length === 0) return { kind: 'absent', why: 'no graphics of Intel under /sys/class/drm' }
    const answers = await this.#ask(cards, signal)
    const silent = answers.find((answer) => answer.kind !== 'answered')
    if (silent !== undefined && answers.every(({ kind }) => kind !== 'answered')) return allowed(silent)
    const seen = cards.flatMap((card, i) => {
      const reading = this.#reading(answers[i]!)
      const { key, seenBy: _, driver: __, ...facts } = intelFacts(card.name, card.identity, new Map(), new Map())
      return reading === undefined ? [] : [{ facts: { ...facts, key, seenBy: [TOOL] }, reading }]
    })
    return seen.length === 0 ? toolFailure(TOOL, UNREADABLE) : { kind: 'seen', cards: oncePerKey(seen) }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const cards = await drmCardsOf(this.#machine, pciVendors.intel)
    const answers = await this.#ask(cards, signal)
    const readings = new Map<string, CardReading>()
    for (const [i, answer] of answers.entries()) {
      const reading = this.#reading(answer)
      if (reading !== undefined) readings.set(keyOfDrm(cards[i]!), reading)
    }
    const [first] = answers
    if (readings.size === 0 && first !== undefined) {
      answerOf(TOOL, first)
      throw toolError(TOOL, UNREADABLE)
    }
    return readings
  }

  #reading(answer: ToolAnswer): CardReading | undefined {
    if (answer.kind !== 'answered') return undefined
    return parseIntelGpuTop(answer.stdout, this.#machine.clock.monotonicMs())
  }

  /** Each card by its place, where there are several; older versions know no places. */
  #ask(cards: readonly DrmCard[], signal: AbortSignal | undefined): Promise<readonly ToolAnswer[]> {
    const options = {
      deadlineMs: DEADLINE_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
      isEnough: (stdout: string) => wholeSamples(stdout).length >= SAMPLES,
      ...(signal === undefined ? {} : { signal }),
    }
    return Promise.all(
      cards.map(({ identity }) => {
        const place = cards.length === 1 ? undefined : busAddressOf(identity)
        const which = place === undefined ? [] : ['-d', `pci:slot=${place}`]
        return askTool(this.#machine, TOOL, ['-J', '-s', String(SAMPLE_MS), ...which], options)
      }),
    )
  }
}

/** Counting needs root or CAP_PERFMON: without, nothing is broken. */
function allowed(answer: Exclude<ToolAnswer, { kind: 'answered' }>): BackendFinding {
  const isForbidden = answer.kind === 'failed' && /permission|CAP_PERFMON/i.test(answer.error.message)
  return isForbidden ? { kind: 'absent', why: `${TOOL} counts for root only, or with CAP_PERFMON` } : answer
}
