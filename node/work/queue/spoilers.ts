import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'

/** A payer whose job failed shares no runs for so long: one that always fails would cost all others a second run each time. */
const ALONE_MS = 600_000
/** Beyond, the first is forgiven. */
const SPOILERS_MAX = 1_024

/** Payers of whom a job failed lately, where runs are shared: they share none for a while. */
export class Spoilers {
  readonly #untilMs = new AgeingMap<string, number>()

  add(payer: string, nowMs: number): void {
    this.#untilMs.delete(payer)
    this.#untilMs.set(payer, nowMs + ALONE_MS)
    if (this.#untilMs.size > SPOILERS_MAX) this.#untilMs.delete(this.#untilMs.oldest()!)
  }

  has(payer: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(payer)
    return untilMs !== undefined && nowMs < untilMs
  }
}
