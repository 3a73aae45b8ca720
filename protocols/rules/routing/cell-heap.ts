/** Items by their bounds, the least first. */
export class CellHeap<T> {
  readonly #items: T[] = []
  readonly #bounds: number[] = []
  #popped = Number.NEGATIVE_INFINITY

  /** Bound of the item that was taken last. */
  get poppedBound(): number {
    return this.#popped
  }

  push(item: T, bound: number): void {
    let at = this.#items.length
    this.#items.push(item)
    this.#bounds.push(bound)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#bounds[parent]! <= bound) break
      this.#put(at, this.#items[parent]!, this.#bounds[parent]!)
      at = parent
    }
    this.#put(at, item, bound)
  }

  pop(): T | undefined {
    const top = this.#items[0]
    if (top === undefined) return undefined
    this.#popped = this.#bounds[0]!
    const [item, bound] = [this.#items.pop()!, this.#bounds.pop()!]
    if (this.#items.length > 0) this.#sink(item, bound)
    return top
  }

  #sink(item: T, bound: number): void {
    const { length } = this.#items
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && this.#bounds[child + 1]! < this.#bounds[child]!) child++
      if (this.#bounds[child]! >= bound) break
      this.#put(at, this.#items[child]!, this.#bounds[child]!)
      at = child
    }
    this.#put(at, item, bound)
  }

  #put(at: number, item: T, bound: number): void {
    this.#items[at] = item
    this.#bounds[at] = bound
  }
}
