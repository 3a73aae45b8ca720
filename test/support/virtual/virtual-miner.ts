/**
 * A miner of the mesh on a virtual network: the real desks, boards and books, put together as the role does it. Only the engine and the
 * disk are stand-ins: an identity model that takes its time, and a journal in memory.
 */
import { OwnerStakes } from '../../../node/client/service-level/owner-stakes.ts'
import type { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { DirectorySync } from '../../../node/market/directory-sync.ts'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { WitnessBook } from '../../../node/market/witness-book.ts'
import type { DeskEvent } from '../../../node/work/desk-needs.ts'
import { JobDesk } from '../../../node/work/job-desk.ts'
import { LeaseDesk, type LeaseDeskEvent } from '../../../node/work/leasing/lease-desk.ts'
import { OfferBoard } from '../../../node/work/offer-board.ts'
import type { CounterTable } from '../../../node/work/paying/counter-table.ts'
import { minerBooks } from '../../../node/work/paying/miner-books.ts'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import { ServedModel, ServedModels } from '../../../node/work/served-models.ts'
import { type JudgedHere, WitnessedJobs } from '../../../node/work/service-level/witnessed-jobs.ts'
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import { leafHasherHere } from '../../../protocols/statements/leaf-hasher-here.ts'
import { peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import type { Terms } from '../../../protocols/statements/struct-types.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { answerSync } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { answerJob } from '../../../protocols/wire/job/job-handler.ts'
import type { JobRequest, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import { answerLease, leaseProtocol } from '../../../protocols/wire/lease/lease-protocol.ts'
import { cardHash } from '../../../protocols/wire/lease/lease-terms.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { answerTable, offerTableProtocol } from '../../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { answerPayment } from '../../../protocols/wire/payment/payment-handler.ts'
import { paymentProtocol } from '../../../protocols/wire/payment/payment-protocol.ts'
import { answerWitness, type WitnessDesk } from '../../../protocols/wire/witness/witness-handler.ts'
import { witnessProtocol } from '../../../protocols/wire/witness/witness-protocol.ts'
import type { VirtualNode, VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { IdentitySession } from '../engines/identity-session.ts'
import type { MemoryLeaseJournal } from '../memory-lease-journal.ts'
import { MemoryMinerJournal } from '../memory-miner-journal.ts'
import { crypto } from '../statement-vectors/cast.ts'
import { type LateHead, virtualChain } from './virtual-chain.ts'
import { GPU_CLASS, identityModel, marketDomain, NETWORK, REGION } from './virtual-market.ts'

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
  /** Hears of its desk too, after what stands in `events`. */
  readonly listener?: (event: DeskEvent) => void
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
  const { inputs, outputs, kernelClass } = session
  const table = { id: identityModel, name: 'identity', bytes: 100, base: credits(price), inputs, outputs, kernelClass }
  const seats = sessions.map((each, i) => new ModelSeat(crypto, cards[i]!, each))
  models.add(new ServedModel(table, seats))
  const topic = offerTopic(domain, new HighestSeen())
  const directory = new OfferDirectory(clock)
  const miner = signer.address
  const books = minerBooks({
    ...{ domain, signer, clock, chain, journal, escrow: ZERO_ADDRESS, onFailure },
    onVoucher: () => undefined,
    onSigned: () => undefined,
  })
  const { counters, batcher } = books
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
      onEvent: (event) => {
        events.push(event)
        options.listener?.(event)
      },
    },
    { jobsMax, inputBytesMax },
  )
  network.serve(
    offerTableProtocol,
    answerTable(() => models.table()),
  )
  network.serve(paymentProtocol, answerPayment(books.payments(board, desk), clock))
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
