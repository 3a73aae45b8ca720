/** The miner's own standing offer: renewed on change and before it ends, with the heads that a job may still name. */
import { asMeshError } from '../../protocols/kernel/errors.ts'
import { OWN_FEATURES } from '../../protocols/kernel/features.ts'
import { type Hash32, type ModelId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Random, Signer, Timer } from '../../protocols/kernel/ports.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import type { CreditTerms } from '../../protocols/rules/settlement/credit-window.ts'
import { BEACON_SECRET_BYTES, beaconOf } from '../../protocols/statements/service-level.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { Terms } from '../../protocols/statements/struct-types.ts'
import { isExpired, type Offer, shortOf, signOffer } from '../../protocols/wire/offer/offer.ts'
import { fitOfferBody, OFFER_TTL_MS, type OfferBody, offerShard } from '../../protocols/wire/offer/offer-body.ts'
import { tableHash } from '../../protocols/wire/offer/offer-table.ts'
import type { ServedModels } from './served-models.ts'

/** Real changes are told at most once a minute; a withdrawal, and the first word after it, once in ten seconds. */
export const CHANGE_MS_MIN = 60_000
const WITHDRAWAL_MS_MIN = 10_000
/** A miner that takes four jobs tells of each, one that takes sixty-four of every sixteenth. */
export const LOAD_SHARE_TOLD = 0.25
/**
 * Said again a minute before it ends: every repetition is heard some eight times by every full node of the region and class. What is
 * lost on the way a directory brings from another within that minute, and to who joins late as well.
 */
export const RENEW_MS: number = OFFER_TTL_MS - 60_000
/** A mesh that is still forming has nobody to hand the first offer to; who stays alone says it less and less often. */
const ALONE_RETRY_MS = 500
const ALONE_RETRY_MS_MAX = 20_000
/** After an offer that could not be made or sent. */
const FAILED_RETRY_MS = 5_000
/** Heads that jobs may name: those of the last five minutes, of a miner that is alone or withdraws often: 15 and some more. */
const HEADS_MAX = 24
/** Heads that were told to nobody but who was refused for a used beacon: such a client comes back at once. */
const QUIET_HEADS_MAX = 64

export interface OfferBoardNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly topic: Topic<Offer>
  readonly models: ServedModels
  /** Jobs that run or wait now. */
  readonly jobs: () => number
  /** Where this node lies among others, as offers say it; nowhere where absent. */
  readonly coordinates?: () => Uint8Array
  /** Durable before it answers: a sequence is used once, also across crashes. */
  readonly nextSequence: (nowMs: number) => Promise<bigint>
  /** Sees what was published, for this node's own directory and for events. */
  readonly onPublished: (offer: Offer, peers: number) => void
  readonly onFailure: (error: Error) => void
  /** For the secrets behind beacons; needed where terms are granted. */
  readonly random?: Random
}

interface Head {
  readonly offer: Offer
  readonly prices: ReadonlyMap<ModelId, Credits>
  /** Behind its beacon; absent where no terms are granted. */
  readonly secret?: Uint8Array
  /** It was told to a witnessed job. */
  isSpent: boolean
  /** It was not gossiped. */
  readonly isQuiet: boolean
}

/** What a head promises to who has its service witnessed. */
export interface Grant {
  readonly terms: Terms
  readonly head: Offer['head']
  /** The secret was told before: who knows it could choose the witnesses. */
  readonly isSpent: boolean
}

export interface OfferSettings {
  readonly region: string
  readonly gpuClass: string
  readonly jobsMax: number
  readonly chunkCredits: Credits
  readonly windowChunks: number
  /** What is granted of the service; nothing where absent. */
  readonly service?: Terms
}

export class OfferBoard implements AsyncDisposable {
  readonly #needs: OfferBoardNeeds
  readonly #settings: OfferSettings
  readonly #heads = new Map<Hash32, Head>()
  #renewing = false
  /** By gossip. */
  #jobsTold = 0
  #current: Offer | undefined
  #paused = false
  #held = false
  /** The card is leased: for everybody but its lessee this miner is out of the market. */
  #leased = false
  #timer: Timer | undefined
  #publishing: Promise<void> = Promise.resolve()
  #publishedAtMs = Number.NEGATIVE_INFINITY
  #aloneMs = ALONE_RETRY_MS
  /** What is to be told as soon as the rate allows; a load may be back by then. */
  #untold: 'change' | 'load' | undefined
  #disposed = false

