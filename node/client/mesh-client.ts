/**
 * The client of the mesh as applications see it: find models, run jobs, pay. It runs in Node and in the browser; network,
 * keys and journal come from outside.
 */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, JobId, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random, Standing } from '../../protocols/kernel/ports.ts'
import { childSpan, firstSpan, type OpenSpan, parseTraceparent } from '../../protocols/kernel/trace-context.ts'
import { classForBudget } from '../../protocols/rules/pricing/latency-class.ts'
import { type PolicyWeights, type RoutingPolicy, weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import type { CloudConsent } from '../../protocols/rules/venue/choose-venue.ts'
import type { LeafHasher } from '../../protocols/statements/growing-content.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { Receipt } from '../../protocols/statements/struct-types.ts'
import { DEADLINE_MS_MAX, type RunNotes } from '../../protocols/wire/job/job-messages.ts'
import type { Tensor, TensorHeader } from '../../protocols/wire/job/tensor.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { TableModel } from '../../protocols/wire/offer/offer-table.ts'
import type { JobListener } from './auditing/finished-job.ts'
import type { ClientJournal } from './client-journal.ts'
import type { CloudDesk } from './cloud/cloud-desk.ts'
import { DistanceConfirmer } from './confirm-distances.ts'
import { Deadline } from './deadline.ts'
import { edgeView } from './edge-view.ts'
import { type ExplainedOffer, explainPrices } from './explained-prices.ts'
import { DirectoryFinder } from './find-directories.ts'
import { type DirectoryAnswer, OfferFinder } from './find-offers.ts'
import { type FoundGpu, foundGpus, type GpuWish } from './found-gpus.ts'
import type { Draw, JobCandidate } from './job-candidate.ts'
import type { JobAnswer, JobEvent, JobWish } from './job-runner.ts'
import { JobRunner } from './job-runner.ts'
import type { JobStory } from './job-story.ts'
import { type LeaseEvent, Leases } from './leases.ts'
import { type LesseeJournal, memoryLesseeJournal } from './lessee-journal.ts'
import type { ChosenBecause } from './miner-choice.ts'
import { type MinerStanding, type MinerWatch, noWatch } from './miner-watch.ts'
import { type NetworkModel, NetworkModels } from './network-models.ts'
import { type MinerNotes, OfferBook } from './offer-book.ts'
import type { LineEvent } from './payment-line.ts'
import { PaymentLines } from './payment-lines.ts'
import type { Purse } from './purse.ts'
import { type Quote, quoteOf } from './quote.ts'
import { OwnerStakes } from './service-level/owner-stakes.ts'
import { ServiceLevel } from './service-level/service-level.ts'
import type { ServiceReport } from './service-level/service-report.ts'
import type { NetworkOf } from './spread-networks.ts'
import { type Standby, StandbyConnections } from './standby-connections.ts'
import { StoryBoard } from './story-board.ts'
import { type CloudAnswer, type Venues, type VenueWish, venues } from './venues.ts'
import { WideSearch } from './wide-search.ts'

/** Offers are heard of again after this: half of the rate at which miners may change them. */
const OFFERS_FRESH_MS = 30_000
/** A search that found nobody is repeated at most this often. */
const SEARCH_AGAIN_MS = 1_000
/** Models whose last search is remembered; a forgotten one is searched for again. */
const SEARCHES_MAX = 1_024
/** A job that names no deadline. */
const DEADLINE_MS = 60_000
/** What is owed at the end is paid within this, or stays for the next start. */
const SETTLE_MS_MAX = 3_000

export interface MeshClientNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  /** Large content is hashed there. */
  readonly leaves: LeafHasher
  readonly journal: ClientJournal
  /** The leases of earlier lives of this client; in memory where absent. */
  readonly lessee?: LesseeJournal
  readonly purse: Purse
  /** Where this client is, coarsely: its region's directories are asked. */
  readonly region: string
  /** So that the directories that are asked are not all of one network. */
  readonly networkOf?: NetworkOf
  readonly head: () => ChainHead
  /** Asks for it once more, where a miner has another one. */
  readonly headAgain?: () => Promise<ChainHead>
  /** For jobs that name no ceiling. */
  readonly priceMax: Credits
  readonly onEvent: (event: ClientEvent) => void
  /** Every job is traced, also where its caller brings no trace. */
  readonly tracesAll?: boolean
  readonly stories?: readonly JobStory[]
  /** Hears what miners sign; nobody does where absent. */
  readonly watch?: MinerWatch
  /** What stands behind miners, where a chain can say. */
  readonly standing?: MinerStanding
  /** Whose stake stands behind a witness; without it no job is witnessed. */
  readonly standingOf?: (operator: Address, signal?: AbortSignal) => Promise<Standing>
  /** Instead of chance, between miners that are nearly equal: 0 always means the best. */
  readonly draw?: Draw
  /** Hears of every answered job with what was asked and answered; nobody does where absent. */
  readonly auditor?: JobListener
  /** How long a round trip to a peer takes, measured: before a job in a hurry trusts an estimate. Estimates are trusted where absent. */
  readonly ping?: (peer: PeerId, signal: AbortSignal) => Promise<number>
  /** Coordinates of this client, where it knows them: directories are told, and name the best for it. */
  readonly near?: () => Uint8Array | undefined
  /** For jobs that name none; `latency` where absent. */
  readonly policy?: RoutingPolicy
  /** Jobs of the realtime class that do not say themselves are hedged. */
  readonly hedgesRealtime?: boolean
  /** Keeps connections ready for the jobs that follow; none are where absent. */
  readonly standby?: Standby
  /** Where the client has credentials for one: for jobs that allow it, and no others. */
  readonly cloud?: CloudDesk
}

