/**
 * A light peer of the simulated market: it finds offers, ranks them, gives work, pays for what comes back, looks at some of it again, and
 * tells others what it saw. Book and finder are those of a node, and every decision is a rule of the mesh.
 */

import { type JobCandidate, jobCandidate } from '../../node/client/choosing/job-candidate.ts'
import { OfferFinder } from '../../node/client/finding/find-offers.ts'
import { OfferBook } from '../../node/client/finding/offer-book.ts'
import { noWatch } from '../../node/client/miner-watch.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, Hash32, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Crypto, Signer } from '../../protocols/kernel/ports.ts'
import { isTested } from '../../protocols/rules/auditing/audit-record.ts'
import { classForBudget, type LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { selfDoubtPercent } from '../../protocols/rules/qos/doubt.ts'
import { chancesOf, chooseMiner } from '../../protocols/rules/routing/choose-miner.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../protocols/rules/routing/weigh-candidate.ts'
import { type Counter, voucherNeeded } from '../../protocols/rules/settlement/credit-window.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { openOffer } from '../../protocols/wire/offer/offer.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'
import type { VirtualNode } from '../wire/virtual-world.ts'
import { type AuditedAnswer, Auditor, KERNEL_CLASS } from './auditor.ts'
import { distanceHint } from './distance-hint.ts'
import { type JobAsked, type JobSaid, jobLine } from './job-line.ts'
import type { JobRecord } from './job-record.ts'
import { MODEL_WEIGHTS, marketModel, rightOutput } from './market-model.ts'
import { OwnView } from './own-view.ts'
import type { ClientPlan } from './scenario.ts'
import type { WorldChain } from './world-chain.ts'

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
  readonly payer: Signer
  readonly chain: WorldChain
  /** The nearest first. */
  readonly directories: readonly PeerId[]
  readonly suspects: WorldSuspects
  /** Name of a miner in the scenario. */
  readonly nameOf: (miner: Address) => string
  readonly onJob: (job: Omit<JobRecord, 'client' | 'miner'>) => void
}

/** As nodes know them: payers whose word is weighed twice, and miners that it is for. */
export interface WorldSuspects {
  readonly raters: ReadonlySet<Address>
  readonly miners: ReadonlySet<Address>
}

interface Wish {
  /** Of this job alone, so that one attempt more in a job changes nothing in the next. */
  readonly draws: SeededRandom
  readonly latencyClass: LatencyClass
  readonly asked: Omit<JobAsked, 'offer'>
}

interface Answered {
  readonly choice: JobCandidate
  readonly output: Hash32
}

export class WorldClient {
  readonly plan: ClientPlan
  readonly node: VirtualNode
  readonly book: OfferBook
  readonly view: OwnView
  readonly auditor: Auditor
  readonly #needs: WorldClientNeeds
  readonly #finder: OfferFinder
  readonly #counters = new Map<Address, Counter>()
  readonly #model: ModelId
  readonly #payer: Uint8Array
  #searchedAtMs = Number.NEGATIVE_INFINITY
  #searching: Promise<void> | undefined
  #turn = 0
  #jobs = 0

