/**
 * Miners and clients of the mesh on a virtual network: the real desks, boards, books and clients, put together as the roles
 * do it. Only the engine and the disk are stand-ins: an identity model that takes its time, and a journal in memory.
 */

import { type ClientJournal, memoryJournal } from '../../node/client/client-journal.ts'
import type { Draw } from '../../node/client/job-candidate.ts'
import type { LesseeJournal } from '../../node/client/lessee-journal.ts'
import { type ClientEvent, MeshClient } from '../../node/client/mesh-client.ts'
import type { MinerWatch } from '../../node/client/miner-watch.ts'
import { type Purse, purse } from '../../node/client/purse.ts'
import { OwnerStakes } from '../../node/client/service-level/owner-stakes.ts'
import type { EngineSession, RunOptions, RunResult } from '../../node/engines/engine.ts'
import { createSecret, Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { DirectorySync } from '../../node/market/directory-sync.ts'
import { OfferDirectory } from '../../node/market/offer-directory.ts'
import { WitnessBook } from '../../node/market/witness-book.ts'
import { CounterTable } from '../../node/work/counter-table.ts'
import type { DeskEvent } from '../../node/work/desk-needs.ts'
import { JobDesk } from '../../node/work/job-desk.ts'
import { LeaseDesk, type LeaseDeskEvent } from '../../node/work/leasing/lease-desk.ts'
import { ModelSeat } from '../../node/work/model-seat.ts'
import { OfferBoard } from '../../node/work/offer-board.ts'
import { paymentDesk } from '../../node/work/payment-desk.ts'
import { ReceiptBatcher } from '../../node/work/receipt-batcher.ts'
import { ServedModel, ServedModels } from '../../node/work/served-models.ts'
import { type JudgedHere, WitnessedJobs } from '../../node/work/service-level/witnessed-jobs.ts'
import { abortError, asMeshError, type MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { type Address, type ModelId, type NetworkId, ZERO_ADDRESS, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { ChainHead, ChainView, Clock } from '../../protocols/kernel/ports.ts'
import type { Handler } from '../../protocols/kernel/protocol.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { leafHasherHere } from '../../protocols/statements/leaf-hasher-here.ts'
import { peerIdOfPublicKey } from '../../protocols/statements/peer-id.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import { type SigningDomain, signingDomain } from '../../protocols/statements/struct-hash.ts'
import type { Terms } from '../../protocols/statements/struct-types.ts'
import { directoryKey } from '../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, directoryProtocol } from '../../protocols/wire/directory/directory-protocol.ts'
import { answerSync } from '../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../protocols/wire/directory-sync/sync-protocol.ts'
import { answerJob } from '../../protocols/wire/job/job-handler.ts'
import type { JobRequest, JobResponse } from '../../protocols/wire/job/job-messages.ts'
import { jobProtocol } from '../../protocols/wire/job/job-protocol.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { answerLease, leaseProtocol } from '../../protocols/wire/lease/lease-protocol.ts'
import { cardHash } from '../../protocols/wire/lease/lease-terms.ts'
import { offerShard } from '../../protocols/wire/offer/offer-body.ts'
import { answerTable, offerTableProtocol } from '../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import { answerPayment } from '../../protocols/wire/payment/payment-handler.ts'
import { paymentProtocol } from '../../protocols/wire/payment/payment-protocol.ts'
import { answerWitness, type WitnessDesk } from '../../protocols/wire/witness/witness-handler.ts'
import { witnessProtocol } from '../../protocols/wire/witness/witness-protocol.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import type { VirtualNode, VirtualWorld } from '../../simulations/wire/virtual-world.ts'
import type { MemoryLeaseJournal } from './memory-lease-journal.ts'
import { MemoryMinerJournal } from './memory-miner-journal.ts'
import { crypto } from './statement-vectors/cast.ts'

export const REGION = 'eu-west'
export const GPU_CLASS = 'cpu'
export const NETWORK = 'virtual' as NetworkId
export const marketDomain: SigningDomain = signingDomain({ networkId: NETWORK, chainId: 31_337n }, crypto)
/** What every payer has. */
const ESCROW_CREDITS = credits(1_000_000_000)
const BLOCK_SECONDS = 12
const X = { name: 'x', type: 'float32', dims: ['n'] } as const
const Y = { ...X, name: 'y' }

/** A key that depends on the seed and the name alone. */
export const signerOf = (seed: string, name: string): Secp256k1Signer =>
  new Secp256k1Signer(createSecret(new SeededRandom(`${seed}/key of ${name}`)), crypto)

export const identityModel: ModelId = modelIdOf(crypto.sha256(new TextEncoder().encode('identity')))

/** Everybody's view of the chain: blocks come by the clock, and all accounts are full. */
export const virtualChain = (clock: Clock): ChainView & { readonly now: () => ChainHead } => {
  const now = (): ChainHead => {
    const blockNumber = BigInt(Math.floor(clock.nowMs() / 1_000 / BLOCK_SECONDS))
    return { blockNumber, blockTime: blockNumber * BigInt(BLOCK_SECONDS), blockHash: ZERO_HASH }
  }
  return {
    settles: false,
    now,
    head: async () => now(),
    assuranceOf: async () => ({ assured: ESCROW_CREDITS, claimed: credits(0), spent: credits(0), payer: 'good' }),
    spentBy: async () => credits(0),
    standingOf: async (operator: Address) => ({ owner: operator, isActive: true, stake: ESCROW_CREDITS }),
  }
}

/** The head of a node that has not found the chain back since it was away; asked again, it has. */
export class LateHead {
  readonly #now: () => ChainHead
  readonly #lateSeconds: bigint
  #isBack = false
  /** How often it was asked again. */
  asked = 0

  constructor(clock: Clock, lateSeconds: bigint) {
    this.#now = virtualChain(clock).now
    this.#lateSeconds = lateSeconds
  }

  readonly head = (): ChainHead => {
    const { blockTime, ...head } = this.#now()
    return { ...head, blockTime: this.#isBack ? blockTime : blockTime - this.#lateSeconds }
  }

  readonly headAgain = async (): Promise<ChainHead> => {
    this.asked++
    this.#isBack = true
    return this.head()
  }
}

/** Answers with its input after `serviceMs`, one run after the other. */
export class IdentitySession implements EngineSession {
  readonly inputs = [X]
  readonly outputs = [Y]
  readonly kernelClass: string
  readonly state = 'ready'
  runs = 0
  readonly #clock: Clock
  readonly #serviceMs: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock, serviceMs: number, card = 'none') {
    this.#clock = clock
    this.#serviceMs = serviceMs
    this.kernelClass = `identity/1/virtual/fp32/${card}`
  }

  run(inputs: readonly Tensor[], { signal }: RunOptions = {}): Promise<RunResult> {
    const askedAtMs = this.#clock.monotonicMs()
    const result = this.#last.then(async () => {
      throwIfAborted(signal)
      this.runs++
      const waitedUs = (this.#clock.monotonicMs() - askedAtMs) * 1_000
      await this.#compute(signal)
      return { outputs: [{ ...inputs[0]!, name: 'y' }], computedUs: this.#serviceMs * 1_000, waitedUs }
    })
    this.#last = result.catch(() => undefined)
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #compute(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#serviceMs, resolve)
      const onAbort = (): void => {
        timer.cancel()
        reject(abortError(signal!))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}

export interface VirtualMinerOptions {
  readonly world: VirtualWorld
  readonly signer: Secp256k1Signer
  readonly price: bigint
  readonly serviceMs: number
  readonly jobsMax?: number
  /** Families of the cards that it runs models on, each its card's key too; one unless said. */
  readonly cards?: readonly string[]
  /** What care says of one of them. */
  readonly careOf?: (card: string) => CareVerdict
  /** Of all jobs that are here at once. */
  readonly inputBytesMax?: number
  /** Of an earlier life of this miner. */
  readonly journal?: MemoryMinerJournal
  /** Brings its directory together with others, as a full node does. */
  readonly syncs?: boolean
  /** It leases its card. */
  readonly leasing?: { readonly pricePerHour: bigint; readonly journal: MemoryLeaseJournal }
  /** Instead of the newest one. */
  readonly head?: LateHead
  /** What it grants to jobs that are witnessed. */
  readonly service?: Terms
  /** Another witness than the honest one that every miner is, or none. */
  readonly witness?: (book: WitnessBook) => WitnessDesk | undefined
  /** Between its desk and the wire: for a miner that does not keep to its terms. */
  readonly jobs?: (handler: Handler<JobRequest, JobResponse>) => Handler<JobRequest, JobResponse>
}

export interface VirtualMiner {
  readonly address: Address
  readonly node: VirtualNode
  readonly journal: MemoryMinerJournal
  readonly counters: CounterTable
  readonly session: IdentitySession
  readonly desk: JobDesk
  readonly board: OfferBoard
  readonly leases: LeaseDesk | undefined
  readonly leaseEvents: readonly LeaseDeskEvent[]
  readonly directory: OfferDirectory
  readonly events: readonly DeskEvent[]
  /** Of its witnessed jobs. */
  readonly judged: readonly JudgedHere[]
  readonly failures: readonly MeshError[]
  /** Connects, announces its directory and publishes its offer. */
  join(doors: readonly VirtualNode[]): Promise<void>
  /** As a node that stops: takes nothing new, ends what runs, signs what is due. */
  stop(): Promise<void>
}

export function virtualMiner(options: VirtualMinerOptions): VirtualMiner {
  const {
    world,
    signer,
    price,
    serviceMs,
    jobsMax = 16,
    inputBytesMax = 2 ** 26,
    journal = new MemoryMinerJournal(),
    cards = ['none'],
    careOf,
  } = options
  const node = world.node({ self: peerIdOfPublicKey(signer.publicKey), networkId: NETWORK })
  const { network, clock } = node
  const domain = marketDomain
  const chain = virtualChain(clock)
  const events: DeskEvent[] = []
  const failures: MeshError[] = []
  const onFailure = (error: Error): void => void failures.push(asMeshError(error))
  const sessions = cards.map((card) => new IdentitySession(clock, serviceMs, card))
  const [session] = sessions as [IdentitySession]
  const models = new ServedModels()
  const table = { id: identityModel, name: 'identity', bytes: 100, base: credits(price), inputs: [X], outputs: [Y] }
  const seats = sessions.map((each, i) => new ModelSeat(crypto, cards[i]!, each))
  models.add(new ServedModel({ ...table, kernelClass: session.kernelClass }, seats))
  const topic = offerTopic(domain, new HighestSeen())
  const directory = new OfferDirectory(clock)
  const miner = signer.address
  const counters = new CounterTable({
    domain,
    clock,
    chain,
    journal,
    miner,
    escrow: ZERO_ADDRESS,
    onVoucher: () => undefined,
  })
  const batcher = new ReceiptBatcher({
    domain,
    signer,
    clock,
    journal,
    onSigned: (counter, receipts) => {
      for (const follow of counters.get(counter)?.followers ?? []) follow(receipts)
    },
    onFailure,
  })
  const board = new OfferBoard(
    {
      network,
      domain,
      signer,
      clock,
      topic,
      models,
      jobs: () => desk.jobs,
      nextSequence: (nowMs) => journal.nextSequence('offer', nowMs),
      onPublished: (offer) => directory.put(offer),
      onFailure,
      random: node.random,
    },
    {
      region: REGION,
      gpuClass: GPU_CLASS,
      jobsMax,
      chunkCredits: credits(price * 4n),
      windowChunks: 4,
      ...(options.service === undefined ? {} : { service: options.service }),
    },
  )
  const leaseEvents: LeaseDeskEvent[] = []
  const { leasing } = options
  const leases =
    leasing === undefined
      ? undefined
      : new LeaseDesk(
          {
            ...{ domain, signer, clock, counters, batcher, journal, leases: leasing.journal, onFailure },
            head: chain.now,
            paused: () => board.paused,
            onEvent: (event) => {
              leaseEvents.push(event)
              if (event.kind === 'serving') board.lease(event.lease !== undefined).catch(onFailure)
            },
          },
          {
            card: cardHash(crypto, miner, 'machine'),
            pricePerHour: credits(leasing.pricePerHour),
            chunkCredits: credits(price * 4n),
          },
        )
  const judged: JudgedHere[] = []
  const witnessed = new WitnessedJobs({
    ...{ network, domain, signer, clock, board, onFailure },
    stakes: new OwnerStakes({ standingOf: chain.standingOf, clock }),
    operators: () => [...directory.live()].map(({ offer }) => ({ operator: offer.miner, peer: offer.peer })),
    letOff: (counter, amount) => counters.letOff(counter, amount),
    onJudged: (verdict) => judged.push(verdict),
  })
  const desk: JobDesk = new JobDesk(
    {
      domain,
      signer,
      clock,
      leaves: leafHasherHere(domain.crypto, clock),
      journal,
      models,
      counters,
      batcher,
      board,
      ...(leases === undefined ? {} : { leases }),
      witnessed,
      head: options.head?.head ?? chain.now,
      ...(careOf === undefined ? {} : { careOf }),
      ...(options.head === undefined ? {} : { headAgain: options.head.headAgain }),
      onEvent: (e) => events.push(e),
    },
    { jobsMax, inputBytesMax },
  )
  const payments = paymentDesk({
    domain,
    signer,
    counters,
    journal,
    terms: () => board.terms,
    isPending: (attempt) => desk.isPending(attempt) || batcher.holds(attempt),
  })
  network.serve(
    offerTableProtocol,
    answerTable(() => models.table()),
  )
  network.serve(paymentProtocol, answerPayment(payments, clock))
  const { jobs = (handler) => handler, witness = (book) => book } = options
  network.serve(jobProtocol, jobs(answerJob(desk)))
  const stamps = witness(new WitnessBook({ domain, signer, clock }))
  if (stamps !== undefined) network.serve(witnessProtocol, answerWitness(stamps))
  if (leases !== undefined) network.serve(leaseProtocol, answerLease(leases))
  network.subscribe(topic, offerShard({ region: REGION, gpuClass: GPU_CLASS }), (offer) => directory.put(offer))
  network.serve(
    directoryProtocol,
    answerDirectory((query) => directory.find(query)),
  )
  const sync = new DirectorySync({
    network,
    domain,
    clock,
    random: node.random,
    region: REGION,
    directory,
    onSynced: () => undefined,
    // Others come and go.
    onFailure: () => undefined,
  })
  if (options.syncs === true) network.serve(syncProtocol, answerSync(sync))
  return {
    address: signer.address,
    node,
    journal,
    counters,
    session,
    desk,
    board,
    leases,
    leaseEvents,
    directory,
    events,
    judged,
    failures,
    async join(doors) {
      for (const door of doors) await network.connect(door.network.self, door.network.addresses())
      await network.provide(directoryKey(crypto, network.tag, REGION))
      await board.start()
      if (options.syncs === true) sync.start()
      if (options.service !== undefined) witnessed.start()
    },
    async stop() {
      await sync[Symbol.asyncDispose]()
      await leases?.[Symbol.asyncDispose]()
      await board[Symbol.asyncDispose]()
      await desk.drain()
      desk[Symbol.dispose]()
      witnessed[Symbol.dispose]()
      await batcher[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    },
  }
}

export interface VirtualClient {
  readonly client: MeshClient
  readonly node: VirtualNode
  readonly payer: Address
  readonly journal: ClientJournal
  readonly events: readonly ClientEvent[]
  /** Client and node. */
  stop(): Promise<void>
}

/** A light peer: it only dials, and its session key is its payer. */
export const virtualClient = (
  world: VirtualWorld,
  session: Secp256k1Signer,
  priceMax: Credits,
  head?: LateHead,
): VirtualClient => virtualClientWith(world, purse(marketDomain, ZERO_ADDRESS, session), priceMax, head)

export function virtualClientWith(
  world: VirtualWorld,
  keys: Purse,
  priceMax: Credits,
  late?: LateHead,
  kept: {
    readonly journal?: ClientJournal
    readonly lessee?: LesseeJournal
    readonly watch?: MinerWatch
    readonly draw?: Draw
  } = {},
): VirtualClient {
  const node = world.node({ listens: false, networkId: NETWORK })
  const { network, clock, random } = node
  const chain = virtualChain(clock)
  const { journal = memoryJournal(), lessee, watch, draw } = kept
  const events: ClientEvent[] = []
  const client = new MeshClient({
    network,
    domain: marketDomain,
    clock,
    random,
    leaves: leafHasherHere(marketDomain.crypto, clock),
    journal,
    ...(lessee === undefined ? {} : { lessee }),
    ...(watch === undefined ? {} : { watch }),
    ...(draw === undefined ? {} : { draw }),
    purse: keys,
    region: REGION,
    head: late?.head ?? chain.now,
    ...(late === undefined ? {} : { headAgain: late.headAgain }),
    priceMax,
    standingOf: chain.standingOf,
    onEvent: (event) => events.push(event),
  })
  return {
    client,
    node,
    payer: keys.payer,
    journal,
    events,
    async stop() {
      await client[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    },
  }
}
