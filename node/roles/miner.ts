/** The miner role: opens its models, answers jobs and payments, and stands by its offer. */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { OWN_FEATURES } from '../../protocols/kernel/features.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import type { SignedKeyCert } from '../../protocols/statements/key-cert.ts'
import { auditProtocol } from '../../protocols/wire/audit/audit-protocol.ts'
import { directoryProtocol } from '../../protocols/wire/directory/directory-protocol.ts'
import { syncProtocol } from '../../protocols/wire/directory-sync/sync-protocol.ts'
import { answerJob } from '../../protocols/wire/job/job-handler.ts'
import { jobProtocol } from '../../protocols/wire/job/job-protocol.ts'
import { leaseProtocol } from '../../protocols/wire/lease/lease-protocol.ts'
import { answerTable, offerTableProtocol } from '../../protocols/wire/offer/offer-table.ts'
import { answerPayment } from '../../protocols/wire/payment/payment-handler.ts'
import { paymentProtocol } from '../../protocols/wire/payment/payment-protocol.ts'
import { probeProtocol } from '../../protocols/wire/probe/probe-protocol.ts'
import { capabilitiesOf, capabilityKey, shardOf } from '../../protocols/wire/profile/capability-key.ts'
import { fitProfile } from '../../protocols/wire/profile/fit-profile.ts'
import { profileKey, profileSpace } from '../../protocols/wire/profile/profile.ts'
import type { ProfileBody } from '../../protocols/wire/profile/profile-body.ts'
import { witnessProtocol } from '../../protocols/wire/witness/witness-protocol.ts'
import { byOwner, Caretaker, type Holder } from '../care/caretaker.ts'
import type { PowerKeeper } from '../care/power/power-keeper.ts'
import { shownReason } from '../care/shown-holds.ts'
import { DeviceStates } from '../care/surroundings/device-states.ts'
import { DirectoryFinder } from '../client/find-directories.ts'
import type { OwnCoordinates } from '../client/own-coordinates.ts'
import type { EngineSeat } from '../engines/seat.ts'
import type { EventBus } from '../events/event-bus.ts'
import { cardByKey, cardLabel } from '../gpu/find-card.ts'
import { AskedWork } from '../market/asked-work.ts'
import { MarketPresence } from '../market/market-presence.ts'
import { ProfileBoard } from '../market/profile-board.ts'
import { SeenBy } from '../market/seen-by.ts'
import { PublishedClaims } from '../measure/published-claims.ts'
import { KeyAnnouncer } from '../network/key-announcer.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { PriceKeeper } from '../pricing/price-keeper.ts'
import { programVersion } from '../version.ts'
import { AttemptSpans } from '../work/attempt-spans.ts'
import type { AuditsTold } from '../work/auditing/audits-told.ts'
import { CardPauses } from '../work/card-pauses.ts'
import type { JobDeskNeeds } from '../work/desk-needs.ts'
import { JobDesk } from '../work/job-desk.ts'
import type { LeaseDesk } from '../work/leasing/lease-desk.ts'
import { minerBooks } from '../work/miner-books.ts'
import { OfferBoard } from '../work/offer-board.ts'
import { PauseSwitch } from '../work/pause-switch.ts'
import type { RedemptionDesk } from '../work/redemption/redemption-desk.ts'
import type { ServedModels } from '../work/served-models.ts'
import { ownTerms } from '../work/service-level/own-terms.ts'
import { serveAudits } from './auditing.ts'
import type { NodeCards } from './cards.ts'
import { type Care, startCare, type Watched } from './care.ts'
import type { Content } from './content.ts'
import { deskEvents } from './desk-events.ts'
import type { Foundation } from './foundation.ts'
import { serveLeases, startLeases } from './leases.ts'
import { type Line, type LineNeeds, startLine } from './line.ts'
import { startMeasuring } from './measuring.ts'
import { offeredCards } from './offered-cards.ts'
import { limitsOf, openModels } from './open-models.ts'
import { ownCertificate } from './own-certificate.ts'
import type { Parts } from './parts.ts'
import { startPower } from './power.ts'
import { startPricing } from './pricing.ts'
import { serveProbes } from './probing.ts'
import { type SetRedemption, startRedemptions } from './redemption.ts'
import type { Router } from './router.ts'
import { serveWitness, startWitnessedJobs } from './service-level.ts'
import type { NodeTransactions } from './transactions.ts'

/** What runs when the node stops may end within this. */
const DRAIN_MS_MAX = 10_000

