/**
 * Runs a scenario to its end: directories, miners and clients on the virtual network, their money in a table, everything that they
 * draw from the scenario's seed.
 *
 * @example
 * const run = await runWorld(scenario, await createCrypto())
 * console.log(run.jobs.length, run.trace)
 */
import { createSecret, Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { networkPresets } from '../../node/network/network-preset.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, type Hash32, networkId, type PeerId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { peerIdOfPublicKey } from '../../protocols/statements/peer-id.ts'
import { type SigningDomain, signingDomain } from '../../protocols/statements/struct-hash.ts'
import { SeededRandom } from '../clock/seeded-random.ts'
import { type VirtualNode, VirtualWorld } from '../wire/virtual-world.ts'
import { checkScenario } from './check-scenario.ts'
import { cryptoOnce } from './crypto-once.ts'
import { Demand } from './demand.ts'
import type { JobRecord } from './job-record.ts'
import { Ledger } from './ledger.ts'
import { lineBetween, type Place } from './lines.ts'
import type { ClientPlan, MinerPlan, Resident, Scenario } from './scenario.ts'
import { ScoreTeller } from './score-teller.ts'
import { TraceHash } from './trace-hash.ts'
import { WorldChain } from './world-chain.ts'
import { WorldClient, type WorldSuspects } from './world-client.ts'
import { type WorldDirectory, worldDirectory } from './world-directory.ts'
import { WorldMiner } from './world-miner.ts'

const HOUR_MS = 3_600_000
/** Slower than any preset: what a scenario is about are minutes, and heartbeats are most of what passes in them. */
const HEARTBEAT_MS = 2_000
const NETWORK_ID = networkId('simulated-market')
const CHAIN_ID = 31_337n
/** Directories stand in data centres. */
const DIRECTORY_MILE_MS = 1
/** Directories that a miner tells its offer, and a client asks: those of its own region first. */
const DIRECTORIES_MAX = 3
/** What is under way when the scenario ends may end. */
const LAST_JOBS_MS = 30_000

export interface Run {
  readonly jobs: readonly JobRecord[]
  readonly ledger: Ledger
  /** Of every message on the wire and every job's end: the same for the same scenario and seed. */
  readonly trace: Hash32
  /** What each client, or each of these, thinks at the end of each of these miners of which it has a score, 0 to 100. */
  pointsOf(miners: ReadonlySet<string>, clients?: ReadonlySet<string>): readonly number[]
  /** What went wrong in a node by our own fault; none in a good run. */
  readonly bugs: readonly MeshError[]
}

/** @throws MeshError SCENARIO_INVALID; BUG where credits came into being or were lost */
export async function runWorld(scenario: Scenario, crypto: Crypto): Promise<Run> {
  checkScenario(scenario)
  return new MarketWorld(scenario, cryptoOnce(crypto)).run()
}

class MarketWorld {
  readonly #scenario: Scenario
  readonly #crypto: Crypto
  readonly #domain: SigningDomain
  readonly #places = new Map<PeerId, Place>()
  readonly #ledger = new Ledger()
  readonly #chain = new WorldChain(this.#ledger, (payer, miner, amount) =>
    this.#miners.get(miner)!.paid(payer, credits(amount)),
  )
  readonly #accounts = new Map<string, Secp256k1Signer>()
  readonly #trace: TraceHash
  readonly #world: VirtualWorld
  readonly #jobs: JobRecord[] = []
  readonly #bugs: MeshError[] = []
  readonly #directories: WorldDirectory[] = []
  readonly #miners = new Map<Address, WorldMiner>()
  readonly #clients: WorldClient[] = []
  readonly #ending: Disposable[] = []
  readonly #working = new Set<Promise<void>>()
  #startsAtMs = 0

  constructor(scenario: Scenario, crypto: Crypto) {
    const domain = signingDomain({ networkId: NETWORK_ID, chainId: CHAIN_ID }, crypto)
    this.#scenario = scenario
    this.#crypto = crypto
    this.#domain = domain
    this.#trace = new TraceHash(crypto)
    this.#world = new VirtualWorld({
      seed: `${scenario.name}/${scenario.seed}`,
      hasher: crypto,
      preset: { ...networkPresets.local, gossipHeartbeatMs: HEARTBEAT_MS },
      link: (a, b) => lineBetween(this.#places.get(a)!, this.#places.get(b)!),
      onWire: ({ atMs, kind, what, from, to, bytes }) => {
        this.#trace.add(`${atMs} ${kind} ${what} ${from} ${to} ${bytes}`)
      },
    })
  }

  async run(): Promise<Run> {
    const { clock } = this.#world
    const { hours } = this.#scenario
    await clock.until(this.#open())
    this.#startsAtMs = clock.monotonicMs()
    this.#planLater()
    for (const client of this.#clients) this.#demandOf(client)
    await clock.runUntil(this.#startsAtMs + hours * HOUR_MS)
    for (const each of this.#ending) each[Symbol.dispose]()
    this.#world.heal()
    await clock.until(Promise.all(this.#working), LAST_JOBS_MS)
    this.#ledger.assertConserved()
    return {
      jobs: this.#jobs,
      ledger: this.#ledger,
      trace: this.#trace.value,
      pointsOf: (miners, clients) => this.#pointsOf(miners, clients),
      bugs: this.#bugs,
    }
  }

  async #open(): Promise<void> {
    const { regions, directoriesPerRegion, miners, clients } = this.#scenario
    for (const { name } of regions) {
      for (let i = 0; i < directoriesPerRegion; i++) await this.#openDirectory(name)
    }
    for (const plan of miners) if (plan.fromHour === undefined) await this.#openMiner(plan)
    for (const plan of clients) if (plan.fromHour === undefined) await this.#openClient(plan)
  }

  async #openDirectory(region: string): Promise<void> {
    const plan = { name: `directory ${this.#directories.length}`, region, lastMileMs: DIRECTORY_MILE_MS }
    const { node } = this.#place(plan, true)
    const regions = this.#scenario.regions.map(({ name }) => name)
    const directory = worldDirectory(node, this.#domain, this.#crypto, region, regions, this.#chain)
    await directory.join(this.#directories.map(({ node: other }) => other))
    this.#directories.push(directory)
  }

  async #openMiner(plan: MinerPlan): Promise<void> {
    const { node, signer } = this.#place(plan, true)
    const miner = new WorldMiner({
      node,
      domain: this.#domain,
      crypto: this.#crypto,
      signer,
      plan,
      onFailure: (error) => void this.#bugs.push(asMeshError(error)),
    })
    this.#miners.set(miner.address, miner)
    this.#chain.bind(miner.address, this.#account(plan.owner ?? plan.name).address)
    await miner.join(this.#nearest(plan.region).slice(0, DIRECTORIES_MAX))
  }

  async #openClient(plan: ClientPlan): Promise<WorldClient> {
    const { node } = this.#place(plan, false)
    const name = plan.owner ?? plan.name
    const payer = this.#account(name)
    const directories = this.#nearest(plan.region)
    const paid = new Map<Address, number>()
    const nameOf = (miner: Address): string => this.#miners.get(miner)!.plan.name
    const shared = { node, domain: this.#domain, chain: this.#chain, payer, nameOf }
    const client = new WorldClient({
      ...shared,
      crypto: this.#crypto,
      plan,
      suspects: this.#suspects(),
      directories: directories.map(({ network }) => network.self),
      onJob: (job) => {
        if (job.price > 0n) paid.set(job.address!, (paid.get(job.address!) ?? 0) + 1)
        this.#ended(plan, job)
      },
    })
    const teller = new ScoreTeller({
      ...shared,
      region: plan.region,
      view: client.view,
      conduct: plan.conduct,
      paidJobs: (miner) => paid.get(miner) ?? 0,
      onFailure: (error) => void this.#bugs.push(asMeshError(error)),
    })
    this.#ledger.mint(name, plan.escrow)
    this.#clients.push(client)
    this.#ending.push(teller)
    await client.join(directories.slice(0, DIRECTORIES_MAX))
    teller.start()
    return client
  }

  /** Who pays or earns: an account of the ledger under a name, and a key that is known by its address. */
  #account(name: string): Secp256k1Signer {
    const known = this.#accounts.get(name)
    if (known !== undefined) return known
    const account = this.#keyOf(`account ${name}`)
    this.#accounts.set(name, account)
    this.#chain.open(account.address, name)
    return account
  }

  #suspects(): WorldSuspects {
    const { raters = [], miners = [] } = this.#scenario.suspects ?? {}
    return {
      raters: new Set(raters.map((name) => this.#account(name).address)),
      miners: new Set(miners.map((name) => this.#keyOf(name).address)),
    }
  }

  #keyOf(name: string): Secp256k1Signer {
    return new Secp256k1Signer(createSecret(new SeededRandom(`${this.#scenario.seed}/key of ${name}`)), this.#crypto)
  }

  /** A node whose key and name come of the seed. */
  #place(plan: Resident, listens: boolean): { readonly node: VirtualNode; readonly signer: Secp256k1Signer } {
    const { regions } = this.#scenario
    const signer = this.#keyOf(plan.name)
    const self = peerIdOfPublicKey(signer.publicKey)
    const region = regions.find(({ name }) => name === plan.region)!
    this.#places.set(self, { region, lastMileMs: plan.lastMileMs })
    const report = (error: MeshError): void => void this.#bugs.push(error)
    return { node: this.#world.node({ self, networkId: NETWORK_ID, listens, report }), signer }
  }

  /** Directories, those of the region first. */
  #nearest(region: string): readonly VirtualNode[] {
    return this.#directories
      .toSorted((a, b) => Number(b.region === region) - Number(a.region === region))
      .map(({ node }) => node)
  }

  #pointsOf(miners: ReadonlySet<string>, clients: ReadonlySet<string> | undefined): readonly number[] {
    const those = [...this.#miners.values()].filter(({ plan }) => miners.has(plan.name))
    const asked = this.#clients.filter(({ plan }) => clients === undefined || clients.has(plan.name))
    return asked.flatMap(({ view }) => those.flatMap(({ address }) => view.scoreOf(address).points ?? []))
  }

  #ended({ name }: ClientPlan, job: Omit<JobRecord, 'client' | 'miner'>): void {
    const served = job.address === undefined ? undefined : this.#miners.get(job.address)!
    if (served !== undefined && job.price > 0n) served.served++
    const miner = served?.plan.name
    this.#jobs.push({ ...job, client: name, miner, atMs: job.atMs - this.#startsAtMs })
    this.#trace.add(`${name} ${miner ?? '-'} ${job.price} ${job.tookMs} ${job.isRight}`)
  }

  #demandOf(client: WorldClient): void {
    const { clock } = this.#world
    const random = this.#world.random.fork(`demand of ${client.plan.name}`)
    const demand = new Demand(clock, random, client.plan.jobsPerHour, (size) => this.#track(client.want(size)))
    demand.start()
    this.#ending.push(demand)
  }

  /** Who joins later, and what breaks. */
  #planLater(): void {
    const { miners, clients, outages = [] } = this.#scenario
    for (const plan of miners) this.#at(plan.fromHour, () => this.#track(this.#openMiner(plan)))
    for (const plan of clients) {
      this.#at(plan.fromHour, () => this.#track(this.#openClient(plan).then((client) => this.#demandOf(client))))
    }
    for (const { region, fromHour, hours } of outages) {
      this.#at(fromHour, () => this.#world.partition(...this.#alone(region)))
      this.#at(fromHour + hours, () => this.#world.heal())
    }
  }

  /** Each machine of the region for itself. */
  #alone(region: string): readonly (readonly PeerId[])[] {
    return [...this.#places].filter(([, place]) => place.region.name === region).map(([peer]) => [peer])
  }

  #at(hour: number | undefined, call: () => void): void {
    if (hour !== undefined) this.#world.clock.after(hour * HOUR_MS, call)
  }

  /** What fails here is a bug: jobs that find nobody end as records, not as errors. */
  #track(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => void this.#bugs.push(asMeshError(error)))
      .then(() => void this.#working.delete(tracked))
    this.#working.add(tracked)
  }
}
