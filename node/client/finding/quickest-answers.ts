/**
 * The quickest of a miner's latest answers, from the first message to the last byte by this node's own clock. It fades: who was slow once is
 * tried again, and who is always slow stays behind for as long as it is asked at all.
 */

const SAMPLES_MAX = 5
/** After this long without an answer only half of it is held against the miner. */
const HALF_LIFE_MS = 600_000

export class QuickestAnswers {
  readonly #latest: number[] = []
  #lastAtMs = 0

  add(ms: number, atMs: number): void {
    this.#latest.push(ms)
    if (this.#latest.length > SAMPLES_MAX) this.#latest.shift()
    this.#lastAtMs = atMs
  }

  /** `undefined` where none came. */
  best(nowMs: number): number | undefined {
    if (this.#latest.length === 0) return undefined
    return Math.min(...this.#latest) * 2 ** (-(nowMs - this.#lastAtMs) / HALF_LIFE_MS)
  }
}
