/** A light peer of the simulated market: it finds offers, ranks them, gives work, and pays for what comes back. */
import { OfferFinder } from '../../node/client/find-offers.ts'
import { type MinerNotes, OfferBook } from '../../node/client/offer-book.ts'
import { TimeBox } from '../../node/network/time-box.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import { classForBudget, type LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import type { Candidate } from '../../protocols/rules/routing/candidate.ts'
import { chancesOf, chooseMiner } from '../../protocols/rules/routing/choose-miner.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../protocols/rules/routing/weigh-candidate.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { offeredModel, openOffer } from '../../protocols/wire/offer/offer.ts'
import type { VirtualNode } from '../wire/virtual-world.ts'
import { type JobAsked, type JobSaid, jobLine } from './job-line.ts'
import type { JobRecord } from './job-record.ts'
import { marketModel, rightOutput } from './market-model.ts'
import type { ClientPlan } from './scenario.ts'

/** A book older than this is renewed behind the job. Half as often as a node's client does it: no offer changes within a minute. */
const OFFERS_FRESH_MS = 60_000
/** Miners that one job is offered to. */
const ATTEMPTS_MAX = 4
/** An answer that comes later than this many budgets is of no use to anybody. */
const BUDGETS_WAITED = 4
const SIZE_MILLI = 1_000

export interface WorldClientNeeds {
  readonly node: VirtualNode
  readonly domain: SigningDomain
  readonly crypto: Crypto
  readonly plan: ClientPlan
  /** The nearest first. */
  readonly directories: readonly PeerId[]
  /** False where the payer has not enough left. */
  readonly pay: (miner: MinerNotes, price: bigint) => boolean
  readonly onJob: (job: Omit<JobRecord, 'miner' | 'client'>) => void
}

interface Wish {
  readonly latencyClass: LatencyClass
  readonly asked: Omit<JobAsked, 'offer'>
}

type Choice = Candidate & MinerNotes

interface Answered {
  readonly choice: Choice
  readonly said: JobSaid
}

export class WorldClient {
  readonly plan: ClientPlan
  readonly node: VirtualNode
  readonly book: OfferBook
  readonly #needs: WorldClientNeeds
  readonly #finder: OfferFinder
  readonly #model: ModelId
  readonly #payer: Uint8Array
  #searchedAtMs = Number.NEGATIVE_INFINITY
  #searching: Promise<void> | undefined

