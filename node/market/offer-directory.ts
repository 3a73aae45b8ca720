/** The live offers that a full node has collected from gossip: newest per miner, until they expire, within a limit. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { FUTURE_MS_MAX } from '../../protocols/kernel/limits.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { coordinatesOfBytes } from '../../protocols/rules/coordinates/coordinates-bytes.ts'
import { isRoutingPolicy, weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import type { DirectoryEntry, DirectoryQuery } from '../../protocols/wire/directory/directory-protocol.ts'
import { type Offer, offeredModel } from '../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS } from '../../protocols/wire/offer/offer-body.ts'
import { ModelIndex } from './model-index.ts'

/** A region and class of this size needs no more than 30 MB, and 10 MB for the index of its models; beyond, the oldest entry goes. */
const OFFERS_MAX = 20_000
/** Offers of miners without stake: a few of them are about to stake, the rest are whoever makes keys. */
const WAITING_MAX = 256

interface Held {
  readonly offer: Offer
  readonly arrivedAtMs: number
  /** On the monotonic clock: an offer outlives neither its own word nor ours, whatever the wall clock does. */
  readonly goneAtMs: number
}

export class OfferDirectory {
  readonly #clock: Clock
  readonly #isBarred: (miner: Address) => boolean
  readonly #isShown: (miner: Address) => boolean
  readonly #isShort: (miner: Address) => boolean
  /** In order of arrival: the first is the oldest. */
  readonly #held = new AgeingMap<Address, Held>()
  /** Of those in {@link #held}. */
  readonly #models = new ModelIndex()
  /** Of miners without stake, until they have some: the next offer of theirs may be minutes away. They take no room of the others. */
  readonly #waiting = new AgeingMap<Address, Held>()

  /**
   * @param isBarred it contradicted itself: what stands of it is gone from then on, and nothing is taken
   * @param isShown others may be told of it: what the chain has not answered for yet is held and not told
   * @param isShort it has too little stake: what stands of it waits for {@link recognise}
   */
  constructor(
    clock: Clock,
    isBarred: (miner: Address) => boolean = () => false,
    isShown: (miner: Address) => boolean = () => true,
    isShort: (miner: Address) => boolean = () => false,
  ) {
    this.#clock = clock
    this.#isBarred = isBarred
    this.#isShown = isShown
    this.#isShort = isShort
  }

  get size(): number {
    return this.#held.size
  }