export interface Miner {
  readonly operator: Address
  /** What models run on. */
  readonly seats: readonly EngineSeat[]
  readonly models: ServedModels
  readonly desk: JobDesk
  readonly board: OfferBoard
  readonly profile: ProfileBoard
  readonly seenBy: SeenBy
  /** `undefined` where the card is leased to nobody. */
  readonly leases: LeaseDesk | undefined
  /** What clients say that they found out about answers of this miner. */
  readonly auditsTold: AuditsTold
  /** Jobs that run when it is thrown go on. */
  readonly pause: PauseSwitch
  readonly cardPauses: CardPauses
  /** What holds work back, and the cards that are watched. */
  readonly care: Care
  /** `undefined` where its owner set no budget. */
  readonly power: PowerKeeper | undefined
  /** What it was asked for lately. */
  readonly asked: AskedWork
  /** What it asks, and how that moves. */
  readonly prices: PriceKeeper
  /** What is known of the line to others. */
  readonly line: Line
  /** `undefined` in a network without a chain. */
  readonly redemption: RedemptionDesk | undefined
  /** Of all contract sets under which vouchers are held, the current one first; none in a network without a chain. */
  readonly redemptions: readonly SetRedemption[]
}

/**
 * @param isTried a small inference decides first whether a seat's models may be offered
 * @throws MeshError MODEL_FILE, MODEL_REFUSED, ENGINE_*, DATA_FOLDER_RESTORED, KEY_FILE
 */
