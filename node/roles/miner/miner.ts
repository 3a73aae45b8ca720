/** The miner role: opens its models, answers jobs and payments, and stands by its offer. Its parts are put together in `miner/`. */
import type { Address } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { answerJob } from '../../../protocols/wire/job/job-handler.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import { answerTable, offerTableProtocol } from '../../../protocols/wire/offer/offer-table.ts'
import { answerPayment } from '../../../protocols/wire/payment/payment-handler.ts'
import { paymentProtocol } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { Caretaker } from '../../care/caretaker.ts'
import type { PowerKeeper } from '../../care/power/power-keeper.ts'
import { DeviceStates } from '../../care/surroundings/device-states.ts'
import type { OwnCoordinates } from '../../client/finding/own-coordinates.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import { AskedWork } from '../../market/asked-work.ts'
import type { ProfileBoard } from '../../market/profile-board.ts'
import type { SeenBy } from '../../market/seen-by.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { PriceKeeper } from '../../pricing/price-keeper.ts'
import { AttemptSpans } from '../../work/attempt-spans.ts'
import type { AuditsTold } from '../../work/auditing/audits-told.ts'
import type { JobDesk } from '../../work/job-desk.ts'
import type { LeaseDesk } from '../../work/leasing/lease-desk.ts'
import type { OfferBoard } from '../../work/offer-board.ts'
import { minerBooks } from '../../work/paying/miner-books.ts'
import type { RedemptionDesk } from '../../work/redemption/redemption-desk.ts'
import type { ServedModels } from '../../work/served-models.ts'
import { ownTerms } from '../../work/service-level/own-terms.ts'
import type { NodeTransactions } from '../chain/transactions.ts'
import { serveAudits } from '../client/auditing.ts'
import type { Foundation } from '../foundation.ts'
import type { Content } from '../network/content.ts'
import type { Router } from '../network/router.ts'
import type { Parts } from '../parts.ts'
import { serveWitness, startWitnessedJobs } from '../service-level.ts'
import type { NodeCards } from './cards.ts'
import { type Care, startCare, type Watched } from './care.ts'
import { minerCaretaker } from './caretaker.ts'
import { openDesk, workOf } from './desk.ts'
import { serveLeases, startLeases } from './leases.ts'
import { type Line, type LineNeeds, startLine } from './line.ts'
import { startMeasuring } from './measuring.ts'
import { openOffer, seenByDirectories } from './offer.ts'
import { offeredCards } from './offered-cards.ts'
import { limitsOf, openModels } from './open-models.ts'
import { type Pauses, startPauses } from './pauses.ts'
import { startPower } from './power.ts'
import { startPresence } from './presence.ts'
import { startPricing } from './pricing.ts'
import { serveProbes } from './probes.ts'
import { askForOwnPast, openProfile } from './profile.ts'
import { type SetRedemption, startRedemptions } from './redemption.ts'

