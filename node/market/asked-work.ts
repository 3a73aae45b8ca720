/** What this miner was asked for in the last hour: jobs taken and refused, by model. The demand that it can know of. */
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { RefusalCounts, RefusalReason } from '../../protocols/wire/job/refusals.ts'
import type { NodeEvent } from '../events/node-event.ts'

const PART_MS = 300_000
const PARTS = 12
/** Models of one part: whoever asks for names that nobody serves makes no more of them. */
const MODELS_MAX = 256

export interface AskedModel {
  readonly accepted: number
  readonly refused: RefusalCounts
}

interface Counted {
  accepted: number
  readonly refused: Partial<Record<RefusalReason, number>>
}

interface Part {
  readonly fromMs: number
  readonly models: Map<string, Counted>
}

export class AskedWork {
  readonly #clock: Clock
  readonly #startedMs: number
  #parts: Part[] = []
  #workedAtMs: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  note(event: NodeEvent): void {
    if (event.kind === 'job:accepted') {
      const model = this.#modelOf(event.model)
      if (model !== undefined) model.accepted++
      this.#workedAtMs = this.#clock.monotonicMs()
    } else if (event.kind === 'job:refused') {
      const refused = this.#modelOf(event.model)?.refused
      if (refused !== undefined) refused[event.reason] = (refused[event.reason] ?? 0) + 1
    } else if (event.kind === 'job:finished') {
      this.#workedAtMs = this.#clock.monotonicMs()
    }
  }

  /** Since the last job was taken or ended, or since the start. */
  get quietMs(): number {
    return this.#clock.monotonicMs() - (this.#workedAtMs ?? this.#startedMs)
  }

  /** How far back the counts reach. */
  get lookedMs(): number {
    const now = this.#clock.monotonicMs()
    return now - Math.max(this.#startedMs, this.#firstMs(now))
  }

  byModel(): ReadonlyMap<string, AskedModel> {
    const from = this.#firstMs(this.#clock.monotonicMs())
    const all = new Map<string, AskedModel>()
    for (const { fromMs, models } of this.#parts) {
      if (fromMs < from) continue
      for (const [model, { accepted, refused }] of models) {
        const known = all.get(model)
        all.set(model, {
          accepted: accepted + (known?.accepted ?? 0),
          refused: known === undefined ? refused : added(known.refused, refused),
        })
      }
    }
    return all
  }

  /** Whole parts, so that what is counted lies within what is said. */
  #firstMs(now: number): number {
    return (Math.floor(now / PART_MS) - PARTS + 1) * PART_MS
  }

  /** `undefined` where this part has room for no more. */
  #modelOf(model: string): Counted | undefined {
    const now = this.#clock.monotonicMs()
    const fromMs = Math.floor(now / PART_MS) * PART_MS
    let part = this.#parts.at(-1)
    if (part?.fromMs !== fromMs) {
      part = { fromMs, models: new Map() }
      this.#parts = [...this.#parts.filter((each) => each.fromMs >= this.#firstMs(now)), part]
    }
    const known = part.models.get(model)
    if (known !== undefined || part.models.size >= MODELS_MAX) return known
    const counted: Counted = { accepted: 0, refused: {} }
    part.models.set(model, counted)
    return counted
  }
}

const added = (a: RefusalCounts, b: RefusalCounts): RefusalCounts => {
  const all: Partial<Record<RefusalReason, number>> = { ...a }
  for (const [reason, count] of Object.entries(b) as [RefusalReason, number][]) all[reason] = (all[reason] ?? 0) + count
  return all
}
