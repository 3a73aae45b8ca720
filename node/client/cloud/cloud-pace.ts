/** How long a cloud takes for each model: the median of its last answers. */
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import { MODELS_MAX, TIMES_KEPT } from './cloud-limits.ts'

export class CloudPace {
  readonly #times = new Map<ModelId, readonly number[]>()

  took(model: ModelId, ms: number): void {
    const times = [...(this.#times.get(model) ?? []), ms].slice(-TIMES_KEPT)
    if (!this.#times.has(model) && this.#times.size >= MODELS_MAX) return
    this.#times.set(model, times)
  }

  /** Undefined where it has answered none. */
  medianMs(model: ModelId): number | undefined {
    const times = this.#times.get(model)?.toSorted((a, b) => a - b)
    return times?.[Math.floor(times.length / 2)]
  }
}
