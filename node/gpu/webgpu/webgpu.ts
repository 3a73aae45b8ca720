/**
 * Cards through WebGPU, by Dawn (npm `webgpu`, optional: 132 MB that most machines do without). It tells little of a card that
 * others do not, but it is the one interface that all of them have, and the way in which a browser sees them. No sensors.
 */
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type AdapterInfo, adapterCard } from '../../../protocols/rules/cards/adapter-card.ts'
import { moduleBeside } from '../../module-beside.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine, ToolOptions } from '../machine.ts'
import { toolFailure, whyOf } from '../tool-failure.ts'

/** Starting Node takes some 50 ms and Dawn as much; a laptop's card may have to wake for it. */
const ASK_MS_MAX = 8_000
/** Two adapters of a few hundred bytes, and what drivers print besides. */
const OUTPUT_BYTES_MAX = 65_536
const TEXT_CHARS_MAX = 256

const text = z.string().max(TEXT_CHARS_MAX).optional()
const answerSchema = z.union([
  z.object({ failed: z.string().max(TEXT_CHARS_MAX) }),
  z.object({
    adapters: z
      .array(
        z.object({
          vendor: text,
          architecture: text,
          device: text,
          description: text,
          isFallbackAdapter: z.boolean().optional(),
        }),
      )
      .max(2),
  }),
])

/** Reads files and loads add-ons; writes none and starts nothing, as far as Node's rules reach. */
const arguments_ = (): readonly string[] => [
  '--no-warnings',
  '--permission',
  '--allow-addons',
  '--allow-fs-read=*',
  fileURLToPath(moduleBeside(import.meta.url, './ask-adapters')),
]

export class WebGpu implements GpuBackend {
  readonly name = 'webgpu'
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    // Most machines do without it: none of them starts a process to find out.
    if (!this.#machine.hasPackage('webgpu')) return { kind: 'absent', why: 'the package webgpu is not installed' }
    const options: ToolOptions = {
      deadlineMs: ASK_MS_MAX,
      outputBytesMax: OUTPUT_BYTES_MAX,
      ...(signal !== undefined && { signal }),
    }
    const outcome = await this.#machine.run(process.execPath, arguments_(), options)
    const answer = outcome.kind === 'ended' ? answerIn(outcome.stdout) : undefined
    if (answer === undefined) return toolFailure('WebGPU', whyOf(outcome, options))
    if ('failed' in answer) return { kind: 'absent', why: 'the package webgpu has no Dawn for this system' }
    const cards = distinct(answer.adapters as readonly AdapterInfo[]).flatMap((info, index) => {
      const facts = adapterCard(info, index)
      return facts === undefined ? [] : [{ facts }]
    })
    return { kind: 'seen', cards }
  }
}

/** The line of our own among what drivers print on the same stream. */
function answerIn(stdout: string): z.infer<typeof answerSchema> | undefined {
  const line = stdout.split('\n').findLast((each) => each.trimStart().startsWith('{'))
  try {
    return answerSchema.parse(JSON.parse(line ?? ''))
  } catch {
    return undefined
  }
}

function distinct(adapters: readonly AdapterInfo[]): readonly AdapterInfo[] {
  return [...new Map(adapters.map((info) => [JSON.stringify(info), info])).values()]
}