  constructor(needs: OfferBoardNeeds, settings: OfferSettings) {
    this.#needs = needs
    this.#settings = settings
  }

  get current(): Offer | undefined {
    return this.#current
  }

  /** Those that a peer may still hand on: they have not expired, the newest last. */
  published(): readonly Offer[] {
    const now = this.#needs.clock.nowMs()
    return [...this.#heads.values()]
      .filter(({ offer, isQuiet }) => !isQuiet && !isExpired(offer, now))
      .map(({ offer }) => offer)
  }

  /** What this miner lends. */
  get terms(): CreditTerms {
    return this.#settings
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Nothing is published: this node's clock cannot be believed. */
  get held(): boolean {
    return this.#held
  }

  /** Lets the offer lapse and takes no jobs, for what would be signed carries a false time; or publishes again, at once. */
  hold(held: boolean): void {
    if (this.#held === held) return
    this.#held = held
    if (held) this.#timer?.cancel()
    else if (!this.#disposed) this.#schedule(0)
  }

  /** Price in the standard class that was promised under `head`; `undefined` where the head is unknown or has lapsed. */
  priceUnder(head: Hash32, model: ModelId): Credits | undefined {
    const known = this.#heads.get(head)
    if (known === undefined || isExpired(known.offer, this.#needs.clock.nowMs())) return undefined
    return known.prices.get(model)
  }

  /** `undefined` where the head is unknown, has lapsed, or grants nothing. */
  grantUnder(head: Hash32): Grant | undefined {
    const known = this.#heads.get(head)
    if (known?.secret === undefined || isExpired(known.offer, this.#needs.clock.nowMs())) return undefined
    return { terms: known.offer.body.terms!, head: known.offer.head, isSpent: known.isSpent }
  }

  /**
   * The secret behind a head's beacon, for one job alone: from now on a witnessed job under it is refused, and a next head is made,
   * which is told to who is refused and gossiped when there is something to tell.
   */
  spend(head: Hash32): Uint8Array | undefined {
    const known = this.#heads.get(head)
    if (known?.secret === undefined || known.isSpent) return undefined
    known.isSpent = true
    if (this.#current?.hash === head) this.#renew()
    return known.secret
  }

  /** Publishes now, and keeps the offer alive until disposed. */
  start(): Promise<void> {
    return this.#publish()
  }

  /** Something that the offer says has changed: told as soon as the rate allows. */
  changed(): void {
    if (this.#untold === 'change') return
    this.#untold = 'change'
    this.#schedule()
  }

  /** A job came or went: worth telling where the load has moved by a quarter since it was told. */
  loadChanged(): void {
    // Who is alone says the offer again soon anyway.
    const isAlone = this.#publishedAtMs === Number.NEGATIVE_INFINITY
    if (isAlone || this.#untold !== undefined || !this.#loadMoved()) return
    this.#untold = 'load'
    this.#schedule()
  }

  /** Withdrawn while the card serves one lessee; admission goes by the lease itself. */
  async lease(leased: boolean): Promise<void> {
    if (this.#leased === leased) return
    this.#leased = leased
    // Before the first offer there is nothing to withdraw, and that one says so itself.
    if (this.#current !== undefined) await this.#publishOrRetry()
  }

  /**
   * Withdraws, or comes back: nobody sends work to a paused miner for longer than one gossip round.
   * @throws what signing or sending throws: it is tried again, and admission goes by the new state at once
   */
  async pause(paused: boolean): Promise<void> {
    if (this.#paused === paused) return
    this.#paused = paused
    await this.#publishOrRetry()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return
    this.#paused = true
    await this.#publish().catch((error: Error) => this.#needs.onFailure(error))
    this.#disposed = true
    this.#timer?.cancel()
  }

  async #publishOrRetry(): Promise<void> {
    try {
      await this.#publish()
    } catch (error) {
      this.#schedule(FAILED_RETRY_MS)
      throw error
    }
  }

  #publish(): Promise<void> {
    const published = this.#publishing.then(() => this.#publishNow())
    // One that failed does not keep the next one from being tried.
    this.#publishing = published.catch(() => undefined)
    return published
  }

  async #publishNow(): Promise<void> {
    const { network, clock, topic } = this.#needs
    if (this.#disposed || this.#held) return
    const offer = await this.#sign(false)
    this.#untold = undefined
    this.#jobsTold = offer.body.jobs
    const peers = await network.publish(topic, offerShard(offer.body), offer.bytes)
    // Told to nobody is not told: the rate limit protects listeners, and there was none.
    this.#publishedAtMs = peers === 0 ? Number.NEGATIVE_INFINITY : clock.monotonicMs()
    this.#needs.onPublished(offer, peers)
    this.#schedule(peers === 0 ? this.#aloneMs : undefined)
    this.#aloneMs = peers === 0 ? Math.min(2 * this.#aloneMs, ALONE_RETRY_MS_MAX) : ALONE_RETRY_MS
  }

  /** The next head, by which jobs may come from now on. */
  async #sign(isQuiet: boolean): Promise<Offer> {
    const { domain, signer, clock, models, random } = this.#needs
    // Of one moment, though a price moves while the sequence is written: what is told is what is charged.
    const prices = models.prices()
    const body = this.#body(prices)
    const nowMs = clock.nowMs()
    const secret = body.terms === undefined ? undefined : random?.bytes(BEACON_SECRET_BYTES)
    const beacon = secret === undefined ? ZERO_HASH : beaconOf(domain.crypto, secret)
    const offer = signOffer(domain, signer, body, await this.#needs.nextSequence(nowMs), nowMs, beacon)
    this.#current = offer
    this.#heads.set(offer.hash, { offer, prices, isSpent: false, isQuiet, ...(secret === undefined ? {} : { secret }) })
    this.#forget(isQuiet, isQuiet ? QUIET_HEADS_MAX : HEADS_MAX)
    return offer
  }

  /** The oldest of its kind goes: witnessed jobs do not push out what was gossiped. */
  #forget(isQuiet: boolean, max: number): void {
    const kind = [...this.#heads].filter(([, head]) => head.isQuiet === isQuiet)
    for (const [hash] of kind.slice(0, Math.max(0, kind.length - max))) this.#heads.delete(hash)
  }

  #renew(): void {
    if (this.#renewing || this.#disposed || this.#held) return
    this.#renewing = true
    const renewed = this.#publishing.then(async () => {
      // What was published meanwhile has a fresh one.
      if (!this.#disposed && !this.#held && this.#heads.get(this.#current!.hash)?.isSpent === true)
        await this.#sign(true)
    })
    this.#publishing = renewed
      .catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
      .finally(() => {
        this.#renewing = false
      })
  }

  #body(prices: ReadonlyMap<ModelId, Credits>): OfferBody {
    const { region, gpuClass, jobsMax, chunkCredits, windowChunks, service } = this.#settings
    const table = this.#needs.models.table()
    const coordinates = this.#needs.coordinates?.()
    return fitOfferBody({
      region,
      gpuClass,
      models: [...prices].map(([id, base]) => ({ short: shortOf(id), base })),
      jobs: this.#needs.jobs(),
      jobsMax,
      chunkCredits,
      windowChunks,
      table: tableHash(this.#needs.domain.crypto, table),
      features: OWN_FEATURES,
      ...(this.#paused || this.#leased ? { paused: 1 } : {}),
      ...(coordinates === undefined ? {} : { coordinates }),
      ...(service === undefined || this.#needs.random === undefined ? {} : { terms: service }),
    })
  }

  #loadMoved(): boolean {
    return Math.abs(this.#needs.jobs() - this.#jobsTold) >= LOAD_SHARE_TOLD * this.#settings.jobsMax
  }

  #schedule(delayMs?: number): void {
    if (this.#disposed || this.#held) return
    this.#timer?.cancel()
    const sinceMs = this.#needs.clock.monotonicMs() - this.#publishedAtMs
    const gapMs = this.#paused || this.#leased ? WITHDRAWAL_MS_MIN : CHANGE_MS_MIN
    const dueMs = delayMs ?? Math.max(0, (this.#untold === undefined ? RENEW_MS : gapMs) - sinceMs)
    this.#timer = this.#needs.clock.after(dueMs, () => {
      if (this.#untold === 'load' && !this.#loadMoved()) {
        this.#untold = undefined
        this.#schedule()
        return
      }
      this.#publishOrRetry().catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
    })
  }
}