  /** Takes an offer that was already judged; an older one of the same miner is replaced, never the newer. */
  put(offer: Offer): void {
    if (this.#isBarred(offer.miner)) return
    const known = this.#held.get(offer.miner)
    if (known !== undefined && known.offer.head.sequence >= offer.head.sequence) return
    const now = this.#clock.monotonicMs()
    const leftMs = Math.min(OFFER_TTL_MS, Number(offer.head.expiresAtMs) - this.#clock.nowMs()) + FUTURE_MS_MAX
    this.#drop(offer.miner)
    if (leftMs <= 0) return
    const held = { offer, arrivedAtMs: now, goneAtMs: now + leftMs }
    if (this.#isShort(offer.miner)) this.#wait(held)
    else this.#hold(held)
  }

  /** The miner has stake now: an offer of it that waited counts again. */
  recognise(miner: Address): void {
    const held = this.#waiting.get(miner)
    this.#waiting.delete(miner)
    if (held === undefined || held.goneAtMs <= this.#clock.monotonicMs() || this.#isBarred(miner)) return
    const known = this.#held.get(miner)
    if (known === undefined || known.offer.head.sequence < held.offer.head.sequence) this.#hold(held)
  }

  #hold(held: Held): void {
    const { miner } = held.offer
    this.#drop(miner)
    if (this.#held.size >= OFFERS_MAX) this.#drop(this.#held.oldest()!)
    this.#held.set(miner, held)
    this.#models.put(held.offer)
  }

  #drop(miner: Address): void {
    const held = this.#held.get(miner)
    if (held === undefined) return
    this.#held.delete(miner)
    this.#models.drop(held.offer)
  }

  #wait(held: Held): void {
    const { miner } = held.offer
    this.#waiting.delete(miner)
    if (this.#waiting.size >= WAITING_MAX) this.#waiting.delete(this.#waiting.oldest()!)
    this.#waiting.set(miner, held)
  }

  /**
   * As {@link put}, of an offer that another directory handed on, and only where there is room: hearsay pushes out nothing that
   * was heard first-hand. False where it is not news.
   */
  putHearsay(offer: Offer): boolean {
    const known = this.#held.get(offer.miner)
    if (known === undefined ? this.#held.size >= OFFERS_MAX : known.offer.head.sequence >= offer.head.sequence)
      return false
    this.put(offer)
    return this.#held.has(offer.miner)
  }

  /** What stands of a miner and may be told, a withdrawal too. */
  offerOf(miner: Address): Offer | undefined {
    const held = this.#held.get(miner)
    if (held === undefined || held.goneAtMs <= this.#clock.monotonicMs() || this.#isBarred(miner)) return undefined
    return this.#isShown(miner) && !this.#isShort(miner) ? held.offer : undefined
  }

  /** All that stands of a region, withdrawals too. */
  *heldIn(region: string): Generator<Offer> {
    for (const { offer } of this.#fresh()) {
      if (offer.body.region === region && this.#isShown(offer.miner)) yield offer
    }
  }

  /** A withdrawal stays to outrank older offers, and is shown to no client. */
  *live(): Generator<Held> {
    for (const held of this.#fresh()) {
      if (held.offer.body.paused !== 1 && this.#isShown(held.offer.miner)) yield held
    }
  }

  *#fresh(): Generator<Held> {
    const now = this.#clock.monotonicMs()
    for (const [miner] of this.#held) {
      const held = this.#freshOf(miner, now)
      if (held !== undefined) yield held
    }
  }

  /** Puts aside what has become old, barred or short in the meantime. */
  #freshOf(miner: Address, now: number): Held | undefined {
    const held = this.#held.get(miner)
    if (held === undefined) return undefined
    if (held.goneAtMs > now && !this.#isBarred(miner) && !this.#isShort(miner)) return held
    this.#drop(miner)
    if (held.goneAtMs > now && !this.#isBarred(miner)) this.#wait(held)
    return undefined
  }

  /**
   * The newest first: who asks for few shall not be sent to miners that are about to be forgotten. Who says where it is gets the best
   * for it, and between them the newest: a price or a place that is made up hides nobody.
   */
  *find(query: DirectoryQuery): Generator<DirectoryEntry> {
    const now = this.#clock.monotonicMs()
    for (const miner of this.#order(query)) {
      const held = this.#freshOf(miner, now)
      if (held === undefined || held.offer.body.paused === 1 || !this.#isShown(miner)) continue
      const { offer, arrivedAtMs } = held
      if (query.region !== undefined && offer.body.region !== query.region) continue
      if (query.model !== undefined && offeredModel(offer.body, query.model) === undefined) continue
      yield { offer: offer.bytes, ageMs: Math.round(now - arrivedAtMs) }
    }
  }

  #order({ miner, model, near, policy = 'latency', offersMax }: DirectoryQuery): Iterable<Address> {
    if (miner !== undefined) return [miner]
    if (model === undefined || modelDigest(model) === undefined) {
      return [...this.#held].map(([each]) => each).reverse()
    }
    const newest = this.#models.newest(model)
    const place = near === undefined ? undefined : coordinatesOfBytes(near)
    // Nobody is left out where all are named.
    if (place === undefined || newest.length <= offersMax) return newest
    const weights = weightsOf(isRoutingPolicy(policy) ? policy : 'latency')
    const best = this.#models.best(model, { weights, near: place, count: offersMax })
    return inTurns(best, newest)
  }
}

/** One of each, and nobody twice. */
function* inTurns(one: readonly Address[], other: readonly Address[]): Generator<Address> {
  const named = new Set<Address>()
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    for (const each of [one[i], other[i]]) {
      if (each === undefined || named.has(each)) continue
      named.add(each)
      yield each
    }
  }
}