  constructor(needs: WorldClientNeeds) {
    const { node, domain, crypto, plan, chain, payer } = needs
    const { network, clock } = node
    this.#needs = needs
    this.plan = plan
    this.node = node
    this.#model = marketModel(crypto)
    this.#payer = new TextEncoder().encode(plan.owner ?? plan.name)
    this.view = new OwnView({
      clock,
      chain,
      self: payer.address,
      suspects: needs.suspects.raters,
      shardOf: (miner) => this.#shardOf(miner),
    })
    this.auditor = new Auditor({
      clock,
      hasher: crypto,
      random: node.random.fork('audits'),
      share: plan.auditShare,
      candidates: () => this.#twins(),
      ask: (miner, answer) => this.#askAgain(miner, answer),
      found: (miner, isMatch) =>
        this.view.saw({ kind: 'audited', ...this.#seen(miner), attempt: this.#attemptId(), isMatch }),
    })
    this.book = new OfferBook(clock, {
      ...noWatch,
      isBarred: (miner) => this.auditor.standingOf(miner) === 'lying',
      auditFactor: (miner) => this.auditor.factorOf(miner),
      isUntested: (miner) => plan.auditShare > 0 && this.auditor.standingOf(miner) === 'untested',
      scoreOf: (miner) => this.view.scoreOf(miner),
      distanceOf: ({ body }) => distanceHint(plan.region, body.region),
      groupOf: (miner) => chain.ownerOf(miner),
    })
    const ignored = (): void => undefined
    this.#finder = new OfferFinder({ network, domain, clock, book: this.book, onUseless: ignored, onLate: ignored })
  }

  async join(directories: readonly VirtualNode[]): Promise<void> {
    for (const { network } of directories) await this.node.network.connect(network.self, network.addresses())
  }

  /** Gets one job done, pays for it, and tells of it; now and then it has it done once more. */
  async want(size: number): Promise<void> {
    const { plan, onJob, crypto } = this.#needs
    const { clock } = this.node
    const startedAtMs = clock.monotonicMs()
    const wish = this.#wish(size)
    await this.#refresh()
    const asked = new Set<Address>()
    const lift = this.#lift(wish)
    const answered = await this.#tryMiners(wish, asked)
    const isPaid = answered !== undefined && this.#square(answered.choice)
    onJob({
      atMs: startedAtMs,
      address: answered?.choice.offer.miner,
      price: isPaid ? answered!.choice.price : 0n,
      tookMs: clock.monotonicMs() - startedAtMs,
      latencyMsMax: plan.latencyMsMax,
      isRight: answered?.output === rightOutput(crypto, wish.asked.input),
      attempts: asked.size,
      lift,
    })
    if (answered !== undefined && isPaid) await this.auditor.heard(this.#toAudit(answered, wish))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#finder[Symbol.asyncDispose]()
  }

  async #tryMiners(wish: Wish, asked: Set<Address>): Promise<Answered | undefined> {
    while (asked.size < ATTEMPTS_MAX) {
      const choice = this.#next(wish, asked)
      if (choice === undefined) return undefined
      asked.add(choice.offer.miner)
      const said = await this.#attempt(choice, wish)
      if (said?.output !== undefined) return { choice, output: said.output }
    }
    return undefined
  }

  #wish(size: number): Wish {
    const latencyClass = classForBudget(this.plan.latencyMsMax)
    return {
      draws: this.node.random.fork(`job ${this.#jobs++}`),
      latencyClass,
      asked: { latencyClass, sizeMilli: Math.round(size * SIZE_MILLI), input: this.#attemptId(), payer: this.#payer },
    }
  }

  #candidates(latencyClass: LatencyClass): readonly JobCandidate[] {
    return this.book.live(this.#model).map((notes) => jobCandidate(notes, this.#model, latencyClass))
  }

  #next({ latencyClass, draws }: Wish, asked: ReadonlySet<Address>): JobCandidate | undefined {
    const { conduct } = this.plan
    const fresh = this.#candidates(latencyClass).filter(({ offer }) => !asked.has(offer.miner))
    if (conduct?.only !== undefined) return this.#nextOfThese(fresh, conduct.only)
    return chooseMiner(this.#chances(fresh, latencyClass), draws.fraction())?.candidate
  }

  #chances(candidates: readonly JobCandidate[], latencyClass: LatencyClass) {
    const { priceMax, latencyMsMax } = this.plan
    const wish = { weights: weightsOf('latency'), latencyClass, priceMax: credits(priceMax), latencyMsMax }
    return chancesOf(candidates.map((candidate) => weigh(candidate, wish)))
  }

  /** What the suspects' word wins for their miners in this choice, in credits. */
  #lift({ latencyClass }: Wish): number {
    const { raters, miners } = this.#needs.suspects
    if (raters.size === 0 || raters.has(this.#needs.payer.address)) return 0
    const heard = this.#candidates(latencyClass)
    const unheard = heard.map((each) => ({ ...each, score: this.view.scoreWithout(each.offer.miner) }))
    const worth = (candidates: readonly JobCandidate[]): number =>
      this.#chances(candidates, latencyClass)
        .filter(({ candidate }) => miners.has(candidate.offer.miner))
        .reduce((sum, { chance, candidate }) => sum + chance * Number(candidate.price), 0)
    return worth(heard) - worth(unheard)
  }

  #nextOfThese(fresh: readonly JobCandidate[], only: readonly string[]): JobCandidate | undefined {
    const those = fresh.filter(({ offer }) => only.includes(this.#needs.nameOf(offer.miner)))
    return those[this.#turn++ % Math.max(1, those.length)]
  }

  async #attempt(choice: JobCandidate, { asked, latencyClass }: Omit<Wish, 'draws'>): Promise<JobSaid | undefined> {
    const { clock, network } = this.node
    const { offer } = choice
    const { miner } = offer
    if (!this.#payAhead(choice)) return undefined
    this.book.tried(miner)
    using deadline = new Deadline(clock, BUDGETS_WAITED * this.plan.latencyMsMax, 'a job')
    const sentAtMs = clock.monotonicMs()
    try {
      const calls = network.call(offer.peer, jobLine, { ...asked, offer: offer.hash }, { signal: deadline.signal })
      for await (const said of calls) {
        if (said.refused === undefined) this.#learn(choice, said, clock.monotonicMs() - sentAtMs, latencyClass)
        else {
          this.book.refused(miner)
          this.view.saw({ kind: 'refused', ...this.#seen(miner) })
          if (said.offer !== undefined) this.book.put(openOffer(this.#needs.domain, said.offer))
        }
        return said
      }
      this.#failed(miner, new MeshError('STREAM_LOST', { peer: offer.peer }))
    } catch (error) {
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      this.#failed(miner, failed)
    }
    return undefined
  }

  #learn({ offer, price }: JobCandidate, said: JobSaid, roundTripMs: number, latencyClass: LatencyClass): void {
    const { miner } = offer
    const [serviceMs, waitedMs] = [said.computedUs / 1_000, said.waitedUs / 1_000]
    this.book.observe(miner, { serviceMs, rttMs: Math.max(0, roundTripMs - serviceMs - waitedMs), tookMs: roundTripMs })
    this.book.answered(miner)
    this.view.saw({
      kind: 'answered',
      ...this.#seen(miner),
      attempt: this.#attemptId(),
      latencyMs: Math.round(roundTripMs),
      latencyClass,
      weights: MODEL_WEIGHTS,
      price,
      usage: 1n,
    })
  }

  #failed(miner: Address, error: MeshError): void {
    this.book.failed(miner, error)
    this.view.saw({ kind: 'failed', ...this.#seen(miner) })
  }

  #seen(miner: Address) {
    const { clock, network } = this.node
    const doubtPercent = selfDoubtPercent({ peers: network.connectedPeers().length, lagMs: 0 })
    return { atS: Math.floor(clock.nowMs() / 1_000), miner, doubtPercent }
  }

  /** What the miner does not lend is paid before. False where the payer cannot, or does not want to. */
  #payAhead({ offer, price }: JobCandidate): boolean {
    const counter = this.#counterOf(offer.miner)
    return this.#pay(offer.miner, voucherNeeded(counter, offer.body, price))
  }

  /** Pays for an answer. */
  #square({ offer, price }: JobCandidate): boolean {
    const counter = this.#counterOf(offer.miner)
    const due = credits(counter.due + price)
    this.#counters.set(offer.miner, { ...counter, due })
    return this.#pay(offer.miner, due)
  }

  /** @param total of all that was ever paid to this miner */
  #pay(miner: Address, total: Credits): boolean {
    const counter = this.#counterOf(miner)
    if (total <= counter.paid) return true
    const { chain, payer, plan } = this.#needs
    if (plan.conduct?.owes === true || !chain.pay(payer.address, miner, total - counter.paid)) return false
    this.#counters.set(miner, { ...counter, paid: total })
    return true
  }

  #counterOf(miner: Address): Counter {
    return this.#counters.get(miner) ?? { paid: credits(0), due: credits(0), reserved: credits(0) }
  }

  #toAudit({ choice, output }: Answered, { asked }: Wish): AuditedAnswer {
    const { input, sizeMilli } = asked
    return { miner: choice.offer.miner, price: choice.price, input, sizeMilli, output }
  }

  #twins() {
    return this.#candidates(classForBudget(this.plan.latencyMsMax)).map(({ offer, price, breaker }) => ({
      isTested: isTested(this.auditor.standingOf(offer.miner)),
      miner: offer.miner,
      owner: this.#needs.chain.ownerOf(offer.miner),
      network: undefined,
      kernelClasses: breaker === 'active' ? [KERNEL_CLASS] : [],
      price,
      isDoubted: this.auditor.standingOf(offer.miner) === 'doubted',
    }))
  }

  /** An ordinary job to who runs it: nothing tells it from another. */
  async #askAgain(miner: Address, { input, sizeMilli }: AuditedAnswer) {
    const latencyClass = classForBudget(this.plan.latencyMsMax)
    const choice = this.#candidates(latencyClass).find(({ offer }) => offer.miner === miner)
    if (choice === undefined) return undefined
    const said = await this.#attempt(choice, {
      latencyClass,
      asked: { latencyClass, sizeMilli, input, payer: this.#payer },
    })
    return said?.output === undefined || !this.#square(choice)
      ? undefined
      : { output: said.output, price: choice.price }
  }

  #shardOf(miner: Address) {
    const offer = this.book.offerOf(miner)
    return offer === undefined ? undefined : { region: offer.body.region, cardClass: offer.body.gpuClass }
  }

  #attemptId(): Hash32 {
    return toHex(this.node.random.bytes(32)) as Hash32
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
