/**
 * What a line carries in one direction while something large moves: spells in which bulk comes without a pause, and the bytes of each over
 * its time. Whatever slowed it (the other side, its line, a pace) only makes a spell slower than the line is.
 */

/** A pause ends a spell: a round trip between two pieces, or a busy process, is none. */
export const PAUSE_MS = 500
/** What comes first waited in buffers and says nothing of the line. */
export const LEAD_MS = 100
/** Above what buffers, timers and a busy process blur. */
export const SPELL_MS_MIN = 1_000
/** A long transfer is told of while it runs. */
export const SPELL_MS_MAX = 10_000
/** A line that carries less in ten seconds is not told from one that little was asked of. */
export const SPELL_BYTES_MIN = 1_048_576

export interface CarriedRate {
  readonly bitsPerS: number
}

export class BulkSpell {
  #beganMs = 0
  /** From where bytes are counted. */
  #sinceMs = 0
  #lastMs = Number.NEGATIVE_INFINITY
  #bytes = 0

  /**
   * Bytes of large transfers moved just now. What a spell that is over carried, where one is and it was long enough.
   * @param nowMs monotonic
   */
  moved(bytes: number, nowMs: number): CarriedRate | undefined {
    if (nowMs - this.#lastMs > PAUSE_MS) {
      const carried = this.#carried()
      this.#beganMs = nowMs
      this.#restart(nowMs)
      return carried
    }
    if (nowMs - this.#beganMs < LEAD_MS) {
      this.#restart(nowMs)
      return undefined
    }
    this.#lastMs = Math.max(this.#lastMs, nowMs)
    this.#bytes += bytes
    if (this.#lastMs - this.#sinceMs < SPELL_MS_MAX) return undefined
    const carried = this.#carried()
    this.#restart(nowMs)
    return carried
  }

  /** The same where nothing moves any more. */
  settle(nowMs: number): CarriedRate | undefined {
    if (nowMs - this.#lastMs <= PAUSE_MS) return undefined
    const carried = this.#carried()
    this.#lastMs = Number.NEGATIVE_INFINITY
    this.#bytes = 0
    return carried
  }

  #restart(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#lastMs = nowMs
    this.#bytes = 0
  }

  #carried(): CarriedRate | undefined {
    const ms = this.#lastMs - this.#sinceMs
    return ms >= SPELL_MS_MIN && this.#bytes >= SPELL_BYTES_MIN ? { bitsPerS: (8_000 * this.#bytes) / ms } : undefined
  }
}
