/** Credit of one direction of one call, the borrowing side: how much may be sent. */
import { WINDOW_BYTES_INITIAL, WINDOW_BYTES_MAX } from '../../kernel/limits.ts'
import { creditCost } from './receive-window.ts'

export class SendWindow {
  #credit = WINDOW_BYTES_INITIAL

  /** True where a message may go now. Nothing is overdrawn: it waits until all of it fits. */
  fits(payloadBytes: number): boolean {
    return creditCost(payloadBytes) <= this.#credit
  }

  sent(payloadBytes: number): void {
    this.#credit -= creditCost(payloadBytes)
  }

  /** The receiver lent more. False where it lends more than the largest window: it broke the law. */
  lent(bytes: number): boolean {
    this.#credit += bytes
    return this.#credit <= WINDOW_BYTES_MAX
  }
}