export interface Miner extends Pauses {
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

export interface MinerNeeds extends Watched, Pick<LineNeeds, 'mesh' | 'offerOf'> {
  readonly mesh: Libp2pNetwork
  readonly content: Content
  readonly router: Router
  /** The operator's. */
  readonly signer: Signer
  /** `undefined` in a network without a chain. */
  readonly transactions: NodeTransactions | undefined
  readonly cards: NodeCards
  readonly seats: readonly EngineSeat[]
  /** A small inference decides first whether a seat's models may be offered. */
  readonly isTried: boolean
  readonly coordinates: OwnCoordinates
}

/** @throws MeshError MODEL_FILE, MODEL_REFUSED, ENGINE_*, DATA_FOLDER_RESTORED, KEY_FILE */
export async function startMiner(parts: Parts, base: Foundation, needs: MinerNeeds): Promise<Miner> {
  const { domain, clock, bus, chain, escrow, settings, network } = base
  const { mesh, content, router, signer, transactions, cards, seats, isTried, coordinates } = needs
  const models = await openModels(parts, base, content, seats, isTried)
  const offered = await offeredCards({ base, cards, models, seats })
  const books = minerBooks({
    ...{ domain, signer, clock, chain, journal: base.journal.miner, escrow },
    onVoucher: (counter, cumulative, raisedBy) =>
      bus.emit({ kind: 'voucher:accepted', counter, cumulative: credits(cumulative), raisedBy: credits(raisedBy) }),
    onSigned: (count) => bus.emit({ kind: 'receipt:signed', count }),
    onFailure: bus.trouble('signing receipts'),
  })
  const { counters, batcher } = books
  const service = ownTerms(settings, network.parameters.stakeMin as Credits)
  const board = openOffer(base, {
    ...{ mesh, signer, router, models, service, gpuClass: offered.gpuClass },
    jobs: () => desk.jobs,
    coordinates: () => coordinates.inOffer(),
  })
  const presence = await startPresence(parts, base, mesh, { board, offered, models })
  const leases = await startLeases(parts, base, { signer, counters, batcher, board, presence })
  const grants = service !== undefined
  const witnessed = await startWitnessedJobs(parts, base, mesh, { signer, board, counters, router, grants })
  const devices = new DeviceStates(() => cards.facts())
  const asked = new AskedWork(clock)
  await parts.start('counts of what is asked for', () => bus.listen(({ event }) => asked.note(event)))
  const spans = new AttemptSpans(clock, base.random, (span) => bus.emit({ kind: 'span:ended', ...span }))
  const desk: JobDesk = openDesk(base, {
    ...{ signer, models, counters, batcher, board, leases, witnessed, seats, spans },
    care: () => caretaker.verdict,
    careOf: (card) => caretaker.verdictOf(card),
    deviceOf: (card) => devices.of(card),
  })
  const caretaker: Caretaker = minerCaretaker(base, { cards, seats: offered.seats, desk, leases, presence })
  const line = await startLine(parts, base, {
    mesh,
    offerOf: (miner) => router.directory.offerOf(miner) ?? needs.offerOf(miner),
    onChange: () => profile.changed(),
  })
  const isProbed = isTried && settings.probeSeconds > 0
  const { profile, published } = openProfile(base, {
    ...{ mesh, signer, offered, line, content, isProbed },
    leases: leases !== undefined,
  })
  presence.bring(profile)

  // From here on in the order of need; they stop in reverse: first the offer, then the work, then what pays for it.
  const table = answerTable(() => models.explained())
  await parts.start('offer table', () => mesh.serve(offerTableProtocol, table))
  await serveWitness(parts, base, mesh, signer)
  await parts.start('payments', () => mesh.serve(paymentProtocol, answerPayment(books.payments(board, desk), clock)))
  await parts.start('receipts', () => batcher)
  const redemptions = transactions === undefined ? [] : await startRedemptions(parts, base, transactions)
  await parts.start('spans', () => spans)
  await parts.start('jobs', () => mesh.serve(jobProtocol, answerJob(desk)))
  if (leases !== undefined) await serveLeases(parts, mesh, leases)
  const auditsTold = await serveAudits(parts, base, mesh)
  await parts.start('work', () => workOf(desk, base))
  await askForOwnPast(base, mesh, signer, parts.signal)
  await cards.ready()
  // Before the offer, which at the end goes first: what holds work back is known when it is made.
  const care = await startCare(parts, base, caretaker, needs, (card) => desk.workEndedMs(card), devices)
  const prices = await startPricing(parts, base, {
    own: signer.address,
    ...{ models, board, desk, router, cards, seats },
  })
  const perWattMin = () => prices.perWattMin()
  const { timeScale } = needs
  const power = await startPower(parts, base, { cards, timeScale, caretaker, care, seats: offered.seats, perWattMin })
  await parts.start('profile', async () => {
    await profile.start()
    return profile
  })
  await parts.start('offer', async () => {
    await board.start()
    return board
  })
  await parts.start('news of coordinates', () => {
    coordinates.onChange = () => board.changed()
    return { [Symbol.dispose]: () => (coordinates.onChange = () => undefined) }
  })
  presence.start()
  await parts.start('watch on the clock', () =>
    router.clock.listen((isStopped) => {
      board.hold(isStopped)
      profile.hold(isStopped)
    }),
  )
  const seenBy = await parts.start('seen by', () => seenByDirectories(base, mesh, board, signer.address))
  const pauses = await startPauses(parts, base, caretaker, cards)
  if (isTried) {
    const refusal = () => (board.paused ? 'paused' : desk.jobs > 0 || leases?.isServing === true ? 'busy' : undefined)
    const limits = limitsOf(settings)
    const admits = (card: string): boolean => caretaker.verdictOf(card).admits
    await serveProbes(parts, base, mesh, { seats, published, limits, refusal, admits, jobs: () => desk.jobs })
    const isIdle = () => refusal() === undefined
    await startMeasuring(parts, base, { seats, limits, admits, isIdle, onMeasured: () => profile.changed() })
  }
  await parts.start('news of cards', () =>
    cards.listen(() => {
      caretaker.seatsChanged()
      profile.changed()
      presence.changed()
    }),
  )
  return {
    ...{ operator: signer.address, seats, models, desk, board, profile, seenBy, leases, auditsTold },
    ...{ ...pauses, care, power, prices, asked, line, redemption: redemptions[0]?.desk, redemptions },
  }
}
