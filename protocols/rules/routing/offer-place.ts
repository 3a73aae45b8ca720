/** Offers near each other, in cells of those that are alike; and below what none of them, and none of a cell, can be. */
import { growInto } from './grow-into.ts'

/** Prices of one cell differ by at most this factor, its added times by about this one, in a place of few offers. */
const PRICE_STEP = Math.log(1.6)
const ADDED_STEP = Math.log(2)
/** Added times are told apart from here on. */
const ADDED_SOFT_MS = 25
/** What is held against offers of one cell differs by at most this factor. */
const FACTOR_STEP = Math.log(2)
/** Quality weighs little, and is bounded: three kinds are enough. */
const LACK_EDGES = [0, 0.3, 0.8, Number.POSITIVE_INFINITY] as const
/** Beyond so many offers the cells of a place are half as wide, and half of that beyond the next: a cell stays a few dozen offers. */
const FINER_FROM = [500, 2_000, 8_000] as const
/** Buckets are packed into one number. */
const BUCKETS = 256

/** Logarithms, but for the time. */
export interface RowFigures {
  readonly logPrice: number
  readonly addedMs: number
  readonly lack: number
  readonly logFactor: number
}

/** Who has the rows, and is told where they lie. */
export interface PlaceRows {
  figures(row: number): RowFigures
  housed(row: number, cell: PlaceCell, slot: number): void
}

/** Figures of one cell lie side by side: price, added time, lack, factor. */
export const STRIDE = 4
const START_CELLS = 4
const START_ROWS = 4

export interface PlaceCell {
  readonly key: number
  rows: Int32Array
  size: number
}

export class OfferPlace {
  /** Where the first of them is; undefined for those that are nowhere. */
  readonly centre: Float32Array | undefined
  /** No offer is farther from the centre. */
  radiusMs = 0
  rows = 0
  cells: PlaceCell[] = []
  /** Below which no offer of a cell is. What leaves raises none of them: a bound that is too low costs time alone. */
  minima = new Float64Array(START_CELLS * STRIDE)
  /** Below which no offer of this place is. */
  readonly least = new Float64Array(STRIDE).fill(Number.POSITIVE_INFINITY)
  readonly #byKey = new Map<number, number>()
  readonly #rows: PlaceRows
  #level = 0

  constructor(centre: Float32Array | undefined, rows: PlaceRows) {
    this.centre = centre
    this.#rows = rows
  }

  get bytes(): number {
    return this.cells.reduce((sum, { rows }) => sum + rows.byteLength, this.minima.byteLength)
  }

  add(row: number): void {
    this.#put(row)
    this.rows++
    if (this.rows > (FINER_FROM[this.#level] ?? Number.POSITIVE_INFINITY)) this.#divide()
  }

  #put(row: number): void {
    const figures = this.#rows.figures(row)
    const at = this.#cellAt(keyOf(figures, this.#level))
    const cell = this.cells[at]!
    const each = [figures.logPrice, figures.addedMs, figures.lack, figures.logFactor]
    for (let i = 0; i < STRIDE; i++) {
      this.minima[at * STRIDE + i] = Math.min(this.minima[at * STRIDE + i]!, each[i]!)
      this.least[i] = Math.min(this.least[i]!, each[i]!)
    }
    if (cell.size === cell.rows.length) cell.rows = growInto(cell.rows)
    cell.rows[cell.size] = row
    this.#rows.housed(row, cell, cell.size++)
  }

  /** Never undone: a place that had many has room for them. */
  #divide(): void {
    const { cells } = this
    this.#level++
    this.cells = []
    this.#byKey.clear()
    for (const { rows, size } of cells) for (let i = 0; i < size; i++) this.#put(rows[i]!)
  }

  remove(cell: PlaceCell, slot: number): void {
    const last = cell.rows[--cell.size]!
    cell.rows[slot] = last
    this.#rows.housed(last, cell, slot)

    this.rows--
    if (cell.size === 0) this.#drop(cell)
  }

  #cellAt(key: number): number {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const at = this.cells.length
    this.cells.push({ key, rows: new Int32Array(START_ROWS), size: 0 })
    if (at * STRIDE === this.minima.length) this.minima = growInto(this.minima)
    this.minima.fill(Number.POSITIVE_INFINITY, at * STRIDE, (at + 1) * STRIDE)
    this.#byKey.set(key, at)
    return at
  }

  #drop({ key }: PlaceCell): void {
    const at = this.#byKey.get(key)!
    this.#byKey.delete(key)
    const last = this.cells.pop()!
    if (last.key !== key) {
      this.cells[at] = last
      this.#byKey.set(last.key, at)
      this.minima.copyWithin(at * STRIDE, this.cells.length * STRIDE, (this.cells.length + 1) * STRIDE)
    }
    // The place is as good as its cells: what left may have been the best of it.
    this.least.fill(Number.POSITIVE_INFINITY)
    for (let i = 0; i < this.cells.length * STRIDE; i++) {
      this.least[i % STRIDE] = Math.min(this.least[i % STRIDE]!, this.minima[i]!)
    }
  }
}

function keyOf({ logPrice, addedMs, lack, logFactor }: RowFigures, level: number): number {
  const finer = 2 ** level
  const price = bucket((finer * logPrice) / PRICE_STEP)
  const added = bucket((finer * Math.log(1 + addedMs / ADDED_SOFT_MS)) / ADDED_STEP)
  const factor = bucket(logFactor / FACTOR_STEP)
  return ((price * BUCKETS + factor) * BUCKETS + added) * BUCKETS + placeIn(LACK_EDGES, lack)
}

const bucket = (steps: number): number => Math.min(BUCKETS - 1, Math.floor(steps))

function placeIn(edges: readonly number[], value: number): number {
  let at = 0
  while (value >= edges[at + 1]!) at++
  return at
}
