/** The offers of an index as numbers in arrays, a row each; the places that they lie in; and the search by bounds. */
import { CellHeap } from './cell-heap.ts'
import { growInto } from './grow-into.ts'
import { LeastCosts } from './least-costs.ts'
import type { IndexedOffer } from './offer-index.ts'
import { OfferPlace, type PlaceCell, type PlaceRows, STRIDE } from './offer-place.ts'
import type { PolicyWeights } from './routing-policy.ts'

/** Offers this far from the first one of a place still belong to it: about a city and its surroundings. */
const RADIUS_MS = 15
/** Beyond, offers join the nearest place, which grows: a liar who claims to be everywhere makes the search slower, not wrong. */
const PLACES_MAX = 512
/** Bounds and costs are rounded in different places. */
const ROUNDING = 1e-6

export interface CellQuery {
  readonly weights: PolicyWeights
  readonly position: ArrayLike<number> | undefined
  readonly addedMs: number
  readonly priceMax: number
  readonly latencyMsMax: number
  /** Round trip where one of the two is nowhere. */
  readonly unknownMs: number
  readonly softMs: number
}

/** A place that is not opened yet, or one of its cells. */
interface Sealed {
  readonly place: OfferPlace
  readonly cell: PlaceCell | undefined
  readonly wayMs: number
}

const START_ROWS = 64