export async function startMiner(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  content: Content,
  router: Router,
  signer: Signer,
  transactions: NodeTransactions | undefined,
  cards: NodeCards,
  seats: readonly EngineSeat[],
  isTried: boolean,
  watched: Watched & Pick<LineNeeds, 'offerOf'> & { readonly coordinates: OwnCoordinates },
): Promise<Miner> {
  const { domain, clock, bus, chain, crypto, escrow, settings, network } = base
  const journal = base.journal.miner
  const trouble =
    (during: string) =>
    (error: Error): void =>
      bus.emit({ kind: 'trouble', during, error: asMeshError(error) })

  const models = await openModels(parts, base, content, seats, isTried)
  const offered = await offeredCards({ base, cards, models, seats })
  const books = minerBooks({
    ...{ domain, signer, clock, chain, journal, escrow },
    onVoucher: (counter, cumulative, raisedBy) =>
      bus.emit({ kind: 'voucher:accepted', counter, cumulative: credits(cumulative), raisedBy: credits(raisedBy) }),
    onSigned: (count) => bus.emit({ kind: 'receipt:signed', count }),
    onFailure: trouble('signing receipts'),
  })
  const { counters, batcher } = books
  const service = ownTerms(settings, network.parameters.stakeMin as Credits)
  const board = new OfferBoard(
    {
      network: mesh,
      domain,
      signer,
      clock,
      topic: router.topic,
      models,
      jobs: () => desk.jobs,
      coordinates: () => watched.coordinates.inOffer(),
      nextSequence: (nowMs) => journal.nextSequence('offer', nowMs),
      random: base.random,
      onPublished: (offer, peers) => {
        router.directory.put(offer)
        const { jobs, models: listed, paused } = offer.body
        const facts = { sequence: offer.head.sequence, models: listed.length, jobs, peers, paused: paused === 1 }
        bus.emit({ kind: 'offer:published', ...facts })
      },
      onFailure: trouble('publishing the offer'),
    },
    {
      region: settings.region,
      gpuClass: offered.gpuClass,
      jobsMax: settings.jobsMax,
      chunkCredits: network.parameters.chunkCredits as Credits,
      windowChunks: network.parameters.windowChunks,
      ...(service === undefined ? {} : { service }),
    },
  )
  const capabilities = await parts.start(
    'capability keys',
    () => new KeyAnnouncer({ network: mesh, onFailure: trouble('announcing what this miner can do') }),
  )
  // Who cannot be reached is of no use to who finds it.
  const isReachable = settings.listen.length > 0
  const announce = (): void => {
    if (!isReachable) return
    const shard = shardOf(crypto, mesh.self)
    const able = capabilitiesOf({ ...offered.used(), models: models.table().map(({ id }) => id) })
    capabilities.announce(able.map((capability) => capabilityKey(crypto, mesh.tag, capability, shard)))
  }
  const presence = new MarketPresence({
    offer: board,
    announce: (isOut) => (isOut ? capabilities.announce([]) : announce()),
    onFailure: (during, error) => trouble(during)(error),
  })
  const leases = await startLeases(parts, base, { signer, counters, batcher, board, presence })
  const witnessed = await startWitnessedJobs(parts, base, mesh, {
    signer,
    board,
    counters,
    router,
    grants: service !== undefined,
  })
  const devices = new DeviceStates(() => cards.facts())
  const tell = deskEvents(bus)
  const asked = new AskedWork(clock)
  await parts.start('counts of what is asked for', () => bus.listen(({ event }) => asked.note(event)))
  const spans = new AttemptSpans(clock, base.random, (span) => bus.emit({ kind: 'span:ended', ...span }))
  const desk: JobDesk = new JobDesk(
    {
      domain,
      signer,
      clock,
      leaves: base.leaves,
      journal,
      models,
      counters,
      batcher,
      board,
      ...(leases === undefined ? {} : { leases }),
      witnessed,
      head: () => base.head.head,
      headAgain: () => base.head.again(),
      care: () => caretaker.verdict,
      careOf: (card) => caretaker.verdictOf(card),
      deviceOf: (card) => devices.of(card),
      ...seatWork(bus, seats),
      onEvent: (event) => {
        tell(event)
        spans.take(event)
        if (event.kind === 'accepted' || event.kind === 'ended') board.loadChanged()
      },
    },
    { jobsMax: settings.jobsMax, inputBytesMax: settings.inputMemoryMax },
  )
  const caretaker: Caretaker = new Caretaker({
    clock,
    seats: offered.seats,
    withdraw: (isWithdrawn) => {
      // A card that rests serves no lessee either, and what is not delivered is not owed.
      leases?.rest(isWithdrawn)
      return presence.rest(isWithdrawn)
    },
    endRunning: (why, card) => {
      const reason = new MeshError('CARD_HOT', { why })
      if (card === undefined) desk.endAll(reason)
      else desk.endOn(card, reason)
    },
    onChange: ({ reasons, ...verdict }) => {
      const known = cards.cards().map(({ facts }) => facts)
      const shown = reasons.map((reason) => shownReason(reason, known))
      bus.emit({
        kind: 'care:changed',
        ...verdict,
        causes: shown.map(({ cause }) => cause),
        texts: shown.map(({ text }) => text),
        cards: shown.map(({ on }) => on ?? ''),
      })
    },
    onFailure: trouble('coming back to the market'),
  })
  const certificate = ownCertificate({
    domain,
    clock,
    dataFolder: base.folder.path,
    operator: signer.address,
    owner: settings.owner,
    onFault: trouble("showing the owner's certificate"),
  })
  const line = await startLine(parts, base, {
    mesh,
    offerOf: (miner) => router.directory.offerOf(miner) ?? watched.offerOf(miner),
    onChange: () => profile.changed(),
  })
  const published = new PublishedClaims()
  let described: readonly (string | undefined)[] = []
  const profile: ProfileBoard = new ProfileBoard({
    network: mesh,
    domain,
    signer,
    clock,
    describe: () => {
      described = offered.seatsInProfile()
      return fitProfile({
        ...certified(certificate()),
        region: settings.region,
        gpuClass: offered.gpuClass,
        gpus: offered.inProfile(),
        ...line.inProfile(),
        features: BigInt(OWN_FEATURES),
        programVersion: programVersion(),
        protocols: [
          jobProtocol,
          paymentProtocol,
          offerTableProtocol,
          directoryProtocol,
          syncProtocol,
          auditProtocol,
          ...(leases === undefined ? [] : [leaseProtocol]),
          ...(isTried && settings.probeSeconds > 0 ? [probeProtocol] : []),
          ...(settings.witness === 'on' ? [witnessProtocol] : []),
          ...content.protocols,
        ].map(({ name, major }) => ({
          name,
          major,
        })),
        roles: settings.roles,
      })
    },
    nextSequence: async (nowMs) => {
      const cards = described
      const sequence = await journal.nextSequence('profile', nowMs)
      published.note(sequence, cards)
      return sequence
    },
    onPublished: () => undefined,
    onFailure: trouble('publishing the profile'),
  })
  presence.bring(profile)

  // From here on in the order of need; they stop in reverse: first the offer, then the work, then what pays for it.
  await parts.start('offer table', () =>
    mesh.serve(
      offerTableProtocol,
      answerTable(() => models.explained()),
    ),
  )
  await serveWitness(parts, base, mesh, signer)
  await parts.start('payments', () => mesh.serve(paymentProtocol, answerPayment(books.payments(board, desk), clock)))
  await parts.start('receipts', () => batcher)
  const redemptions = transactions === undefined ? [] : await startRedemptions(parts, base, transactions)
  await parts.start('spans', () => spans)
  await parts.start('jobs', () => mesh.serve(jobProtocol, answerJob(desk)))
  if (leases !== undefined) await serveLeases(parts, mesh, leases)
  const auditsTold = await serveAudits(parts, base, mesh)
  await parts.start('work', () => ({ [Symbol.asyncDispose]: () => drain(desk, base) }))
  await askForOwnPast(base, mesh, signer)
  await cards.ready()
  // Before the offer, which at the end goes first: what holds work back is known when it is made.
  const care = await startCare(parts, base, caretaker, watched, (card) => desk.workEndedMs(card), devices)
  const prices = await startPricing(parts, base, {
    own: signer.address,
    ...{ models, board, desk, router, cards, seats },
  })
  const perWattMin = () => prices.perWattMin()
  const power = await startPower(parts, base, { ...watched, caretaker, care, seats: offered.seats, perWattMin })
  await parts.start('profile', async () => {
    await profile.start()
    return profile
  })
  await parts.start('offer', async () => {
    await board.start()
    return board
  })
  await parts.start('news of coordinates', () => {
    watched.coordinates.onChange = () => board.changed()
    return { [Symbol.dispose]: () => (watched.coordinates.onChange = () => undefined) }
  })
  presence.start()
  await parts.start('watch on the clock', () =>
    router.clock.listen((isStopped) => {
      board.hold(isStopped)
      profile.hold(isStopped)
    }),
  )
  const seenBy = await parts.start('seen by', () => seenByOf(base, mesh, board, signer.address))
  const pauseSwitch = (holder: Holder, card?: string): PauseSwitch =>
    new PauseSwitch({
      clock,
      apply: (state) => caretaker.hold(holder, state === undefined ? undefined : byOwner(state.untilMs)),
      onChange: (state) =>
        bus.emit({ kind: 'pause:changed', isPaused: state !== undefined, ...state, ...cardNamed(card) }),
      onFailure: trouble('coming back to the market'),
    })
  const cardNamed = (key: string | undefined): { readonly card?: string } => {
    const known = cards.cards().map(({ facts }) => facts)
    const card = key === undefined ? undefined : cardByKey(known, key)
    return card === undefined ? {} : { card: cardLabel(card) }
  }
  const pause = await parts.start('pause', () => pauseSwitch('owner'))
  const cardPauses = await parts.start(
    'pauses of cards',
    () => new CardPauses((card) => pauseSwitch(`owner/${card}`, card)),
  )
  if (isTried) {
    const refusal = () => (board.paused ? 'paused' : desk.jobs > 0 || leases?.isServing === true ? 'busy' : undefined)
    const limits = limitsOf(settings)
    const admits = (card: string): boolean => caretaker.verdictOf(card).admits
    await serveProbes(parts, base, mesh, { seats, published, limits, refusal, admits, jobs: () => desk.jobs })
    await startMeasuring(parts, base, {
      seats,
      limits,
      admits,
      isIdle: () => refusal() === undefined,
      onMeasured: () => profile.changed(),
    })
  }
  await parts.start('news of cards', () =>
    cards.listen(() => {
      caretaker.seatsChanged()
      profile.changed()
      presence.changed()
    }),
  )
  const redemption = redemptions[0]?.desk
  return {
    operator: signer.address,
    seats,
    models,
    desk,
    board,
    profile,
    seenBy,
    leases,
    auditsTold,
    pause,
    cardPauses,
    care,
    power,
    prices,
    asked,
    line,
    redemption,
    redemptions,
  }
}