/** `isAudit`: nobody asked for it but this client itself, to look at another answer. */
interface OfJob {
  readonly job: JobId
  readonly model: ModelId
  readonly isAudit?: true
}

export type ClientEvent =
  | (OfJob & { readonly kind: 'job'; readonly event: JobEvent })
  | (OfJob & { readonly kind: 'answered'; readonly answer: JobAnswer })
  | (OfJob & { readonly kind: 'answered-by-cloud'; readonly answer: CloudAnswer })
  | (OfJob & { readonly kind: 'failed'; readonly error: MeshError })
  | { readonly kind: 'line'; readonly miner: Address; readonly event: LineEvent }
  | { readonly kind: 'lease'; readonly event: LeaseEvent }
  | { readonly kind: 'searched'; readonly answers: readonly DirectoryAnswer[] }
  /** After its search went on without it. */
  | { readonly kind: 'late-answer'; readonly answer: DirectoryAnswer }

export interface InferOptions {
  /** Id of the model; see {@link MeshClient.findModel} for names. */
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  /** The most that this job may cost, all its attempts together. */
  readonly priceMax?: Credits
  /**
   * `witnessed`: only miners that grant terms are asked; witnesses time the job, a late one is paid as the class that it kept to, and
   * {@link Answer.service} says so.
   */
  readonly serviceLevel?: 'witnessed'
  /** Decides the latency class, and which miners are near enough. */
  readonly latencyMsMax?: number
  /** Everything together, retries included; 60 s where absent, an hour at most. */
  readonly deadlineMs?: number
  /**
   * Only these miners may be asked to run it; all where absent. An audit of it asks others too, with the same inputs unless it is
   * `sensitive`; so does a cloud that it allows.
   */
  readonly among?: (miner: MinerNotes) => boolean
  /**
   * Nobody but the miner that runs it may see the inputs: no cloud gets them, whatever `cloud` says, no second miner for a
   * hedge, and where the job is audited, something else is asked in its place.
   */
  readonly sensitive?: boolean
  /** What: inputs for the same model that anybody may see and that look like these. Made up, in the form of these, where absent. */
  readonly canary?: readonly Tensor[]
  /** The job looks at the answer to another one: it is audited by none itself, and counts as none of the application's. */
  readonly isAudit?: true
  /** What is valued in a miner, and in a venue: `latency`, `cost`, `balanced`, or weights that add up to one. */
  readonly policy?: RoutingPolicy | PolicyWeights
  /**
   * Where the first miner is late a second one is asked too, and the first answer counts. The other is cancelled, and paid only where its
   * answer came all the same; both together stay below `priceMax`.
   */
  readonly hedge?: boolean
  /**
   * The caller's span, as W3C Trace Context writes it: the job becomes its child, and miners are told of it, who can tell by it
   * which attempts belong together. A malformed one is as good as none.
   */
  readonly traceparent?: string
  /** Begins a trace where `traceparent` brings none. */
  readonly trace?: boolean
  /**
   * Whether a cloud that this client has credentials for may run it: `never` where absent; `fallback`: where no offer fits, after two
   * miners that failed, or when only so much of the deadline is left as the cloud needs; `allowed`: also where the policy finds the
   * cloud clearly better. It hands inputs and outputs to a third party.
   */
  readonly cloud?: CloudConsent
  readonly signal?: AbortSignal
  readonly onEvent?: (event: JobEvent) => void
}

