/**
 * How far away a miner is: the quickest of its latest round trips. What is slower was waiting for something else, as the first job
 * waits for the connection; and what is old says nothing, so a miner that was slow once is tried again.
 */

const SAMPLES_MAX = 5
const SAMPLE_MS_MAX = 60_000

export class RoundTrips {
  readonly #samples: { readonly ms: number; readonly atMs: number }[] = []

  add(ms: number, atMs: number): void {
    this.#samples.push({ ms, atMs })
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift()
  }

  /** `undefined` = unknown. */
  best(nowMs: number): number | undefined {
    let best: number | undefined
    for (const { ms, atMs } of this.#samples) {
      if (nowMs - atMs < SAMPLE_MS_MAX && (best === undefined || ms < best)) best = ms
    }
    return best
  }
}