export class OfferCells {
  readonly #dimensions: number
  readonly #places: { readonly free: Set<OfferPlace>; readonly full: Set<OfferPlace> } = {
    free: new Set(),
    full: new Set(),
  }
  readonly #freeRows: number[] = []
  #used = 0
  #positions: Float32Array
  #prices = new Float64Array(START_ROWS)
  #added = new Float64Array(START_ROWS)
  /** Logarithm of 1 / quality, and of the factor. */
  #lacks = new Float64Array(START_ROWS)
  #factors = new Float64Array(START_ROWS)
  #slots = new Int32Array(START_ROWS)
  readonly #homes: (OfferPlace | undefined)[] = []
  readonly #cells: (PlaceCell | undefined)[] = []
  readonly #rows: PlaceRows

  constructor(dimensions: number) {
    this.#dimensions = dimensions
    this.#positions = new Float32Array(START_ROWS * dimensions)
    this.#rows = {
      figures: (row) => ({
        logPrice: Math.log(Math.max(1, this.#prices[row]!)),
        addedMs: this.#added[row]!,
        lack: this.#lacks[row]!,
        logFactor: this.#factors[row]!,
      }),
      housed: (row, cell, slot) => {
        this.#cells[row] = cell
        this.#slots[row] = slot
      },
    }
  }

  get bytes(): number {
    const columns = [this.#positions, this.#prices, this.#added, this.#lacks, this.#factors, this.#slots]
    const rows = columns.reduce((sum, { byteLength }) => sum + byteLength, 0)
    return [...this.#places.free, ...this.#places.full].reduce((sum, place) => sum + place.bytes, rows)
  }

  add({ price, position, addedMs, quality, factor, isFull = false }: IndexedOffer): number {
    const row = this.#freeRows.pop() ?? this.#used++
    if (row >= this.#prices.length) this.#grow()
    this.#prices[row] = price
    this.#added[row] = addedMs
    this.#lacks[row] = -Math.log(quality)
    this.#factors[row] = Math.log(factor)
    const places = isFull ? this.#places.full : this.#places.free
    const place = this.#placeOf(places, row, position)
    this.#homes[row] = place
    place.add(row)
    return row
  }

  remove(row: number): void {
    const place = this.#homes[row]!
    place.remove(this.#cells[row]!, this.#slots[row]!)
    this.#homes[row] = undefined
    this.#cells[row] = undefined
    if (place.rows === 0 && !this.#places.free.delete(place)) this.#places.full.delete(place)
    this.#freeRows.push(row)
  }

  /** The rows that cost least, the best first. */
  search(query: CellQuery, count: number, isFull: boolean): readonly { readonly row: number; readonly cost: number }[] {
    const found = new LeastCosts(count)
    const heap = new CellHeap<Sealed>()
    for (const place of isFull ? this.#places.full : this.#places.free) this.#seal(place, query, heap)
    for (let next = heap.pop(); next !== undefined && heap.poppedBound < found.worst; next = heap.pop()) {
      if (next.cell === undefined) openPlace(next, query, found.worst, heap)
      else this.#weighAll(next.place, next.cell, query, found)
    }
    return found.sorted().map(({ row, logCost }) => ({ row, cost: Math.exp(logCost) }))
  }

  #seal(place: OfferPlace, query: CellQuery, heap: CellHeap<Sealed>): void {
    const { centre, least } = place
    const isKnown = centre !== undefined && query.position !== undefined
    const wayMs = isKnown
      ? Math.max(0, span(centre, 0, query.position, this.#dimensions) - place.radiusMs)
      : query.unknownMs
    const bound = boundOf(least, 0, wayMs, isKnown, query)
    if (bound !== undefined) heap.push({ place, cell: undefined, wayMs }, bound)
  }

  #weighAll(place: OfferPlace, cell: PlaceCell, query: CellQuery, found: LeastCosts): void {
    const { weights, position, softMs, unknownMs, priceMax, latencyMsMax } = query
    const isKnown = place.centre !== undefined && position !== undefined
    for (let i = 0; i < cell.size; i++) {
      const row = cell.rows[i]!
      const price = this.#prices[row]!
      if (price > priceMax) continue
      const wayMs = isKnown ? span(this.#positions, row * this.#dimensions, position, this.#dimensions) : unknownMs
      const ms = wayMs + this.#added[row]! + query.addedMs
      if (isKnown && ms > latencyMsMax) continue
      const mean = weights.price * Math.log(Math.max(1, price)) + weights.latency * Math.log(ms + softMs)
      found.offer(row, mean + weights.quality * this.#lacks[row]! + this.#factors[row]!)
    }
  }

  #placeOf(places: Set<OfferPlace>, row: number, given: ArrayLike<number> | undefined): OfferPlace {
    const at = row * this.#dimensions
    const position = this.#positions.subarray(at, at + this.#dimensions)
    if (given !== undefined) for (let i = 0; i < this.#dimensions; i++) position[i] = given[i] ?? 0
    let nearest: OfferPlace | undefined
    let nearestMs = Number.POSITIVE_INFINITY
    for (const place of places) {
      if ((place.centre === undefined) !== (given === undefined)) continue
      const ms = place.centre === undefined ? 0 : span(place.centre, 0, position, this.#dimensions)
      if (ms < nearestMs) [nearest, nearestMs] = [place, ms]
    }
    if (nearest !== undefined && (nearestMs <= RADIUS_MS || places.size >= PLACES_MAX)) {
      nearest.radiusMs = Math.max(nearest.radiusMs, nearestMs)
      return nearest
    }
    const place = new OfferPlace(given === undefined ? undefined : position.slice(), this.#rows)
    places.add(place)
    return place
  }

  #grow(): void {
    this.#positions = growInto(this.#positions)
    this.#prices = growInto(this.#prices)
    this.#added = growInto(this.#added)
    this.#lacks = growInto(this.#lacks)
    this.#factors = growInto(this.#factors)
    this.#slots = growInto(this.#slots)
  }
}

function openPlace({ place, wayMs }: Sealed, query: CellQuery, worst: number, heap: CellHeap<Sealed>): void {
  const isKnown = place.centre !== undefined && query.position !== undefined
  for (let i = 0; i < place.cells.length; i++) {
    const bound = boundOf(place.minima, i * STRIDE, wayMs, isKnown, query)
    if (bound !== undefined && bound < worst) heap.push({ place, cell: place.cells[i]!, wayMs }, bound)
  }
}

/** No offer that is at least so in all its figures costs less; `undefined` where none of them can fit. */
function boundOf(
  minima: Float64Array,
  at: number,
  wayMs: number,
  isKnown: boolean,
  query: CellQuery,
): number | undefined {
  const { weights, softMs } = query
  const logPrice = minima[at]!
  const ms = wayMs + minima[at + 1]! + query.addedMs
  if (logPrice > Math.log(Math.max(1, query.priceMax)) + ROUNDING) return undefined
  if (isKnown && ms > query.latencyMsMax + ROUNDING) return undefined
  const mean = weights.price * logPrice + weights.latency * Math.log(ms + softMs)
  return mean + weights.quality * minima[at + 2]! + minima[at + 3]! - ROUNDING
}

function span(positions: Float32Array, at: number, other: ArrayLike<number>, dimensions: number): number {
  let sum = 0
  for (let i = 0; i < dimensions; i++) sum += (positions[at + i]! - other[i]!) ** 2
  return Math.sqrt(sum)
}
