/** A miner of the simulated market: it publishes real offers, and serves jobs by the time that its card takes. */
import { STEP_MS } from '../../node/pricing/price-keeper.ts'
import { CHANGE_MS_MIN, LOAD_SHARE_TOLD, RENEW_MS } from '../../node/work/offer-board.ts'
import { type Address, type Hash32, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Crypto, Signer, Timer } from '../../protocols/kernel/ports.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import { marketBase } from '../../protocols/rules/pricing/market-base.ts'
import { type AskedPrice, askPrice } from '../../protocols/rules/pricing/price-strategy.ts'
import { type Counter, mayStart } from '../../protocols/rules/settlement/credit-window.ts'
import { HighestSeen, nextSequence } from '../../protocols/statements/sequence.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { RefusalReason } from '../../protocols/wire/job/refusals.ts'
import { isExpired, type Offer, offeredModel, shortOf, signOffer } from '../../protocols/wire/offer/offer.ts'
import { type OfferBody, offerShard } from '../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import type { VirtualNode } from '../wire/virtual-world.ts'
import { type JobAsked, type JobSaid, jobLine } from './job-line.ts'
import { GPU_CLASS, marketModel, rightOutput } from './market-model.ts'
import type { MinerNow, ServiceTimes } from './miner-conduct.ts'
import type { MinerPlan } from './scenario.ts'
import { ServiceCard } from './service-card.ts'

/** Heads that jobs may name: those of the last five minutes. */
const HEADS_MAX = 24
const HOUR_MS = 3_600_000
/** A job that pays the usual base for the usual size is worth this many chunks of credit. */
const CHUNK_OF_BASE = 4n

const NOTHING_YET: Counter = { paid: credits(0), due: credits(0), reserved: credits(0) }

export interface WorldMinerNeeds {
  readonly node: VirtualNode
  readonly domain: SigningDomain
  readonly crypto: Crypto
  readonly signer: Signer
  readonly plan: MinerPlan
  readonly onFailure: (error: unknown) => void
}

export class WorldMiner {
  readonly plan: MinerPlan
  readonly address: Address
  readonly node: VirtualNode
  /** Jobs that it was paid for. */
  served = 0
  readonly #needs: WorldMinerNeeds
  readonly #card: ServiceCard
  readonly #topic: ReturnType<typeof offerTopic>
  readonly #heads = new Map<Hash32, Offer>()
  /** By payer; no more than a scenario has clients. */
  readonly #counters = new Map<string, Counter>()
  readonly #now: MinerNow
  #base: Credits
  #sequence = 0n
  #publishedAtMs = Number.NEGATIVE_INFINITY
  #toldJobs = 0
  #toldBase: Credits | undefined
  #timer: Timer | undefined

  constructor(needs: WorldMinerNeeds) {
    const { node, domain, plan, signer } = needs
    this.#needs = needs
    this.plan = plan
    this.address = signer.address
    this.node = node
    this.#base = credits(plan.base)
    this.#topic = offerTopic(domain, new HighestSeen())
    const { clock } = node
    const startedAtMs = clock.monotonicMs()
    const draws = node.random.fork('conduct')
    const { slowness = 1 } = plan.conduct ?? {}
    this.#card = new ServiceCard({ clock, random: node.random.fork('card'), jobMs: plan.jobMs * slowness })
    const served = (): number => this.served
    this.#now = {
      get hour() {
        return (clock.monotonicMs() - startedAtMs) / HOUR_MS
      },
      get served() {
        return served()
      },
      draw: () => draws.fraction(),
    }
    node.network.serve(jobLine, (asked, _more, { signal }) => this.#answer(asked, signal))
  }

