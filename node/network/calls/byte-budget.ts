/** Bytes that may be held at once, counted in two levels: what one peer may take is bounded, and what all peers take together. */

export class ByteBudget {
  readonly #max: number
  readonly #parent: ByteBudget | undefined
  #used = 0

  constructor(max: number, parent?: ByteBudget) {
    this.#max = max
    this.#parent = parent
  }

  get used(): number {
    return this.#used
  }

  get max(): number {
    return this.#max
  }

  /** False, and nothing borrowed, where this level or the one above is used up. */
  borrow(bytes: number): boolean {
    if (this.#used + bytes > this.#max) return false
    if (this.#parent !== undefined && !this.#parent.borrow(bytes)) return false
    this.#used += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#used -= bytes
    this.#parent?.giveBack(bytes)
  }
}