export interface GpuOptions extends GpuWish {
  readonly model: ModelId
  readonly signal?: AbortSignal
}

export type QuoteOptions = Pick<InferOptions, 'model' | 'priceMax' | 'latencyMsMax' | 'policy' | 'signal'>

/** A job that stays at the edge. */
export type EdgeOptions = InferOptions & { readonly cloud?: 'never' }

export interface Answer {
  readonly venue: 'edge'
  /** Whether the cloud stood behind it, and could have taken over. */
  readonly fallBack: boolean
  readonly job: JobId
  readonly attempt: AttemptId
  /** Miners that were asked to run it. */
  readonly attempts: number
  readonly miner: Address
  /** Why this miner; absent from what this client did not choose. */
  readonly chosen?: ChosenBecause
  /** Where the job was traced: 32 hexadecimal digits. */
  readonly traceId?: string
  readonly outputs: readonly Tensor[]
  readonly price: Credits
  readonly waitedMs: number
  readonly computedMs: number
  readonly roundTripMs: number
  readonly totalMs: number
  /** How the miner says that it changed the job to run it; a stranger's word. */
  readonly notes?: RunNotes
  /** Follows behind the answer. Rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  readonly receipt: Promise<Receipt>
  /** Where the job was witnessed. Follows behind the answer, within some seconds; never rejects. */
  readonly service?: Promise<ServiceReport>
}

export class MeshClient implements AsyncDisposable {
  readonly book: OfferBook
  readonly stories: StoryBoard
  /** Cards for a time, for this client alone. */
  readonly leases: Leases
  readonly #needs: MeshClientNeeds
  readonly #lines: PaymentLines
  readonly #runner: JobRunner
  readonly #standby: StandbyConnections | undefined
  readonly #venues: Venues
  readonly #service: ServiceLevel | undefined
  readonly #directories: DirectoryFinder
  readonly #finder: OfferFinder
  readonly #wide: WideSearch
  readonly #models: NetworkModels
  readonly #confirmer: DistanceConfirmer | undefined
  readonly #searching = new Map<string, Promise<void>>()
  readonly #searchedAtMs = new Map<string, number>()
  #running = 0

