/** Moves what this miner asks: once a minute it looks at the market, at its own work, and at what energy costs it. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { type EnergyPrice, energyFloor, workPerWattMin } from '../../protocols/rules/power/energy-price.ts'
import { cardWork, complexityOf } from '../../protocols/rules/pricing/complexity.ts'
import type { JobType } from '../../protocols/rules/pricing/job-types.ts'
import { marketBase } from '../../protocols/rules/pricing/market-base.ts'
import { type MarketLoad, marketLoad } from '../../protocols/rules/pricing/market-load.ts'
import { type AskedPrice, askPrice, type PriceWish } from '../../protocols/rules/pricing/price-strategy.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { ServedModel } from '../work/served-models.ts'
import { BusyShare } from './busy-share.ts'
import { type OthersOffer, othersOffers } from './others-offers.ts'
import { smoothLoad } from './smooth-load.ts'

/** What an offer may say anew at most; a step of the demand law is of this length. */
export const STEP_MS = 60_000
/** A price is told at once where it is off by a twentieth of what was told, else with the next renewal, within four minutes. */
const TOLD_SHARE = 20n
/** Models here are run by inference; other types of job have no engine yet. */
const JOB_TYPE: JobType = 'inference'
/** A kilowatt-hour and a unit of the token, in the same thousandth of a credit: only their ratio counts. */
const UNIT_MILLI = 1_000_000n

export interface PriceKeeperNeeds {
  readonly clock: Clock
  readonly models: { all(): Iterable<ServedModel> }
  readonly own: Address
  /** Live and not withdrawn, this miner's own may be among them. */
  readonly offers: () => Iterable<Offer>
  /** Jobs that run or wait here, and how many may. */
  readonly load: () => { readonly jobs: number; readonly jobsMax: number }
  readonly seats: number
  /** Score of a card, 0 to 1. */
  readonly scoreOf: (card: string) => number | undefined
  /** What the card sustains by its benchmark. */
  readonly gflopsOf: (card: string) => number | undefined
  /** Watts at work beyond those at rest. */
  readonly drawnW: (card: string) => number | undefined
  /** Called before each look. */
  readonly onLook?: () => void
  /** Credits of a kilowatt-hour; absent where the owner named none. */
  readonly energyPrice: Credits | undefined
  /** In the offer that stands. */
  readonly toldFor: (model: ModelId) => Credits | undefined
  /** A price is off by so much that it is worth an offer. */
  readonly onMoved: (moved: readonly MovedPrice[]) => void
  readonly onFailure: (error: MeshError) => void
}

export interface MovedPrice {
  readonly model: ServedModel
  readonly before: Credits
  readonly asked: AskedPrice
}

export class PriceKeeper implements Disposable {
  readonly #needs: PriceKeeperNeeds
  readonly #busy = new BusyShare()
  /** By model: no more than are served. */
  readonly #loads = new Map<ModelId, MarketLoad>()
  readonly #energyPrice: EnergyPrice | undefined
  #wish: PriceWish
  #timer: Timer | undefined
  #steppedAtMs: number | undefined

  /** @throws MeshError PRICE_INPUT, PRICE_OVERFLOW where the owner's wish gives no price */
  constructor(needs: PriceKeeperNeeds, wish: PriceWish) {
    const { energyPrice } = needs
    this.#needs = needs
    this.#energyPrice =
      energyPrice === undefined ? undefined : { perKwhMilli: energyPrice, perTokenUnitMilli: UNIT_MILLI }
    this.#wish = wish
    this.#step(wish)
    this.#wait()
  }

  get wish(): PriceWish {
    return this.#wish
  }

