/** What a scan may take in: counted across the whole file, so that no part of it can hide from the sum. */
import { type InspectionPolicy, refuse } from './policy.ts'
import type { WireReader } from './wire-reader.ts'

export class ScanLimits {
  readonly policy: InspectionPolicy
  #items = 0
  #nodes = 0

  constructor(policy: InspectionPolicy) {
    this.policy = policy
  }

  /** @throws MeshError MODEL_REFUSED */
  take(items: number): void {
    this.#items += items
    if (this.#items > this.policy.itemsMax)
      refuse('item-count', `it has more than ${this.policy.itemsMax} values, attributes and constants`)
  }

  /** @throws MeshError MODEL_REFUSED */
  takeNode(): void {
    this.#nodes++
    if (this.#nodes > this.policy.nodesMax) refuse('node-count', `it has more than ${this.policy.nodesMax} nodes`)
  }

  /** The field that `reader` stands on, as a name. @throws MeshError MODEL_REFUSED */
  name(reader: WireReader): string {
    if (reader.length > this.policy.nameBytesMax)
      refuse('name', `it has a name of ${reader.length} bytes, at most ${this.policy.nameBytesMax}`)
    return reader.latin1()
  }

  /** A sparse constant may be as large as any value whose shape is constant, at four bytes an element. */
  get sparseBytesMax(): number {
    return this.policy.elementsMax * 4
  }
}
