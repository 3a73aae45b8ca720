/** Holds the sender of a body to a least pace: one that sends a byte now and then would keep a job's place for as long as it likes. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { BODY_BYTES_PER_SECOND_MIN, BODY_HEAD_START_MS } from './gateway-limits.ts'

export class BodyPace implements Disposable {
  readonly #clock: Clock
  readonly #beganAtMs: number
  readonly #onSlow: (error: MeshError) => void
  #timer: Timer
  #bytes = 0

  /** @param onSlow called once, with HTTP_SLOW */
  constructor(clock: Clock, onSlow: (error: MeshError) => void) {
    this.#clock = clock
    this.#beganAtMs = clock.monotonicMs()
    this.#onSlow = onSlow
    this.#timer = this.#look(BODY_HEAD_START_MS)
  }

  /** So many more have come. */
  took(bytes: number): void {
    this.#bytes += bytes
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }

  #look(afterMs: number): Timer {
    return this.#clock.after(afterMs, () => {
      const tookMs = this.#clock.monotonicMs() - this.#beganAtMs
      const leftMs = BODY_HEAD_START_MS + (this.#bytes / BODY_BYTES_PER_SECOND_MIN) * 1_000 - tookMs
      if (leftMs > 0) this.#timer = this.#look(leftMs)
      else this.#onSlow(new MeshError('HTTP_SLOW', { bytes: this.#bytes, ms: Math.round(tookMs) }))
    })
  }
}