/** Told of simulated cards alone, which are warmed by it: others are busy far too often. */
const seatWork = (bus: EventBus, seats: readonly EngineSeat[]): Pick<JobDeskNeeds, 'onSeatWork'> =>
  seats.some(({ facts }) => facts.simulated === true)
    ? { onSeatWork: (card, isBusy) => bus.emit({ kind: 'seat:work', card, isBusy }) }
    : {}

const certified = (certificate: SignedKeyCert | undefined): Pick<ProfileBody, 'certificate'> =>
  certificate === undefined ? {} : { certificate }

function seenByOf(
  { clock, random, crypto, settings }: Foundation,
  mesh: Libp2pNetwork,
  board: OfferBoard,
  miner: Address,
) {
  return new SeenBy({
    network: mesh,
    directories: new DirectoryFinder(mesh, clock, crypto, settings.region),
    clock,
    random,
    miner,
    published: () => board.published(),
    networkOf: (peer) => mesh.networkOf(peer),
  })
}

/** Others may remember more of this key than this folder does: then it is a copy, or a backup, and must not sign. */
async function askForOwnPast(base: Foundation, mesh: Libp2pNetwork, signer: Signer): Promise<void> {
  const known = await mesh.getRecord(profileSpace(base.domain), profileKey(signer.address)).catch(() => undefined)
  if (known === undefined) return
  await base.journal.checkAgainst(known.sequence)
}

async function drain(desk: JobDesk, { clock, bus }: Foundation): Promise<void> {
  const late = clock.after(DRAIN_MS_MAX, () => desk.cancelAll(new MeshError('CANCELLED')))
  try {
    await desk.drain()
  } catch (error) {
    bus.emit({ kind: 'trouble', during: 'ending the last jobs', error: asMeshError(error) })
  } finally {
    late.cancel()
    desk[Symbol.dispose]()
  }
}
