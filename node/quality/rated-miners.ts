/** Miners as a score is about them: who owns them, where they are, what they said that they can. Nobody rates its own. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { Address, JobId } from '../../protocols/kernel/ids.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import type { Subject } from '../../protocols/rules/qos/observation.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'

/** Of as many miners as a client weighs. */
const PLACES_MAX = 4_096

/** Where offers of miners are known. */
export interface OfferSource {
  offerOf(miner: Address): Offer | undefined
  latencyClassOf?(job: JobId): LatencyClass | undefined
}

export interface RatedMinersNeeds {
  /** Of this node, where it mines. */
  readonly operator: Address | undefined
  readonly ownerOf: (miner: Address) => Address | undefined
  readonly efficiencyOf: (miner: Address) => Subject['efficiency'] | undefined
}

export class RatedMiners {
  readonly #needs: RatedMinersNeeds
  /** The roles of this node: two at most. */
  readonly #sources: OfferSource[] = []
  readonly #places = new AgeingMap<Address, Pick<Subject, 'region' | 'cardClass'>>()

  constructor(needs: RatedMinersNeeds) {
    this.#needs = needs
  }

  /** The sources that are named first are asked first. */
  knows(offers: OfferSource): void {
    this.#sources.push(offers)
  }

  latencyClassOf(job: JobId): LatencyClass | undefined {
    return this.#sources.map((source) => source.latencyClassOf?.(job)).find((found) => found !== undefined)
  }

  /** `undefined` where its owner or its place are not known, or not yet. */
  subjectOf(miner: Address): Subject | undefined {
    const { ownerOf, efficiencyOf } = this.#needs
    const owner = ownerOf(miner)
    const place = this.#placeOf(miner)
    if (owner === undefined || place === undefined) return undefined
    const efficiency = efficiencyOf(miner)
    return { miner, owner, ...place, ...(efficiency === undefined ? {} : { efficiency }) }
  }

  isOwn(miner: Address): boolean {
    const { operator, ownerOf } = this.#needs
    if (operator === undefined) return false
    if (miner === operator) return true
    const owner = ownerOf(operator)
    return owner !== undefined && ownerOf(miner) === owner
  }

  /** An offer lapses, and what was seen of its miner was seen where it was. */
  #placeOf(miner: Address): Pick<Subject, 'region' | 'cardClass'> | undefined {
    const body = this.#sources.map((source) => source.offerOf(miner)).find((offer) => offer !== undefined)?.body
    if (body !== undefined) {
      if (this.#places.size >= PLACES_MAX && !this.#places.has(miner)) this.#places.delete(this.#places.oldest()!)
      this.#places.set(miner, { region: body.region, cardClass: body.gpuClass })
    }
    return this.#places.get(miner)
  }
}