  /** When the next step may change what is asked, on the monotonic clock. */
  get nextStepMs(): number {
    return (this.#steppedAtMs ?? 0) + STEP_MS
  }

  /**
   * Goes by another wish of its owner from now on; nothing of it is kept where it gives no price.
   * @throws MeshError PRICE_INPUT, PRICE_OVERFLOW
   */
  change(wish: PriceWish): void {
    // What demand had made of the old price is no part of the new one.
    this.#step(wish, true)
    this.#wish = wish
  }

  /** How many of the others ask less for a model, and how many there are. */
  rankOf(model: ServedModel): { readonly cheaper: number; readonly others: number } {
    const others = this.othersOf([model]).get(model.table.id) ?? []
    return { cheaper: others.filter(({ base }) => base < model.base).length, others: others.length }
  }

  /** What others offer of these models now, as far as this node has heard. */
  othersOf(models: readonly ServedModel[]): ReadonlyMap<ModelId, readonly OthersOffer[]> {
    const ids = models.map(({ table }) => table.id)
    return othersOffers(this.#needs.offers(), ids, this.#needs.own)
  }

  /** GFLOP/s that a watt has to bring to be worth its price; `undefined` without one, or before anything was measured. */
  perWattMin(): number | undefined {
    const price = this.#energyPrice
    if (price === undefined) return undefined
    // What pays best of what is served: a card that can do it is worth its watts.
    let perTeraflop = 0
    for (const model of this.#needs.models.all()) {
      const work = this.#workOf(model)
      if (work !== undefined && work > 0) perTeraflop = Math.max(perTeraflop, (Number(model.base) / work) * 1e6)
    }
    if (perTeraflop < 1) return undefined
    return workPerWattMin(credits(Math.floor(perTeraflop)), price) * 1_000
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #wait(): void {
    this.#timer = this.#needs.clock.after(STEP_MS, () => {
      try {
        this.#step(this.#wish)
      } catch (error) {
        // What was asked before stands.
        this.#needs.onFailure(asMeshError(error))
      }
      this.#wait()
    })
  }

  #step(wish: PriceWish, isAnew = false): void {
    const { clock, models, seats, toldFor, onMoved, onLook } = this.#needs
    onLook?.()
    const all = [...models.all()]
    const nowMs = clock.monotonicMs()
    const computedUs = all.reduce((sum, model) => sum + model.computedUs, 0)
    // A change in between is no minute: half a second of work would look like a full one.
    const utilisation = isAnew ? undefined : this.#busy.look(nowMs, computedUs, seats)
    if (!isAnew) this.#steppedAtMs = nowMs
    const others = this.othersOf(all)
    const asked = all.map((model) => {
      const view = this.#view(model, others.get(model.table.id) ?? [], utilisation)
      return { model, asked: askPrice(wish, view, isAnew ? undefined : model.asked) }
    })
    const moved: MovedPrice[] = []
    for (const { model, asked: next } of asked) {
      const before = toldFor(model.table.id)
      model.asked = next
      if (before !== undefined && isWorthTelling(before, next.base)) moved.push({ model, before, asked: next })
    }
    if (moved.length > 0) onMoved(moved)
  }

  #view(model: ServedModel, others: readonly OthersOffer[], utilisation: number | undefined) {
    const { clock, load, scoreOf } = this.#needs
    const { id } = model.table
    // How much this miner has to do is not known before it was here for a while.
    const own = utilisation === undefined ? [] : [{ ...load(), busy: utilisation }]
    const market = smoothLoad(this.#loads.get(id), marketLoad([...others, ...own]))
    if (market !== undefined) this.#loads.set(id, market)
    const nowMs = clock.nowMs()
    const formula = marketBase({
      jobType: JOB_TYPE,
      capabilityScore: most(model.seats.map(({ card }) => scoreOf(card))),
      ...market,
      hourUtc: new Date(nowMs).getUTCHours(),
      complexity: complexityOf(JOB_TYPE, this.#workOf(model)),
      nowMs,
    })
    return { formula, others: others.map(({ base }) => base), utilisation, energy: this.#energyOf(model) }
  }

  /** Mean of the seats where it is known. */
  #workOf({ seats }: ServedModel): number | undefined {
    const known = seats.flatMap(({ card, runMs }) => cardWork(runMs, this.#needs.gflopsOf(card)) ?? [])
    return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0) / known.length
  }

  /** The dearest seat: a job may run on any of them. */
  #energyOf({ seats }: ServedModel): Credits | undefined {
    const price = this.#energyPrice
    if (price === undefined) return undefined
    const costs = seats.flatMap(({ card, runMs }) => {
      const powerW = this.#needs.drawnW(card)
      return powerW === undefined || runMs === undefined ? [] : [energyFloor(powerW, runMs, price)]
    })
    return costs.length === 0 ? undefined : costs.reduce((a, b) => (a > b ? a : b))
  }
}

const isWorthTelling = (told: Credits, next: Credits): boolean => {
  const off = next > told ? next - told : told - next
  return off * TOLD_SHARE >= told && off > 0n
}

const most = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined)
