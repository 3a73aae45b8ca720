/** How often each of many named ones did something in the last while; bounded, the one longest unheard of is forgotten. */
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'

interface Window {
  startedAtMs: number
  count: number
}

export class RateTable {
  readonly #max: number
  readonly #windowMs: number
  readonly #namesMax: number
  readonly #windows = new AgeingMap<string, Window>()

  constructor(max: number, windowMs: number, namesMax: number) {
    this.#max = max
    this.#windowMs = windowMs
    this.#namesMax = namesMax
  }

  get size(): number {
    return this.#windows.size
  }

  /** Counts one; false where the name has had its share of this window. */
  allows(name: string, nowMs: number): boolean {
    const window = this.#windows.get(name)
    if (window !== undefined && nowMs - window.startedAtMs < this.#windowMs) return ++window.count <= this.#max
    this.#windows.delete(name)
    if (this.#windows.size >= this.#namesMax) this.#windows.delete(this.#windows.oldest()!)
    this.#windows.set(name, { startedAtMs: nowMs, count: 1 })
    return this.#max > 0
  }
}
