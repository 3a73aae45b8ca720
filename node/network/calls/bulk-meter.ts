/** Hears of every large transfer of this node, whatever it is of, and says what the line carried meanwhile. */
import { BulkSpell, type CarriedRate } from '../../../protocols/rules/line/bulk-spell.ts'

export type Way = 'up' | 'down'
export type CarriedListener = (way: Way, carried: CarriedRate) => void

const ways: readonly Way[] = ['up', 'down']

export class BulkMeter {
  readonly #spells: Readonly<Record<Way, BulkSpell>> = { up: new BulkSpell(), down: new BulkSpell() }
  readonly #listeners = new Set<CarriedListener>()

  /** Until disposed. */
  listen(listener: CarriedListener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Bytes of a call that has moved more than its first credit: what is beyond that was taken at the other end, all but one window. */
  moved(way: Way, bytes: number, nowMs: number): void {
    if (this.#listeners.size > 0) this.#tell(way, this.#spells[way].moved(bytes, nowMs))
  }

  /** Tells of what is over without anything having moved since. */
  settle(nowMs: number): void {
    for (const way of ways) this.#tell(way, this.#spells[way].settle(nowMs))
  }

  #tell(way: Way, carried: CarriedRate | undefined): void {
    if (carried !== undefined) for (const listener of this.#listeners) listener(way, carried)
  }
}
