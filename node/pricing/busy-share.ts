/** How much of its time work takes a miner: what was computed since the last look, of all its seats together. */
export class BusyShare {
  #atMs: number | undefined
  #computedUs = 0

  /**
   * @param computedUs in all until now, by every model
   * @returns 0 to 1 since the last look; `undefined` at the first, and where no time has passed
   */
  look(nowMs: number, computedUs: number, seats: number): number | undefined {
    const [fromMs, fromUs] = [this.#atMs, this.#computedUs]
    this.#atMs = nowMs
    this.#computedUs = computedUs
    if (fromMs === undefined || nowMs <= fromMs || seats === 0) return undefined
    const share = (computedUs - fromUs) / 1_000 / (nowMs - fromMs) / seats
    // A shared run counts for each of its jobs.
    return Math.min(1, Math.max(0, share))
  }
}
