/** The rows of least cost that were offered so far, as many as are wanted. */
export class LeastCosts {
  readonly #count: number
  /** The costliest on top. */
  readonly #rows: Int32Array
  readonly #costs: Float64Array
  #size = 0

  constructor(count: number) {
    this.#count = count
    this.#rows = new Int32Array(count)
    this.#costs = new Float64Array(count)
  }

  /** What costs as much or more is not wanted any more. */
  get worst(): number {
    return this.#size < this.#count ? Number.POSITIVE_INFINITY : this.#costs[0]!
  }

  offer(row: number, cost: number): void {
    if (this.#size < this.#count) this.#rise(row, cost)
    else if (cost < this.#costs[0]!) this.#sink(row, cost)
  }

  sorted(): readonly { readonly row: number; readonly logCost: number }[] {
    return Array.from({ length: this.#size }, (_, i) => ({ row: this.#rows[i]!, logCost: this.#costs[i]! })).sort(
      (a, b) => a.logCost - b.logCost || a.row - b.row,
    )
  }

  #rise(row: number, cost: number): void {
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#costs[parent]! >= cost) break
      this.#place(at, this.#rows[parent]!, this.#costs[parent]!)
      at = parent
    }
    this.#place(at, row, cost)
  }

  #sink(row: number, cost: number): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#costs[child + 1]! > this.#costs[child]!) child++
      if (this.#costs[child]! <= cost) break
      this.#place(at, this.#rows[child]!, this.#costs[child]!)
      at = child
    }
    this.#place(at, row, cost)
  }

  #place(at: number, row: number, cost: number): void {
    this.#rows[at] = row
    this.#costs[at] = cost
  }
}