  constructor(needs: MeshClientNeeds) {
    const { network, domain, clock, journal, purse, region, watch = noWatch } = needs
    this.#needs = needs
    this.book = new OfferBook(clock, watch)
    this.#confirmer =
      needs.ping === undefined ? undefined : new DistanceConfirmer({ clock, book: this.book, ping: needs.ping })
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
      searchAgain: (model, signal) => this.#searchAgain(model, signal),
    })
    this.#directories = new DirectoryFinder(network, clock, domain.crypto, region, needs.networkOf)
    this.#finder = new OfferFinder({
      network,
      domain,
      clock,
      book: this.book,
      ...(needs.near === undefined ? {} : { near: needs.near }),
      ...(needs.policy === undefined ? {} : { policy: needs.policy }),
      onUseless: (directory) => this.#directories.forget(directory),
      onLate: (answer, model) => {
        this.#recall(model)
        needs.onEvent({ kind: 'late-answer', answer })
      },
    })
    this.#wide = new WideSearch({
      network,
      hasher: domain.crypto,
      clock,
      random: needs.random,
      finder: this.#finder,
      isKnown: (model) => this.book.live(model).length > 0,
    })
    this.#models = new NetworkModels(network, domain.crypto, this.book)
    this.#venues = venues({
      clock,
      random: needs.random,
      cloud: needs.cloud,
      edge: {
        prepare: async ({ model, inputs, latencyMsMax, signal }) => {
          await this.#refresh(model, signal)
          await this.#models.check(model, inputs, signal)
          if (latencyMsMax !== undefined) await this.#confirmer?.confirm(model, latencyMsMax, signal)
        },
        view: (wish) => edgeView(this.book.live(wish.model), wish),
        run: (wish) => this.#runner.run(wish),
      },
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
    return this.#running
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
  async infer(options: InferOptions): Promise<Answer | CloudAnswer> {
    const { model, inputs, signal, deadlineMs = DEADLINE_MS, among } = options
    const policy = options.policy ?? this.#needs.policy ?? 'latency'
    const weights = weightsOf(policy)
    // An audit has the class and the price of what it looks at, whatever distance its miner is at.
    const latencyMsMax = options.isAudit === true ? undefined : options.latencyMsMax
    if (!(deadlineMs >= 1 && deadlineMs <= DEADLINE_MS_MAX)) {
      throw new MeshError('USAGE', { what: `a deadline is between 1 and ${DEADLINE_MS_MAX} ms, not ${deadlineMs}` })
    }
    const { clock, priceMax } = this.#needs
    const endsAtMs = clock.monotonicMs() + deadlineMs
    const late = (): MeshError => new MeshError('TIMEOUT', { what: 'the job', ms: deadlineMs })
    using deadline = new Deadline(clock, deadlineMs, late, signal)
    const { cloud: consent = 'never', sensitive: isSensitive = false } = options
    const latencyClass = classForBudget(options.latencyMsMax)
    const hedges = options.hedge ?? (latencyClass === 'realtime' && this.#needs.hedgesRealtime === true)
    const wish = {
      ...{ model, inputs, latencyClass, latencyMsMax, deadlineMs, endsAtMs, signal: deadline.signal },
      ...{ weights, policy, consent, isSensitive },
      // An audit is run once: it has nobody who waits for it.
      // A second miner would see what is for one.
      hedges: hedges && options.isAudit !== true && options.sensitive !== true,
    }
    const span = this.#spanOf(options)
    const witnessed = this.#witnessedWish(options)
    const more = { ...(span === undefined ? {} : { span }), ...(among === undefined ? {} : { among }), ...witnessed }
    const asked = { ...wish, ...more, priceMax: options.priceMax ?? priceMax }
    return await this.#run({ ...asked, onEvent: options.onEvent }, options)
  }

  /** A card that is ours for a time is paid by the hour: there is nothing to hold its jobs to. */
  #witnessedWish({ serviceLevel, among = everybody }: InferOptions): Pick<JobWish, 'isWitnessed' | 'among'> {
    if (serviceLevel === undefined) return {}
    if (this.#service === undefined)
      throw new MeshError('USAGE', { what: 'a job is witnessed where the stake of witnesses can be asked for' })
    return {
      isWitnessed: true,
      among: (notes) => notes.offer.body.terms !== undefined && !notes.isLeased && among(notes),
    }
  }

  #spanOf({ traceparent, trace }: InferOptions): OpenSpan | undefined {
    const { random, tracesAll } = this.#needs
    const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent)
    if (parent !== undefined) return childSpan(parent, random)
    return trace === true || tracesAll === true ? firstSpan(random) : undefined
  }

  /**
   * Asks directories for live offers; of one model where it is named, and beyond the own region where nobody there serves it.
   * Slow directories are not waited for where a quicker one has named some: the book takes what they say when they say it.
   * @returns what those said that were waited for
   * @throws MeshError NO_PEERS
   */
  async search(model?: ModelId, signal?: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    const answers = await this.#searchWide(model, await this.#searchRegion(model, signal), signal)
    if (this.#searchedAtMs.size >= SEARCHES_MAX) this.#searchedAtMs.delete(this.#searchedAtMs.keys().next().value!)
    this.#searchedAtMs.set(model ?? '', this.#needs.clock.monotonicMs())
    this.#recall(model)
    this.#needs.onEvent({ kind: 'searched', answers })
    return answers
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
    return quoteOf(model, this.book.live(model), answers, { priceMax, latencyMsMax, policy, isWarm })
  }

  /**
   * GPUs that can be used for a model within a latency budget, from here or seen from another place; runs nothing.
   * @returns the best first
   * @throws MeshError NO_PEERS, and as foundGpus does: REGION_UNSERVED, NO_GPU_FITS with what came closest, ...
   * @example
   * const [best] = await client.findGpus({ model, latencyMsMax: 50, region: 'eu-west', from: parsePlace('52.5,13.4') })
   */
  async findGpus({ model, signal, ...wish }: GpuOptions): Promise<readonly FoundGpu[]> {
    const { network, clock, domain, region: own, networkOf } = this.#needs
    const { region = own } = wish
    if (region === own) await this.search(model, signal)
    // Who does not answer there serves nobody, and the rule says so.
    else await this.#searchRegion(model, signal, new DirectoryFinder(network, clock, domain.crypto, region, networkOf))
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
    await this.#finder.lateAnswers(signal)
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
    const found = await cloud.describe(id, signal ?? this.#finder.signal)
    return found === undefined ? undefined : { id, bytes: 0, miners: [], ...found }
  }

  /**
   * Pays what is owed, to all miners or to this one; whom an earlier run owed something is looked for. True where every one
   * has confirmed it in time.
   */
  async settle(deadlineMs: number = SETTLE_MS_MAX, signal?: AbortSignal, miner?: Address): Promise<boolean> {
    const settled = await Promise.all([
      this.#lines.settle(deadlineMs, signal, miner),
      ...(miner === undefined ? [this.#settleUnseen(deadlineMs, signal)] : []),
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
    await this.#finder[Symbol.asyncDispose]()
    // Who has not been heard of in all this time would only be waited for.
    // What witnesses have not said by half of that is not waited for: a job whose verdict is missing is paid in full.
    const hurry = this.#needs.clock.after(SETTLE_MS_MAX / 2, () => this.#service?.[Symbol.dispose]())
    await this.#lines.settle(SETTLE_MS_MAX)
    hurry.cancel()
    this.#service?.[Symbol.dispose]()
    await this.#lines[Symbol.asyncDispose]()
  }

  async #searchRegion(model: ModelId | undefined, signal: AbortSignal | undefined, finder = this.#directories) {
    const directories = await finder.find(signal ?? this.#finder.signal)
    return this.#finder.find(directories, model, signal).catch((error: unknown) => {
      if (isMeshError(error, 'NO_PEERS')) return error
      throw error
    })
  }

  /** @param region what its directories said, or that none answered */
  async #searchWide(
    model: ModelId | undefined,
    region: readonly DirectoryAnswer[] | MeshError,
    signal: AbortSignal | undefined,
  ): Promise<readonly DirectoryAnswer[]> {
    const isMissed = model !== undefined && this.book.live(model).length === 0
    const wide = isMissed ? await this.#beyond(model, signal ?? this.#finder.signal) : []
    if (!isMeshError(region)) return [...region, ...wide]
    if (wide.length === 0) throw region
    return wide
  }

  /** A DHT that does not answer takes nothing from what the region's directories said. */
  async #beyond(model: ModelId, signal: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    try {
      return await this.#wide.search(model, signal)
    } catch (error) {
      throwIfAborted(signal)
      if (asMeshError(error).fault === 'bug' || isMeshError(error, 'CANCELLED')) throw error
      return []
    }
  }

  async #settleUnseen(deadlineMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { clock } = this.#needs
    const endsAtMs = clock.monotonicMs() + deadlineMs
    const late = (): MeshError =>
      new MeshError('TIMEOUT', { what: 'the search for miners that are owed', ms: deadlineMs })
    using deadline = new Deadline(clock, deadlineMs, late, signal)
    while (this.#lines.unseen().length > 0) {
      try {
        await this.search(undefined, deadline.signal)
        if (this.#lines.unseen().length === 0) break
      } catch (error) {
        if (asMeshError(error).fault === 'bug') throw error
      }
      throwIfAborted(signal)
      const again = Promise.withResolvers<void>()
      const timer = clock.after(SEARCH_AGAIN_MS, () => again.resolve())
      const isLate = await abortable(again.promise, deadline.signal).then(
        () => false,
        () => true,
      )
      timer.cancel()
      throwIfAborted(signal)
      if (isLate) return false
    }
    return this.#lines.settle(Math.max(0, endsAtMs - clock.monotonicMs()), signal)
  }

  async #run(
    wish: Omit<VenueWish, 'onEvent'> & { readonly onEvent: InferOptions['onEvent'] },
    options: InferOptions,
  ): Promise<Answer | CloudAnswer> {
    const { model } = wish
    const kind = options.isAudit === true ? ({ isAudit: true } as const) : {}
    let job: JobId | undefined
    const peers = new Map<AttemptId, PeerId>()
    const onEvent = (event: JobEvent): void => {
      if (event.kind === 'started') {
        job = event.job
        this.#begin(job, wish, kind)
      } else if (event.kind === 'trying') peers.set(event.attempt, event.peer)
      this.stories.job(job!, event)
      this.#needs.onEvent({ kind: 'job', job: job!, model, event, ...kind })
      wish.onEvent?.(event)
    }
    this.#running++
    try {
      const answered = await this.#venues.run({ ...wish, onEvent })
      this.stories.ended(answered.answer.job)
      if (answered.venue === 'cloud') {
        const { answer } = answered
        this.#needs.onEvent({ kind: 'answered-by-cloud', job: answer.job, model, answer })
        return answer
      }
      const { answer, fallBack } = answered
      this.#models.prove(model, answer.miner)
      this.#needs.onEvent({ kind: 'answered', job: answer.job, model, answer, ...kind })
      if (options.isAudit !== true) this.#tellAuditor(options, answer, peers.get(answer.attempt)!, wish.deadlineMs)
      return answerOf(answer, fallBack, wish.span)
    } catch (error) {
      const failed = asMeshError(error)
      if (job !== undefined) {
        this.stories.ended(job, failed)
        this.#needs.onEvent({ kind: 'failed', job, model, error: failed, ...kind })
      }
      throw failed
    } finally {
      this.#running--
    }
  }

  #nameOf(model: ModelId): string {
    const name = this.#models.nameOf(model)
    return name === model ? (this.#needs.cloud?.nameOf(model) ?? name) : name
  }

  #tellAuditor(options: InferOptions, answer: JobAnswer, peer: PeerId, deadlineMs: number): void {
    const { model, inputs, latencyMsMax, sensitive = false, canary } = options
    const { job, attempt, miner, outputs, receipt, finished } = answer
    this.#needs.auditor?.finished({
      ...{ job, attempt, miner, peer, model, latencyMsMax, deadlineMs, inputs, outputs, receipt },
      price: finished.price,
      isSensitive: sensitive,
      ...(canary === undefined ? {} : { canary }),
    })
  }

  #recall(model: ModelId | undefined): void {
    this.#lines.recall(this.book.live(model).map(({ offer }) => offer))
  }

  /** True where directories name another offer than before. What was searched a moment ago is not searched again. */
  async #searchAgain(model: ModelId, signal: AbortSignal): Promise<boolean> {
    const before = heads(this.book, model)
    // The last search may not have waited for all that it asked.
    await this.#finder.lateAnswers(signal)
    if (heads(this.book, model) !== before) return true
    const searchedAtMs = this.#searchedAtMs.get(model) ?? Number.NEGATIVE_INFINITY
    if (this.#needs.clock.monotonicMs() - searchedAtMs < SEARCH_AGAIN_MS) return false
    await this.search(model, signal)
    return heads(this.book, model) !== before
  }

  #begin(job: JobId, wish: Omit<VenueWish, 'onEvent'>, kind: { readonly isAudit?: true }): void {
    const { model, latencyClass, priceMax, deadlineMs } = wish
    this.stories.begin({
      job,
      model,
      modelName: this.#nameOf(model),
      latencyClass,
      priceMax: String(priceMax),
      deadlineMs,
      inputs: wish.inputs.map(({ name, type, dims, byteLength }): TensorHeader => ({ name, type, dims, byteLength })),
      ...(wish.span === undefined ? {} : { traceId: wish.span.traceId }),
      startedAtMs: this.#needs.clock.nowMs(),
      state: 'running',
      attempts: [],
      ...kind,
    })
  }

  /** Waits for a search only where nothing is known; else the book is renewed in the background. */
  async #refresh(model: ModelId, signal: AbortSignal | undefined): Promise<void> {
    const ageMs = this.#needs.clock.monotonicMs() - (this.#searchedAtMs.get(model) ?? Number.NEGATIVE_INFINITY)
    const known = this.book.live(model).length > 0
    if (known && ageMs < OFFERS_FRESH_MS) return
    if (!known && ageMs < SEARCH_AGAIN_MS) return
    const search = this.#searching.get(model) ?? this.#searchOnce(model)
    if (known) search.catch(() => undefined)
    else await abortable(search, signal)
  }

  #searchOnce(model: ModelId): Promise<void> {
    const search = this.search(model)
      .then(() => undefined)
      .finally(() => this.#searching.delete(model))
    this.#searching.set(model, search)
    return search
  }
}

const heads = (book: OfferBook, model: ModelId): string =>
  book
    .live(model)
    .map(({ offer }) => offer.hash)
    .sort()
    .join()

function answerOf({ finished, ...answer }: JobAnswer, fallBack: boolean, span: OpenSpan | undefined): Answer {
  return {
    venue: 'edge',
    fallBack,
    job: answer.job,
    attempt: answer.attempt,
    attempts: answer.attempts,
    miner: answer.miner,
    chosen: answer.chosen,
    ...(span === undefined ? {} : { traceId: span.traceId }),
    outputs: answer.outputs,
    price: finished.price,
    waitedMs: Number(finished.waitedUs) / 1_000,
    computedMs: Number(finished.computedUs) / 1_000,
    roundTripMs: answer.roundTripMs,
    totalMs: answer.totalMs,
    ...(finished.notes === undefined ? {} : { notes: finished.notes }),
    receipt: answer.receipt,
    ...(answer.service === undefined ? {} : { service: answer.service }),
  }
}

const everybody = (): boolean => true
