/**
 * The client of the mesh as applications see it: find models, run jobs, pay. It runs in Node and in the browser; network,
 * keys and journal come from outside.
 */

import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { TableModel } from '../../protocols/wire/offer/offer-table.ts'
import { edgeView } from './choosing/edge-view.ts'
import { type ExplainedOffer, explainPrices } from './choosing/explained-prices.ts'
import type { JobCandidate } from './choosing/job-candidate.ts'
import { type Quote, quoteOf } from './choosing/quote.ts'
import { StandbyConnections } from './choosing/standby-connections.ts'
import type { MeshClientNeeds } from './client-needs.ts'
import { DistanceConfirmer } from './finding/confirm-distances.ts'
import type { DirectoryAnswer } from './finding/find-offers.ts'
import { type FoundGpu, foundGpus, type GpuWish } from './finding/found-gpus.ts'
import { MarketSearch } from './finding/market-search.ts'
import { type NetworkModel, NetworkModels } from './finding/network-models.ts'
import { OfferBook } from './finding/offer-book.ts'
import { Leases } from './leasing/leases.ts'
import { memoryLesseeJournal } from './leasing/lessee-journal.ts'
import { noWatch } from './miner-watch.ts'
import { PaymentLines } from './paying/payment-lines.ts'
import type { Purse } from './paying/purse.ts'
import { settleUnseen } from './paying/settle-unseen.ts'
import type { Answer, EdgeOptions, InferOptions } from './running/infer-options.ts'
import { JobRunner } from './running/job-runner.ts'
import { RequestedJobs } from './running/requested-jobs.ts'
import { type CloudAnswer, venues } from './running/venues.ts'
import { OwnerStakes } from './service-level/owner-stakes.ts'
import { ServiceLevel } from './service-level/service-level.ts'
import { StoryBoard } from './telling/story-board.ts'

/** What is owed at the end is paid within this, or stays for the next start. */
const SETTLE_MS_MAX = 3_000

export interface GpuOptions extends GpuWish {
  readonly model: ModelId
  readonly signal?: AbortSignal
}

export type QuoteOptions = Pick<InferOptions, 'model' | 'priceMax' | 'latencyMsMax' | 'policy' | 'signal'>

export class MeshClient implements AsyncDisposable {
  readonly book: OfferBook
  readonly stories: StoryBoard
  /** Cards for a time, for this client alone. */
  readonly leases: Leases
  readonly #needs: MeshClientNeeds
  readonly #lines: PaymentLines
  readonly #market: MarketSearch
  readonly #models: NetworkModels
  readonly #runner: JobRunner
  readonly #standby: StandbyConnections | undefined
  readonly #service: ServiceLevel | undefined
  readonly #requests: RequestedJobs

