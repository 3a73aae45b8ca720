/** The live offers of a directory by the models that they name: the newest of each, and the best for who says where it is. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { type Coordinates, DIMENSIONS } from '../../protocols/rules/coordinates/coordinates.ts'
import { UNKNOWN_SERVICE_MS } from '../../protocols/rules/routing/estimate-latency.ts'
import { type IndexedOffer, OfferIndex } from '../../protocols/rules/routing/offer-index.ts'
import type { PolicyWeights } from '../../protocols/rules/routing/routing-policy.ts'
import { UNKNOWN_QUALITY } from '../../protocols/rules/routing/weigh-candidate.ts'
import { type Offer, shortOf } from '../../protocols/wire/offer/offer.ts'
import { type OfferedModel, offeredCoordinates } from '../../protocols/wire/offer/offer-body.ts'

/** Fewer are weighed one by one when they are asked for: whoever invents models takes no more room than their names. */
const INDEXED_FROM = 64
/** Queues longer than this are full in every way. */
const LOAD_MAX = 4

interface Shelf {
  /** In the order of their arrival. */
  readonly offers: Map<Address, IndexedOffer>
  index: OfferIndex<Address> | undefined
}

export interface BestFor {
  readonly weights: PolicyWeights
  readonly near: Coordinates
  readonly count: number
}

export class ModelIndex {
  readonly #shelves = new Map<string, Shelf>()

  /** The newest of its miner: an earlier one was dropped. */
  put(offer: Offer): void {
    // A withdrawal is shown to nobody.
    if (offer.body.paused === 1) return
    for (const model of offer.body.models) {
      const name = toHex(model.short)
      const shelf = this.#shelves.get(name) ?? { offers: new Map(), index: undefined }
      this.#shelves.set(name, shelf)
      const indexed = indexedOffer(offer, model)
      shelf.offers.set(offer.miner, indexed)
      if (shelf.index !== undefined) shelf.index.put(offer.miner, indexed)
      else if (shelf.offers.size >= INDEXED_FROM) shelf.index = indexOf(shelf)
    }
  }

  drop({ miner, body }: Offer): void {
    for (const { short } of body.models) {
      const name = toHex(short)
      const shelf = this.#shelves.get(name)
      if (shelf === undefined) continue
      shelf.offers.delete(miner)
      shelf.index?.delete(miner)
      if (shelf.offers.size === 0) this.#shelves.delete(name)
    }
  }

  /** Whose offers name it, the newest first. */
  newest(model: ModelId): readonly Address[] {
    return [...(this.#shelf(model)?.offers.keys() ?? [])].reverse()
  }

  /** The best first. Directories pass on no scores: to them all are of the same quality. */
  best(model: ModelId, { weights, near, count }: BestFor): readonly Address[] {
    const shelf = this.#shelf(model)
    if (shelf === undefined) return []
    const query = { weights, position: near.vectorMs, addedMs: lastMileMs(near), count }
    return (shelf.index ?? indexOf(shelf)).best(query).map(({ key }) => key)
  }

  #shelf(model: ModelId): Shelf | undefined {
    return this.#shelves.get(toHex(shortOf(model)))
  }
}

function indexOf({ offers }: Shelf): OfferIndex<Address> {
  const index = new OfferIndex<Address>(DIMENSIONS)
  for (const [miner, offer] of offers) index.put(miner, offer)
  return index
}

function indexedOffer({ body }: Offer, { base }: OfferedModel): IndexedOffer {
  const coordinates = offeredCoordinates(body)
  const { jobs, jobsMax } = body
  const load = jobsMax > 0 ? Math.min(LOAD_MAX, jobs / jobsMax) : 0
  return {
    price: Number(base),
    ...(coordinates === undefined ? {} : { position: coordinates.vectorMs }),
    addedMs: (coordinates === undefined ? 0 : lastMileMs(coordinates)) + UNKNOWN_SERVICE_MS * (1 + load),
    quality: UNKNOWN_QUALITY,
    factor: 1,
    isFull: jobsMax > 0 && jobs >= jobsMax,
  }
}

const lastMileMs = ({ heightMs, adjustmentMs }: Coordinates): number => Math.max(0, heightMs + adjustmentMs)