  /** Credits of one inference in the standard class. */
  get base(): Credits {
    const asked = this.plan.conduct?.base?.(this.#now)
    return asked === undefined ? this.#base : credits(asked)
  }

  /** Connects to directories, and publishes from then on. */
  async join(directories: readonly VirtualNode[]): Promise<void> {
    const { network } = this.node
    for (const { network: other } of directories) await network.connect(other.self, other.addresses())
    await this.#publish()
    if (this.plan.pricing !== undefined) this.#priceLater(this.plan.pricing)
  }

  /** A step of its strategy, as often as the price keeper of a node takes one. */
  #priceLater(pricing: NonNullable<MinerPlan['pricing']>, before?: AskedPrice, workedMs = 0): void {
    const { clock } = this.node
    clock.after(STEP_MS, () => {
      const worked = this.#card.workedMs
      const nowMs = clock.nowMs()
      const hourUtc = Math.floor(nowMs / HOUR_MS) % 24
      const utilisation = Math.min(1, (worked - workedMs) / STEP_MS)
      const view = { formula: marketBase({ jobType: 'inference', hourUtc, nowMs }), others: [], utilisation }
      const asked = askPrice({ ...pricing, price: credits(this.plan.base) }, view, before)
      this.#base = asked.base
      if (asked.base !== this.#toldBase) this.#changed()
      this.#priceLater(pricing, asked, worked)
    })
  }

  /** A payer's voucher reached the chain. */
  paid(payer: string, amount: Credits): void {
    const counter = this.#counterOf(payer)
    this.#counters.set(payer, { ...counter, paid: credits(counter.paid + amount) })
  }

  async *#answer(asked: JobAsked, signal: AbortSignal): AsyncGenerator<JobSaid> {
    const { plan, node } = this
    const { crypto } = this.#needs
    const offer = this.#heads.get(asked.offer)
    if (offer === undefined || isExpired(offer, node.clock.nowMs())) {
      yield this.#refusal('OFFER_STALE')
      return
    }
    const payer = new TextDecoder().decode(asked.payer)
    const price = jobPrice(offeredModel(offer.body, marketModel(crypto))!.base, asked.latencyClass)
    const how = plan.conduct?.answers?.(payer, this.#now) ?? 'right'
    if (how === 'refused' || this.#card.jobs >= plan.jobsMax) {
      yield this.#refusal('BUSY')
      return
    }
    if (!mayStart(this.#counterOf(payer), offer.body, price)) {
      yield this.#refusal('UNPAID')
      return
    }
    if (how === 'silent') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      return
    }
    this.#book(payer, { reserved: price })
    // Who does not compute says at once what it was made up to be.
    const times = how === 'wrong' ? { waitedMs: 0, computedMs: 0 } : await this.#compute(asked, signal)
    this.#book(payer, { reserved: -price, due: times === undefined ? 0n : price })
    if (times === undefined) return
    const { waitedMs, computedMs } = plan.conduct?.reports?.(times) ?? times
    const output = how === 'wrong' ? asked.input : rightOutput(crypto, asked.input)
    yield { output, waitedUs: Math.round(waitedMs * 1_000), computedUs: Math.round(computedMs * 1_000) }
  }

  #counterOf(payer: string): Counter {
    return this.#counters.get(payer) ?? NOTHING_YET
  }

  #book(payer: string, { reserved, due = 0n }: { readonly reserved: bigint; readonly due?: bigint }): void {
    const counter = this.#counterOf(payer)
    const moved = { reserved: credits(counter.reserved + reserved), due: credits(counter.due + due) }
    this.#counters.set(payer, { ...counter, ...moved })
  }

  async #compute(asked: JobAsked, signal: AbortSignal): Promise<ServiceTimes | undefined> {
    const done = this.#card.run(asked.sizeMilli / 1_000, signal)
    this.#loadChanged()
    const times = await done
    this.#loadChanged()
    return times
  }

  #refusal(refused: RefusalReason): JobSaid {
    const newest = [...this.#heads.values()].at(-1)
    return { refused, ...(newest === undefined ? {} : { offer: newest.bytes }), waitedUs: 0, computedUs: 0 }
  }

  #loadChanged(): void {
    if (Math.abs(this.#card.jobs - this.#toldJobs) >= LOAD_SHARE_TOLD * this.plan.jobsMax) this.#changed()
  }

  #changed(): void {
    this.#schedule(CHANGE_MS_MIN)
  }

  #schedule(gapMs: number): void {
    this.#timer?.cancel()
    const { clock } = this.node
    const sinceMs = clock.monotonicMs() - this.#publishedAtMs
    this.#timer = clock.after(Math.max(0, gapMs - sinceMs), () => {
      // Less a millisecond: sums of fractions may fall short of their whole by less than time can move.
      const isOld = clock.monotonicMs() - this.#publishedAtMs >= RENEW_MS - 1
      const hasMoved = Math.abs(this.#card.jobs - this.#toldJobs) >= LOAD_SHARE_TOLD * this.plan.jobsMax
      if (isOld || hasMoved || this.base !== this.#toldBase) this.#publish().catch(this.#needs.onFailure)
      else this.#schedule(RENEW_MS)
    })
  }

  async #publish(): Promise<void> {
    const { domain, signer } = this.#needs
    const { clock, network } = this.node
    const body = this.plan.conduct?.says?.(this.#body(), this.#now) ?? this.#body()
    const nowMs = clock.nowMs()
    this.#sequence = nextSequence(this.#sequence, nowMs)
    const offer = signOffer(domain, signer, body, this.#sequence, nowMs)
    this.#heads.set(offer.hash, offer)
    if (this.#heads.size > HEADS_MAX) this.#heads.delete(this.#heads.keys().next().value!)
    this.#publishedAtMs = clock.monotonicMs()
    this.#toldJobs = this.#card.jobs
    this.#toldBase = this.base
    this.#schedule(RENEW_MS)
    await network.publish(this.#topic, offerShard(body), offer.bytes)
  }

  #body(): OfferBody {
    const { plan, base } = this
    return {
      region: plan.region,
      gpuClass: GPU_CLASS,
      models: [{ short: shortOf(marketModel(this.#needs.crypto)), base }],
      jobs: this.#card.jobs,
      jobsMax: plan.jobsMax,
      chunkCredits: credits(base * CHUNK_OF_BASE),
      windowChunks: 4,
      table: ZERO_HASH,
    }
  }
}
