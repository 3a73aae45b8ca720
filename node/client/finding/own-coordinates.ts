/** Where this node lies among others: moved by round trips to peers that say where they lie. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Random } from '../../../protocols/kernel/ports.ts'
import { type Coordinates, spanMs } from '../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { type LatencyEstimate, latencyEstimate } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import { LatencyFilter } from '../../../protocols/rules/coordinates/latency-filter.ts'
import { moved, placedAt, type Spot } from '../../../protocols/rules/coordinates/vivaldi.ts'
import type { Location } from '../../../protocols/rules/geography/location.ts'
import { locationOfRegion } from '../../../protocols/rules/geography/regions.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { offeredCoordinates } from '../../../protocols/wire/offer/offer-body.ts'

/** What an offer says is told anew when it is this far off: whoever chooses by it chooses another one for more, and not for less. */
const TOLD_MS_OFF = 10
/** The same of its error: a newcomer says soon that it knows its place. */
const TOLD_ERROR_OFF = 0.25

export interface OwnCoordinatesNeeds {
  readonly random: Random
  /** Where this node is, coarsely. */
  readonly region: string
  /** Of an earlier run. */
  readonly start?: Coordinates | undefined
}

export class OwnCoordinates {
  readonly #random: Random
  readonly #location: Location | undefined
  readonly #filter = new LatencyFilter()
  #spot: Spot
  #told: Coordinates
  #samples = 0
  /** What stands in the offer is no longer so. */
  onChange: () => void = () => undefined

  constructor({ random, region, start }: OwnCoordinatesNeeds) {
    this.#random = random
    this.#location = locationOfRegion(region)
    this.#spot = placedAt(start)
    this.#told = this.#spot.coordinates
  }

  get current(): Coordinates {
    return this.#spot.coordinates
  }

  /** Round trips of this run that counted. */
  get samples(): number {
    return this.#samples
  }

  /**
   * A round trip to a peer without a relay between, and where that peer says it lies. What is no round trip changes nothing.
   */
  sample(peer: PeerId, remote: Coordinates, rttMs: number): void {
    const filteredMs = this.#filter.filtered(peer, rttMs)
    if (filteredMs === undefined) return
    this.#spot = moved(this.#spot, remote, filteredMs, () => this.#random.bytes(1)[0]! / 256)
    this.#samples++
    const { vectorMs, heightMs, error } = this.current
    const offMs = spanMs(vectorMs, this.#told.vectorMs) + Math.abs(heightMs - this.#told.heightMs)
    if (offMs >= TOLD_MS_OFF || Math.abs(error - this.#told.error) >= TOLD_ERROR_OFF) this.onChange()
  }

  /** As an offer says it; from now on a change is one against this. */
  inOffer(): Uint8Array {
    this.#told = this.current
    return coordinatesToBytes(this.current)
  }

  /** How far the miner of an offer is; nothing is asked. */
  estimate({ body }: Pick<Offer, 'body'>, measuredMs?: number): LatencyEstimate {
    return latencyEstimate({
      measuredMs,
      own: this.current,
      other: offeredCoordinates(body),
      from: this.#location,
      to: locationOfRegion(body.region),
    })
  }
}
