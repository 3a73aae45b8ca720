/**
 * Credit of one direction of one call, the lending side. The receiver lends a window and renews it as the application takes
 * messages; so a slow reader stops its own call and nobody else's, on every transport, and what it can make this process
 * hold is known beforehand.
 */
import { WINDOW_BYTES_INITIAL, WINDOW_BYTES_MAX } from '../../kernel/limits.ts'

/**
 * What a message costs beside its payload: about the memory that keeping one takes (a view, its place in a queue), so that
 * a window full of one-byte messages costs no more than a window full of large ones.
 */
export const MESSAGE_COST_BYTES = 256

export const creditCost = (payloadBytes: number): number => payloadBytes + MESSAGE_COST_BYTES

/** What {@link ReceiveWindow.took} needs to know to decide whether a larger window would help. */
export interface WindowDemand {
  readonly nowMs: number
  /** Round trip to the sender; undefined while unknown. */
  readonly rttMs: number | undefined
  /** Nothing more waits to be taken: the consumer keeps up. */
  readonly drained: boolean
  /** Asks the budgets of the peer and of the process for that many more bytes; true where they are granted. */
  borrow(bytes: number): boolean
}

export class ReceiveWindow {
  #window = WINDOW_BYTES_INITIAL
  /** Lent and not yet used up by arrived messages. */
  #lent = WINDOW_BYTES_INITIAL
  /** Taken by the application and not yet lent again. */
  #taken = 0
  #lentAtMs: number

  constructor(nowMs: number) {
    this.#lentAtMs = nowMs
  }

  get bytes(): number {
    return this.#window
  }

  /** A message arrived. False where the sender had no credit for it: it broke the law. */
  arrived(payloadBytes: number): boolean {
    this.#lent -= creditCost(payloadBytes)
    return this.#lent >= 0
  }

  /**
   * The application took a message. Returns the credit to lend now, 0 for none yet: half windows, so that credit frames are
   * few. The window doubles where half of it was used up in less than two round trips, for then the sender waits for
   * credit instead of for the line; a slower one is given nothing that it cannot use.
   */
  took(payloadBytes: number, demand: WindowDemand): number {
    this.#taken += creditCost(payloadBytes)
    if (this.#taken * 2 < this.#window) return 0
    let grant = this.#taken
    this.#taken = 0
    const growth = Math.min(this.#window, WINDOW_BYTES_MAX - this.#window)
    const wanted = demand.rttMs !== undefined && demand.nowMs - this.#lentAtMs < 2 * demand.rttMs
    if (wanted && demand.drained && growth > 0 && demand.borrow(growth)) {
      this.#window += growth
      grant += growth
    }
    this.#lent += grant
    this.#lentAtMs = demand.nowMs
    return grant
  }
}