  constructor(needs: WorldClientNeeds) {
    const { node, domain, crypto, plan } = needs
    const { network, clock } = node
    this.#needs = needs
    this.plan = plan
    this.node = node
    this.book = new OfferBook(clock)
    this.#model = marketModel(crypto)
    this.#payer = new TextEncoder().encode(plan.owner ?? plan.name)
    this.#finder = new OfferFinder({
      network,
      domain,
      clock,
      book: this.book,
      onUseless: () => undefined,
      onLate: () => undefined,
    })
  }

  async join(directories: readonly VirtualNode[]): Promise<void> {
    for (const { network } of directories) await this.node.network.connect(network.self, network.addresses())
  }

  /** Gets one job done, and tells of it. */
  async want(size: number): Promise<void> {
    const { node, plan, onJob } = this.#needs
    const { clock } = node
    const startedAtMs = clock.monotonicMs()
    const wish = this.#wish(size)
    await this.#refresh()
    const asked = new Set<string>()
    let answered: Answered | undefined
    while (answered === undefined && asked.size < ATTEMPTS_MAX) {
      const choice = this.#next(wish, asked)
      if (choice === undefined) break
      asked.add(choice.offer.miner)
      const said = await this.#attempt(choice, wish)
      if (said !== undefined) answered = { choice, said }
    }
    const isPaid = answered !== undefined && plan.conduct?.pays !== false && this.#pay(answered.choice)
    onJob({
      atMs: startedAtMs,
      address: answered?.choice.offer.miner,
      price: isPaid ? answered!.choice.price : 0n,
      tookMs: clock.monotonicMs() - startedAtMs,
      latencyMsMax: plan.latencyMsMax,
      isRight: answered?.said.output === rightOutput(this.#needs.crypto, wish.asked.input),
      attempts: asked.size,
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#finder[Symbol.asyncDispose]()
  }

  #wish(size: number): Wish {
    const latencyClass = classForBudget(this.plan.latencyMsMax)
    const input = toHex(this.node.random.bytes(32)) as Hash32
    return {
      latencyClass,
      asked: { latencyClass, sizeMilli: Math.round(size * SIZE_MILLI), input, payer: this.#payer },
    }
  }

  #candidates({ latencyClass }: Wish): readonly Choice[] {
    return this.book.live(this.#model).map((notes) => ({
      ...notes,
      price: jobPrice(offeredModel(notes.offer.body, this.#model)!.base, latencyClass),
      jobs: notes.offer.body.jobs,
      jobsMax: notes.offer.body.jobsMax,
    }))
  }

  #next(wish: Wish, asked: ReadonlySet<string>): Choice | undefined {
    const { priceMax, latencyMsMax } = this.plan
    const fresh = this.#candidates(wish).filter(({ offer }) => !asked.has(offer.miner))
    const { latencyClass } = wish
    const weights = weightsOf('latency')
    const weighed = fresh.map((each) =>
      weigh(each, { weights, latencyClass, priceMax: credits(priceMax), latencyMsMax }),
    )
    return chooseMiner(chancesOf(weighed), this.node.random.fraction())?.candidate
  }

  async #attempt(choice: Choice, { asked }: Wish): Promise<JobSaid | undefined> {
    const { clock, network } = this.node
    const { offer } = choice
    using box = new TimeBox(clock, BUDGETS_WAITED * this.plan.latencyMsMax)
    const sentAtMs = clock.monotonicMs()
    try {
      const calls = network.call(offer.peer, jobLine, { ...asked, offer: offer.hash }, { signal: box.signal })
      for await (const said of calls) {
        if (said.refused !== undefined) {
          if (said.offer !== undefined) this.book.put(openOffer(this.#needs.domain, said.offer))
          return undefined
        }
        this.#observe(choice, said, clock.monotonicMs() - sentAtMs)
        return said
      }
      this.book.failed(offer.miner)
      return undefined
    } catch (error) {
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      this.book.failed(offer.miner)
      return undefined
    }
  }

  #observe({ offer }: Choice, { waitedUs, computedUs }: JobSaid, roundTripMs: number): void {
    const [serviceMs, waitedMs] = [computedUs / 1_000, waitedUs / 1_000]
    this.book.observe(offer.miner, { serviceMs, rttMs: Math.max(0, roundTripMs - serviceMs - waitedMs) })
  }

  #pay(choice: Choice): boolean {
    return this.#needs.pay(choice, choice.price)
  }

  /** Waits for a search only where nothing is known; else the book is renewed behind the job. */
  async #refresh(): Promise<void> {
    const { clock } = this.node
    const known = this.book.live(this.#model).length > 0
    if (known && clock.monotonicMs() - this.#searchedAtMs < OFFERS_FRESH_MS) return
    this.#searching ??= this.#search().finally(() => {
      this.#searching = undefined
    })
    if (!known) await this.#searching
  }

  async #search(): Promise<void> {
    this.#searchedAtMs = this.node.clock.monotonicMs()
    const [nearest, ...others] = this.#needs.directories
    // In an outage no directory answers: the book is as old as it is.
    if (!(await this.#ask([nearest!]))) await this.#ask(others)
  }

  async #ask(directories: readonly PeerId[]): Promise<boolean> {
    try {
      await this.#finder.find(directories, this.#model)
      return true
    } catch (error) {
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      return false
    }
  }
}
