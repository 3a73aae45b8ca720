/**
 * Very many live offers of one model, so that the best of them for somebody somewhere are found without weighing all. Offers lie in
 * cells: near each other in the space of coordinates, and alike in price, in what they add to a way, and in what is held against
 * them. No offer of a cell can cost less than its bound, so cells are opened in the order of their bounds, until the next one cannot hold
 * any better. The answer is that of weighing all (weigh-candidate.ts), to the last place of rounding.
 */

import { UNKNOWN_RTT_MS } from './estimate-latency.ts'
import { OfferCells } from './offer-cells.ts'
import type { PolicyWeights } from './routing-policy.ts'
import { SOFT_MS } from './weigh-candidate.ts'

export interface IndexedOffer {
  /** In credits, for the class that is asked for; the classes are multiples of each other, and leave the order as it is. */
  readonly price: number
  /** Where it is, in milliseconds (rules/coordinates); absent = unknown. */
  readonly position?: ArrayLike<number>
  /** What it adds to every way: its last mile, the work, and the wait. */
  readonly addedMs: number
  /** 0..1, as weigh-candidate.ts makes it of a score. */
  readonly quality: number
  /** Product of what is held against it; 1 = nothing. */
  readonly factor: number
  readonly isFull?: boolean
}

export interface IndexQuery {
  readonly weights: PolicyWeights
  /** Of whoever asks; absent = unknown, and then nobody is near. */
  readonly position?: ArrayLike<number>
  /** What its own side adds to every way. */
  readonly addedMs?: number
  readonly priceMax?: number
  readonly latencyMsMax?: number
  readonly count: number
}

export interface Found<K> {
  readonly key: K
  readonly cost: number
}

/** Most that one question may ask for: a directory's answer holds fewer. */
const COUNT_MAX = 1_024

export class OfferIndex<K> {
  readonly #cells: OfferCells
  readonly #rows = new Map<K, number>()
  readonly #keys: (K | undefined)[] = []

  /** @param dimensions of positions */
  constructor(dimensions: number) {
    this.#cells = new OfferCells(dimensions)
  }

  get size(): number {
    return this.#rows.size
  }

  /** Bytes of its arrays: what it takes beyond the map from keys. */
  get bytes(): number {
    return this.#cells.bytes
  }

  /** Takes an offer, or what has changed of it. @throws RangeError for figures that are no numbers or below 0 */
  put(key: K, offer: IndexedOffer): void {
    const { price, addedMs, quality, factor } = offer
    if (!(price >= 0 && price < Number.POSITIVE_INFINITY)) throw new RangeError(`${price} is no price`)
    if (!(addedMs >= 0 && addedMs < Number.POSITIVE_INFINITY)) throw new RangeError(`${addedMs} is no time`)
    if (!(quality > 0 && quality <= 1)) throw new RangeError(`${quality} is no quality`)
    if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) throw new RangeError(`${factor} is no factor`)
    this.delete(key)
    const row = this.#cells.add(offer)
    this.#rows.set(key, row)
    this.#keys[row] = key
  }

  delete(key: K): boolean {
    const row = this.#rows.get(key)
    if (row === undefined) return false
    this.#rows.delete(key)
    this.#keys[row] = undefined
    this.#cells.remove(row)
    return true
  }

  /** Those that cost least, the best first; full ones only where too few others fit. */
  best(query: IndexQuery): readonly Found<K>[] {
    const count = Math.min(COUNT_MAX, query.count)
    const free = this.#search(query, count, false)
    return free.length >= count ? free : [...free, ...this.#search(query, count - free.length, true)]
  }

  #search(query: IndexQuery, count: number, isFull: boolean): readonly Found<K>[] {
    if (count <= 0) return []
    const { weights, position, addedMs = 0, priceMax = Number.POSITIVE_INFINITY } = query
    const { latencyMsMax = Number.POSITIVE_INFINITY } = query
    const ask = { weights, position, addedMs, priceMax, latencyMsMax, unknownMs: UNKNOWN_RTT_MS, softMs: SOFT_MS }
    return this.#cells.search(ask, count, isFull).map(({ row, cost }) => ({ key: this.#keys[row]!, cost }))
  }
}
