/** What this client knows of miners: their live offers, their tables, and how they served us. */
import type { ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { BreakerWord, CandidateScore, DistanceHint, Reach } from '../../../protocols/rules/routing/candidate.ts'
import { isNewcomer } from '../../../protocols/rules/routing/choose-miner.ts'
import {
  afterEvent,
  type Breaker,
  type BreakerEvent,
  breakerWord,
  WHOLE,
} from '../../../protocols/rules/routing/circuit-breaker.ts'
import { type Offer, offeredDigest } from '../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'
import type { TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import { type MinerWatch, noWatch } from '../miner-watch.ts'
import { QuickestAnswers } from './quickest-answers.ts'
import { RoundTrips } from './round-trips.ts'

/** Miners that one client weighs; the longest unheard of goes first. */
const MINERS_MAX = 4_096
/** Tables kept by hash: a few per miner at most, and most miners of one kind share none. */
const TABLES_MAX = 512
/** Weight of the newest measurement. */
const NEWEST = 0.3
/** A failure is half forgotten after this. */
const FAILURE_HALF_LIFE_MS = 60_000
/** A card that ended its work for heat has cooled no sooner; until then it counts as one failure, and then as none. */
const REST_MS = 60_000

export interface MinerNotes {
  readonly offer: Offer
  readonly heardAtMs: number
  readonly rttMs: number | undefined
  readonly serviceMs: number | undefined
  /** No answer of it came sooner, of the latest. */
  readonly quickestMs?: number
  /** Counts where no round trip is measured. */
  readonly distance?: DistanceHint
  /** Decayed count. */
  readonly failures: number
  /** 1 unless its claims were found to be false. */
  readonly claimFactor: number
  /** 1 unless audits found its answers to be wrong. */
  readonly auditFactor?: number
  readonly score?: CandidateScore
  readonly isUntested?: boolean
  readonly reach?: Reach
  readonly breaker?: BreakerWord
  readonly group?: string
  /** We lease its card: its jobs are paid for. */
  readonly isLeased: boolean
}

export interface Measured {
  readonly rttMs?: number
  readonly serviceMs?: number
  readonly atLeastMs?: number
  readonly tookMs?: number
}

/** Errors that the miner's own bytes prove: no bad luck makes them. */
const GRAVE: ReadonlySet<ErrorCode> = new Set(['WRONG_SIGNER', 'OUTPUT_MISMATCH', 'OVERPRICED', 'WRONG_JOB'] as const)

interface Notes {
  breaker: Breaker
  offer: Offer
  heardAtMs: number
  readonly roundTrips: RoundTrips
  readonly answers: QuickestAnswers
  serviceMs: number | undefined
  failures: number
  failedAtMs: number
  restsUntilMs: number
}

export class OfferBook {
  readonly #clock: Clock
  readonly #watch: MinerWatch
  readonly #miners = new Map<Address, Notes>()
  readonly #tables = new Map<Hash32, readonly TableModel[]>()
  /** Miners whose card we lease, until when (Unix ms); no more than there are leases of ours. */
  readonly #leased = new Map<Address, number>()

  constructor(clock: Clock, watch: MinerWatch = noWatch) {
    this.#clock = clock
    this.#watch = watch
  }

  /** Takes a verified offer. False where a newer one is known, or its miner is barred: then it is kept to be shown, and asked nothing. */
  put(offer: Offer): boolean {
    this.#watch.heardOffer(offer)
    return this.#keep(offer) && !this.#watch.isBarred(offer.miner)
  }

  #keep(offer: Offer): boolean {
    const known = this.#miners.get(offer.miner)
    const heardAtMs = this.#clock.monotonicMs()
    if (known === undefined) {
      if (this.#miners.size >= MINERS_MAX) this.#miners.delete(this.#miners.keys().next().value!)
      this.#miners.set(offer.miner, {
        offer,
        heardAtMs,
        roundTrips: new RoundTrips(),
        answers: new QuickestAnswers(),
        serviceMs: undefined,
        failures: 0,
        breaker: WHOLE,
        failedAtMs: 0,
        restsUntilMs: 0,
      })
      return true
    }
    if (offer.head.sequence < known.offer.head.sequence) return false
    // Its life began when it was first heard, however often it is said again.
    if (offer.hash !== known.offer.hash) known.heardAtMs = heardAtMs
    known.offer = offer
    this.#miners.delete(offer.miner)
    this.#miners.set(offer.miner, known)
    return true
  }

  /**
   * Its card is ours until then: others are told that it is out of the market, and its offer is live for us alone, however old. Where it
   * has lapsed the miner says so, and sends the one of now.
   */
  lease(miner: Address, untilMs: number): void {
    this.#leased.set(miner, untilMs)
  }

  unlease(miner: Address): void {
    this.#leased.delete(miner)
  }

  /** The newest offer that is known of a miner, live or not. */
  offerOf(miner: Address): Offer | undefined {
    return this.#miners.get(miner)?.offer
  }

  /** Live, unwithdrawn offers; of one model where it is given. */
  live(model?: ModelId): readonly MinerNotes[] {
    const now = this.#clock.monotonicMs()
    const found: MinerNotes[] = []
    for (const [notes, isLeased] of this.#standing(model))
      if (!this.#watch.isBarred(notes.offer.miner)) found.push(this.#notesOf(notes, now, isLeased))
    return found
  }

  /** Offers that would be live, had their miners not been found to lie: nobody there is asked. */
  barred(model?: ModelId): readonly Offer[] {
    const found: Offer[] = []
    for (const [{ offer }] of this.#standing(model)) if (this.#watch.isBarred(offer.miner)) found.push(offer)
    return found
  }

  *#standing(model: ModelId | undefined): Generator<readonly [Notes, isLeased: boolean]> {
    const now = this.#clock.monotonicMs()
    const wall = this.#clock.nowMs()
    const digest = model === undefined ? undefined : modelDigest(model)
    if (model !== undefined && digest === undefined) return
    for (const notes of this.#miners.values()) {
      const { offer } = notes
      if (digest !== undefined && offeredDigest(offer.body, digest) === undefined) continue
      const isLeased = (this.#leased.get(offer.miner) ?? 0) > wall
      // An offer that lies in the past by our clock may only be a clock apart: our own timer bounds it too.
      const isOver = notes.heardAtMs + OFFER_TTL_MS < now || Number(offer.head.expiresAtMs) + 30_000 < wall
      if (isLeased || !(isOver || offer.body.paused === 1)) yield [notes, isLeased]
    }
  }

  /**
   * `atLeastMs`: so long the whole of a job has taken there without an answer. `tookMs`: the whole of an answer by our own clock, of which
   * the times beside it are as the miner says.
   */
  observe(miner: Address, measured: Measured): void {
    const notes = this.#miners.get(miner)
    if (notes === undefined) return
    const { atLeastMs, tookMs } = measured
    if (tookMs !== undefined) notes.answers.add(tookMs, this.#clock.monotonicMs())
    if (atLeastMs !== undefined && atLeastMs > (notes.serviceMs ?? 0))
      notes.serviceMs = blend(notes.serviceMs, atLeastMs)
    if (measured.rttMs !== undefined) notes.roundTrips.add(measured.rttMs, this.#clock.monotonicMs())
    notes.serviceMs = blend(notes.serviceMs, measured.serviceMs)
  }

  /** An attempt begins there. */
  tried(miner: Address): void {
    this.#after(miner, { kind: 'tried' })
  }

  answered(miner: Address): void {
    this.#after(miner, { kind: 'answered' })
  }

  /** Alive, and without work for us: that it was on trial is neither shown nor refuted. */
  refused(miner: Address): void {
    this.#after(miner, { kind: 'refused' })
  }

  failed(miner: Address, error?: MeshError): void {
    const notes = this.#miners.get(miner)
    if (notes === undefined) return
    const now = this.#clock.monotonicMs()
    notes.failures = this.#decayed(notes, now) + 1
    notes.failedAtMs = now
    this.#after(miner, {
      kind: 'failed',
      reason: error?.code ?? '',
      isGrave: error !== undefined && GRAVE.has(error.code),
    })
  }

  /** What the circuit breaker holds against a miner, and until when (monotonic). */
  breakerOf(miner: Address): Breaker {
    return this.#miners.get(miner)?.breaker ?? WHOLE
  }

  #after(miner: Address, event: BreakerEvent): void {
    const notes = this.#miners.get(miner)
    if (notes !== undefined) notes.breaker = afterEvent(notes.breaker, event, this.#clock.monotonicMs())
  }

  /** It ended work to spare its card, which is no failure of it: others come first for a while. */
  rests(miner: Address): void {
    const notes = this.#miners.get(miner)
    if (notes !== undefined) notes.restsUntilMs = this.#clock.monotonicMs() + REST_MS
  }

  table(hash: Hash32): readonly TableModel[] | undefined {
    return this.#tables.get(hash)
  }

  keepTable(hash: Hash32, table: readonly TableModel[]): void {
    if (this.#tables.size >= TABLES_MAX && !this.#tables.has(hash))
      this.#tables.delete(this.#tables.keys().next().value!)
    this.#tables.set(hash, table)
  }

  peers(): readonly PeerId[] {
    return this.live().map(({ offer }) => offer.peer)
  }

  /** A job asks for thousands of them: each is one object that is filled, and none is spread into another. */
  #notesOf(notes: Notes, now: number, isLeased: boolean): MinerNotes {
    const { offer } = notes
    const { miner } = offer
    const watch = this.#watch
    const made: { -readonly [K in keyof MinerNotes]: MinerNotes[K] } = {
      offer,
      heardAtMs: notes.heardAtMs,
      rttMs: notes.roundTrips.best(now),
      serviceMs: notes.serviceMs,
      failures: this.#decayed(notes, now) + (now < notes.restsUntilMs ? 1 : 0),
      isLeased,
      breaker: breakerWord(notes.breaker, now),
      claimFactor: watch.claimFactor?.(miner) ?? 1,
      auditFactor: watch.auditFactor?.(miner) ?? 1,
    }
    const quickestMs = notes.answers.best(now)
    if (quickestMs !== undefined) made.quickestMs = quickestMs
    const isUntested = watch.isUntested?.(miner) === true
    if (isUntested) made.isUntested = true
    const score = watch.scoreOf?.(miner)
    if (score !== undefined) made.score = score
    const distance = watch.distanceOf?.(offer)
    if (distance !== undefined) made.distance = distance
    const reach = watch.reachOf?.(offer.peer)
    if (reach !== undefined) made.reach = reach
    // Only newcomers are grouped, and who stands behind a miner may have to be asked for.
    const group = isNewcomer(score) || isUntested ? watch.groupOf?.(miner) : undefined
    if (group !== undefined) made.group = group
    return made
  }

  #decayed(notes: Notes, now: number): number {
    return notes.failures === 0 ? 0 : notes.failures * 2 ** (-(now - notes.failedAtMs) / FAILURE_HALF_LIFE_MS)
  }
}

function blend(old: number | undefined, measured: number | undefined): number | undefined {
  if (measured === undefined) return old
  return old === undefined ? measured : old + NEWEST * (measured - old)
}