  constructor(needs: MeshClientNeeds) {
    const { network, domain, clock, journal, purse, watch = noWatch } = needs
    this.#needs = needs
    this.book = new OfferBook(clock, watch)
    this.stories = new StoryBoard(clock, needs.stories)
    this.#lines = new PaymentLines({
      network,
      domain,
      clock,
      journal,
      purse,
      watch,
      onEvent: (miner, event) => {
        this.stories.line(event)
        // A receipt that is missing, late or wrong counts as a failure there.
        if (event.kind === 'dispute') this.book.failed(miner, event.error)
        needs.onEvent({ kind: 'line', miner, event })
      },
    })
    this.leases = new Leases({
      ...needs,
      book: this.book,
      lines: this.#lines,
      watch,
      journal: needs.lessee ?? memoryLesseeJournal(),
      onEvent: (event) => needs.onEvent({ kind: 'lease', event }),
    })
    this.#market = new MarketSearch({
      ...needs,
      book: this.book,
      onNews: (model) => this.#lines.recall(this.book.live(model).map(({ offer }) => offer)),
    })
    this.#models = new NetworkModels(network, domain.crypto, this.book)
    this.#service = this.#openService(needs)
    this.#standby =
      needs.standby === undefined ? undefined : new StandbyConnections({ ...needs.standby, network, clock })
    this.#runner = new JobRunner({
      ...needs,
      ...(this.#service === undefined ? {} : { service: this.#service }),
      book: this.book,
      lines: this.#lines,
      watch,
      ...(this.#standby === undefined ? {} : { connections: this.#standby }),
      searchAgain: (model, signal) => this.#market.again(model, signal),
    })
    const confirmer =
      needs.ping === undefined ? undefined : new DistanceConfirmer({ clock, book: this.book, ping: needs.ping })
    const byVenue = venues({
      clock,
      random: needs.random,
      cloud: needs.cloud,
      edge: {
        prepare: async ({ model, inputs, latencyMsMax, signal }) => {
          await this.#market.refresh(model, signal)
          await this.#models.check(model, inputs, signal)
          if (latencyMsMax !== undefined) await confirmer?.confirm(model, latencyMsMax, signal)
        },
        view: (wish) => edgeView(this.book.live(wish.model), wish),
        run: (wish) => this.#runner.run(wish),
      },
    })
    this.#requests = new RequestedJobs({
      ...needs,
      venues: byVenue,
      stories: this.stories,
      models: this.#models,
      canBeWitnessed: this.#service !== undefined,
    })
  }

  #openService({ network, domain, clock, standingOf }: MeshClientNeeds): ServiceLevel | undefined {
    if (standingOf === undefined) return undefined
    return new ServiceLevel({
      network,
      domain,
      clock,
      stakes: new OwnerStakes({ standingOf, clock }),
      operators: () => this.book.live().map(({ offer }) => ({ operator: offer.miner, peer: offer.peer })),
    })
  }

  get purse(): Purse {
    return this.#needs.purse
  }

  /** Jobs that run now. */
  get running(): number {
    return this.#requests.running
  }

  /**
   * Runs one job at the best miner that can be found, and at the next where one fails; in the cloud only where `cloud` allows it. The
   * answer says which venue it was.
   * @throws MeshError POLICY_UNKNOWN, POLICY_WEIGHTS, INPUT_* before anything is sent; NO_MINER, NO_PEERS, PRICE_CEILING, TIMEOUT, CANCELLED, ENGINE_FAILED; NO_VENUE
   * where a cloud is allowed, and neither it nor the edge can
   * @example
   * const { outputs, price } = await client.infer({ model, inputs, priceMax: credits(2_000), latencyMsMax: 500 })
   */
  infer(options: EdgeOptions): Promise<Answer>
  infer(options: InferOptions): Promise<Answer | CloudAnswer>
  infer(options: InferOptions): Promise<Answer | CloudAnswer> {
    return this.#requests.run(options)
  }

  /**
   * Asks directories for live offers; of one model where it is named, and beyond the own region where nobody there serves it.
   * Slow directories are not waited for where a quicker one has named some: the book takes what they say when they say it.
   * @returns what those said that were waited for
   * @throws MeshError NO_PEERS
   */
  search(model?: ModelId, signal?: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    return this.#market.search(model, signal)
  }

  /**
   * What a job would cost, and who would run it; runs none.
   * @throws MeshError NO_PEERS, POLICY_UNKNOWN, POLICY_WEIGHTS
   * @example
   * const { offers } = await client.quote({ model, latencyMsMax: 100 })
   * const cheapest = offers.filter(({ fits }) => fits === 'yes').map(({ price }) => price).sort()[0]
   */
  async quote(options: QuoteOptions): Promise<Quote> {
    const { model, latencyMsMax, priceMax = this.#needs.priceMax, signal } = options
    const policy = options.policy ?? this.#needs.policy ?? 'latency'
    weightsOf(policy)
    const answers = await this.search(model, signal)
    const isWarm = (candidate: JobCandidate): boolean => this.#runner.choice.isWarm(model, candidate)
    const barred = this.book.barred(model).map(({ miner }) => miner)
    return quoteOf(model, this.book.live(model), answers, { priceMax, latencyMsMax, policy, isWarm, barred })
  }

  /**
   * GPUs that can be used for a model within a latency budget, from here or seen from another place; runs nothing.
   * @returns the best first
   * @throws MeshError NO_PEERS, and as foundGpus does: REGION_UNSERVED, NO_GPU_FITS with what came closest, ...
   * @example
   * const [best] = await client.findGpus({ model, latencyMsMax: 50, region: 'eu-west', from: parsePlace('52.5,13.4') })
   */
  async findGpus({ model, signal, ...wish }: GpuOptions): Promise<readonly FoundGpu[]> {
    const { region = this.#needs.region } = wish
    if (region === this.#needs.region) await this.search(model, signal)
    else await this.#market.searchIn(region, model, signal)
    return foundGpus(this.book.live(model), model, wish)
  }

  /** What miners ask for a model now, the cheapest first, and what they say it is made of. @throws MeshError NO_PEERS */
  async prices(model: ModelId, signal?: AbortSignal): Promise<readonly ExplainedOffer[]> {
    await this.search(model, signal)
    const { network, domain, clock } = this.#needs
    const offers = this.book.live(model).map(({ offer }) => offer)
    return explainPrices({ network, hasher: domain.crypto, clock }, offers, model, signal)
  }

  /** Every model that some live offer's table names, with who serves it at what price. @throws MeshError NO_PEERS */
  async models(signal?: AbortSignal): Promise<readonly NetworkModel[]> {
    await this.search(undefined, signal)
    return this.#models.all(signal)
  }

  /** The table of models behind an offer; empty where its miner does not answer. */
  tableOf(offer: Offer, signal?: AbortSignal): Promise<readonly TableModel[]> {
    return this.#models.tableOf(offer, signal)
  }

  /** The same without a search of its own, when those that the last ones did not wait for have answered or failed. */
  async lateModels(signal?: AbortSignal): Promise<readonly NetworkModel[]> {
    await this.#market.lateAnswers(signal)
    return this.#models.all(signal)
  }

  /**
   * The model of an id, or of a name that one model alone has in the network.
   * @throws MeshError MODEL_UNKNOWN, NO_PEERS
   */
  async findModel(idOrName: string, signal?: AbortSignal): Promise<NetworkModel> {
    const among = (models: readonly NetworkModel[]): readonly NetworkModel[] =>
      models.filter(({ id, name }) => id === idOrName || name === idOrName)
    let found = among(await this.models(signal))
    if (found.length === 0) {
      // Only a directory that is slow may know it.
      found = among(await this.lateModels(signal))
    }
    if (found.length === 1) return found[0]!
    throw new MeshError('MODEL_UNKNOWN', { model: idOrName, next: 'See models() for the models that are served.' })
  }

  /**
   * What a cloud would run for the model of an id, or of a name that the client's owner gave; its endpoint may be asked for it, so only
   * for a job that may go there. Nobody of the mesh serves it by this: `miners` is empty.
   * @returns undefined where no cloud stands in for it
   * @throws MeshError CLOUD_*
   */
  async cloudModel(idOrName: string, signal?: AbortSignal): Promise<NetworkModel | undefined> {
    const { cloud } = this.#needs
    const id = cloud?.idOf(idOrName)
    if (cloud === undefined || id === undefined) return undefined
    const found = await cloud.describe(id, signal ?? this.#market.signal)
    return found === undefined ? undefined : { id, bytes: 0, miners: [], ...found }
  }

  /**
   * Pays what is owed, to all miners or to this one; whom an earlier run owed something is looked for. True where every one
   * has confirmed it in time.
   */
  async settle(deadlineMs: number = SETTLE_MS_MAX, signal?: AbortSignal, miner?: Address): Promise<boolean> {
    const [{ clock }, market, lines] = [this.#needs, this.#market, this.#lines]
    const settled = await Promise.all([
      lines.settle(deadlineMs, signal, miner),
      ...(miner === undefined ? [settleUnseen({ clock, market, lines }, deadlineMs, signal)] : []),
    ])
    return settled.every(Boolean)
  }

  /** Pays what it can of what is owed, then closes the lines. What stays unpaid is in the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.leases[Symbol.dispose]()
    // What was outrun has an end before its line is closed.
    await this.#runner[Symbol.asyncDispose]()
    await this.#standby?.[Symbol.asyncDispose]()
    // Before the lines: what is heard late opens none any more.
    await this.#market[Symbol.asyncDispose]()
    // Who has not been heard of in all this time would only be waited for.
    // What witnesses have not said by half of that is not waited for: a job whose verdict is missing is paid in full.
    const hurry = this.#needs.clock.after(SETTLE_MS_MAX / 2, () => this.#service?.[Symbol.dispose]())
    await this.#lines.settle(SETTLE_MS_MAX)
    hurry.cancel()
    this.#service?.[Symbol.dispose]()
    await this.#lines[Symbol.asyncDispose]()
  }
}
