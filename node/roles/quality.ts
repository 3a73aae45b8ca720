/** Quality of service: what this node sees of miners, what it hears of them, and what it tells others where its owner opted in. */

import { basename } from 'node:path'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, JobId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Timer } from '../../protocols/kernel/ports.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { selfDoubtPercent } from '../../protocols/rules/qos/doubt.ts'
import { type Observation, type Subject, WINDOW_S } from '../../protocols/rules/qos/observation.ts'
import { isStars } from '../../protocols/rules/qos/reviews.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { ObservationBatch } from '../../protocols/wire/score/observation-batch.ts'
import { answerReceipts, paidReceiptsProtocol } from '../../protocols/wire/score/paid-receipts-protocol.ts'
import { scoreTopic, TOLD_EACH_MS } from '../../protocols/wire/score/score-topic.ts'
import { BurnedFees } from '../chain/contracts/burned-fees.ts'
import type { ClientEvent } from '../client/client-needs.ts'
import type { MinerWatch } from '../client/miner-watch.ts'
import type { ClaimBook } from '../market/claim-book.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import { type CheckResult, checkDigest } from '../quality/check-digest.ts'
import { JobObserver } from '../quality/job-observer.ts'
import { KeptReceipts } from '../quality/kept-receipts.ts'
import { type HeardDigest, OthersWord } from '../quality/others-word.ts'
import { OwnLateness } from '../quality/own-lateness.ts'
import { OwnWindow } from '../quality/own-window.ts'
import { Owners } from '../quality/owners.ts'
import { QualityBook } from '../quality/quality-book.ts'
import { type KeptReview, QualityStore } from '../quality/quality-store.ts'
import { type Published, ScorePublisher } from '../quality/score-publisher.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** One rater's digest is made again in so long: those that weigh much within the hour. */
const CHECK_MS = 300_000
/** In a network of one machine somebody watches, and a quarter of an hour is too long to see anything. */
const LOCAL_MS = 60_000
/** What was seen is on disk after this. */
const KEEP_MS = 5_000
/** The newest of that time: a busy client sees thousands a second, and two of them say as much as two thousand. */
const UNKEPT_MAX = 512
/** A check of a whole day's digest takes half a minute. */
const CHECK_MS_MAX = 120_000

export interface Quality {
  readonly book: QualityBook
  readonly others: OthersWord
  readonly own: OwnWindow
  /** What weighs raters; undefined where no chain settles, and then nobody weighs anything. */
  readonly fees: BurnedFees | undefined
  readonly publishes: boolean
  /** What the client tells of its jobs. */
  take(event: ClientEvent): void
  /** As the client hears it. @param watch a plain object: the rest of it stays as it is */
  over(watch: MinerWatch): MinerWatch
  /** Where offers of miners are known. */
  knows(offers: OfferSource): void
  /** What an audit found of a paid job; inconclusive ones are not told. */
  audited(miner: Address, attempt: AttemptId, isMatch: boolean): void
  /** @throws MeshError REVIEW_REFUSED */
  review(miner: Address, attempt: AttemptId, stars: number): Promise<{ readonly publishes: boolean }>
  reviews(): readonly KeptReview[]
  /** What is there to be published, now. Undefined where there is nothing, or the owner did not opt in. */
  publish(): Promise<Published | undefined>
  /** Makes the digest of a rater again. */
  check(heard: HeardDigest, signal?: AbortSignal): Promise<CheckResult>
}

export interface OfferSource {
  offerOf(miner: Address): Offer | undefined
  latencyClassOf?(job: JobId): LatencyClass | undefined
}

/** @throws MeshError DATA_FOLDER_*, DISK_FULL, KEY_FILE */
export async function startQuality(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  claims: Pick<ClaimBook, 'efficiencyOf'>,
): Promise<Quality> {
  const { settings, network, domain, clock, bus, folder, keys, chain, settling } = base
  const isLocal = network.preset === 'local'
  const isClient = settings.roles.includes('client')
  const payer = isClient ? await parts.start('key of this rater', () => keys.loadOrCreate('payer')) : undefined
  const operator = keys.look('operator')?.address
  const store = await parts.start(
    'observations',
    () =>
      new QualityStore(folder.file('scores'), {
        clock,
        reserve: folder.reserve,
        onFailed: bus.trouble('keeping what was seen of miners'),
        onDamaged: bus.trouble('reading what was seen of miners'),
        onMigrated: ({ path, from, to, copy }) =>
          bus.emit({ kind: 'store:migrated', file: basename(path), from, to, copy: basename(copy) }),
      }),
  )
  const remembered = await store.read()
  const owners = await parts.start('owners of miners', () => new Owners(chain, bus.trouble('asking who owns a miner')))
  const fees =
    settling === undefined
      ? undefined
      : await parts.start(
          'fees that were burned',
          () => new BurnedFees({ chain: settling, clock, onFailure: bus.trouble('reading which fees were burned') }),
        )
  const late = await parts.start('own lateness', () => new OwnLateness(clock))
  const sources: OfferSource[] = []
  const offerOf = (miner: Address): Offer | undefined => {
    for (const source of sources) {
      const offer = source.offerOf(miner)
      if (offer !== undefined) return offer
    }
    return undefined
  }
  const ownOwner = (): Address | undefined => (operator === undefined ? undefined : owners.ownerOf(operator))
  const places = new Map<Address, Pick<Subject, 'region' | 'cardClass'>>()
  const subjectOf = (miner: Address): Subject | undefined => {
    const owner = owners.ownerOf(miner)
    const body = offerOf(miner)?.body
    // An offer lapses, and what was seen of its miner was seen where it was.
    if (body !== undefined) remember(places, miner, { region: body.region, cardClass: body.gpuClass })
    const place = places.get(miner)
    if (owner === undefined || place === undefined) return undefined
    const efficiency = claims.efficiencyOf(miner)
    return { miner, owner, ...place, ...(efficiency === undefined ? {} : { efficiency }) }
  }
  const isOwn = (miner: Address): boolean =>
    miner === operator || (operator !== undefined && owners.ownerOf(miner) === ownOwner() && ownOwner() !== undefined)
  const own = new OwnWindow({ clock, subjectOf, isOwn }, remembered.observations)
  const others = new OthersWord(
    {
      clock,
      self: payer?.address,
      burned: fees === undefined ? undefined : (rater, owner) => fees.burned(rater, owner),
      hasBurned: (rater) => fees?.hasBurned(rater) ?? false,
      // Of one that was not paid lately the chain is asked.
      ownerOf: (miner) => fees?.ownerOf(miner) ?? (chain.settles ? owners.ownerOf(miner) : undefined),
    },
    remembered.liars,
  )
  const reviews = new Map<AttemptId, KeptReview>(remembered.reviews.map((review) => [review.attempt, review]))
  const book = new QualityBook({
    clock,
    own,
    others,
    ownReviews: () => reviews.values(),
    onTier: (miner, tier, former, { points, confidence }) =>
      bus.emit({ kind: 'score:tier', miner, tier, former, confidence, ...(points === undefined ? {} : { points }) }),
  })
  const topic = scoreTopic(domain, new HighestSeen(), others)
  await parts.start('scores that others publish', () =>
    mesh.subscribe(topic, settings.region, (heard) => {
      others.hear(heard)
      const { rater, word } = heard
      const about = word.kind === 'scores' ? word.rows.length : word.subjects.length
      bus.emit({ kind: 'score:heard', rater, what: word.kind, miners: about })
    }),
  )
  const publishes = settings.publishScores === 'on' && payer !== undefined
  const kept = new KeptReceipts(domain)
  const receiptOf = (attempt: AttemptId) => kept.get(attempt)?.paid ?? store.receipt(attempt)
  const publisher = !publishes
    ? undefined
    : new ScorePublisher(
        {
          network: mesh,
          topic,
          domain,
          clock,
          payer: payer.signer,
          region: settings.region,
          subjectOf,
          receiptOf,
          fees: () => feesOfWindow(fees, payer.address),
          // What is not held any more was published before.
          keep: (batch, attempts) =>
            store.keepBatch(
              batch,
              attempts.flatMap((attempt) => kept.get(attempt) ?? []),
            ),
        },
        remembered.batches,
      )
  // Those that the life before had no time to tell.
  for (const review of remembered.reviews) {
    const isRecent = review.atS > clock.nowMs() / 1_000 - WINDOW_S
    if (isRecent && publisher?.hasReviewed(review.attempt) === false) publisher.review(review)
  }
  if (publisher !== undefined && payer !== undefined) {
    await parts.start('paid receipts', () =>
      mesh.serve(
        paidReceiptsProtocol,
        answerReceipts({
          batch: (rater, sequence) => (rater === payer.address ? publisher.batch(sequence) : undefined),
          receipt: (rater, attempt) =>
            rater === payer.address && publisher.hasPublished(attempt) ? receiptOf(attempt) : undefined,
        }),
      ),
    )
  }

  let unkept: Observation[] = []
  const note = (seen: Observation): void => {
    if (!own.note(seen)) return
    // Asked for before it is needed.
    owners.ownerOf(seen.miner)
    subjectOf(seen.miner)
    unkept.push(seen)
    if (unkept.length > UNKEPT_MAX) unkept.shift()
    publisher?.note(seen)
  }
  const keep = async (): Promise<void> => {
    const seen = unkept
    unkept = []
    await store.keep(seen).catch(bus.trouble('keeping what was seen of miners'))
  }
  const nowS = (): number => Math.trunc(clock.nowMs() / 1_000)
  const doubtPercent = (): number => selfDoubtPercent({ peers: mesh.connectedPeers().length, lagMs: late.lagMs })
  const observer = new JobObserver({
    clock,
    doubtPercent,
    latencyClassOf: (job) => sources.map((source) => source.latencyClassOf?.(job)).find((found) => found !== undefined),
    onSeen: note,
    onReceipt: (attempt, receipt) => kept.good(attempt, receipt, nowS()),
    onPaid: (attempts) => kept.paid(attempts),
  })
  const probed = bus.listen(({ event }) => {
    if (event.kind !== 'claim:probed' || event.outcome === 'unsure') return
    const { miner, outcome } = event
    note({ kind: 'probed', atS: nowS(), miner, doubtPercent: doubtPercent(), isAnswered: outcome !== 'lost' })
  })
  const publish = async (): Promise<Published | undefined> => {
    if (publisher === undefined) return undefined
    await owners.settled()
    await keep()
    const published = await publisher.publish()
    if (published !== undefined) {
      const { entries, miners, bytes } = published
      bus.emit({ kind: 'score:published', entries, miners, bytes })
    }
    return published
  }
  const check = async (heard: HeardDigest, signal?: AbortSignal): Promise<CheckResult> => {
    const needs = {
      network: mesh,
      domain,
      clock,
      batchOf: (rater: Address, sequence: bigint) => others.batchOf(rater, sequence),
      onBatch: (rater: Address, sequence: bigint, batch: ObservationBatch) => others.holds(rater, sequence, batch),
      feeAt: ({ rater, digest }: HeardDigest, miner: Address) =>
        fees === undefined ? credits(0) : fees.feeAt(rater, miner, digest.fromBlock, digest.untilBlock),
    }
    using deadline = new Deadline(clock, CHECK_MS_MAX, 'making a digest again', signal)
    const result = await checkDigest(needs, heard, deadline.signal).catch((error: unknown): CheckResult => {
      // Too slow to be asked: as good as not there.
      if (isMeshError(error, 'TIMEOUT') && signal?.aborted !== true) return { outcome: 'away', receipts: 0 }
      // Whatever it was, the next one has its turn: a rater that cannot be checked would else be the only one that is.
      if (signal?.aborted !== true) others.checked(heard.rater, 'away')
      throw error
    })
    const { outcome, receipts } = result
    others.checked(heard.rater, outcome)
    bus.emit({ kind: 'score:checked', rater: heard.rater, outcome, receipts })
    if (outcome === 'different') {
      await store
        .keepLiar({ rater: heard.rater, atMs: clock.nowMs() })
        .catch(bus.trouble('keeping which raters were found lying'))
    }
    return result
  }
  await parts.start('scores', () => {
    const beats = [
      repeat(clock, KEEP_MS, keep),
      repeat(clock, isLocal ? LOCAL_MS : TOLD_EACH_MS, () =>
        publish().then(() => undefined, bus.trouble('publishing scores')),
      ),
      repeat(clock, isLocal ? LOCAL_MS : CHECK_MS, (signal) => {
        const heard = others.nextToCheck()
        return heard === undefined
          ? Promise.resolve()
          : check(heard, signal).then(() => undefined, stopped(signal, bus.trouble('checking a score')))
      }),
    ]
    return {
      async [Symbol.asyncDispose]() {
        probed[Symbol.dispose]()
        for (const beat of beats) await beat[Symbol.asyncDispose]()
        await keep()
      },
    }
  })

  return {
    book,
    others,
    own,
    fees,
    publishes,
    take: (event) => observer.take(event),
    over: (watch) => ({
      ...watch,
      agreed(attempt, agreement) {
        if (publishes) kept.agreed(attempt, agreement)
        watch.agreed(attempt, agreement)
      },
      heardReceipt(proven) {
        if (publishes) kept.heard(proven)
        watch.heardReceipt(proven)
      },
      scoreOf: (miner) => book.scoreOf(miner),
      // Without a chain a miner answers for itself, and names cost nothing: all are one group then.
      groupOf: (miner) => (chain.settles ? owners.ownerOf(miner) : undefined),
    }),
    knows: (offers) => sources.push(offers),
    audited(miner, attempt, isMatch) {
      note({ kind: 'audited', atS: nowS(), miner, doubtPercent: 0, attempt, isMatch })
    },
    async review(miner, attempt, stars) {
      const refused = (why: string): MeshError => new MeshError('REVIEW_REFUSED', { attempt, why })
      if (!isStars(stars)) throw refused('it has 1 to 5 stars')
      if (reviews.has(attempt)) throw refused('its receipt was used for a review before')
      if (isOwn(miner)) throw refused('nobody rates itself')
      const review = { attempt, miner, stars, atS: nowS() }
      reviews.set(attempt, review)
      await store.keepReview(review, kept.get(attempt))
      publisher?.review(review)
      return { publishes }
    },
    reviews: () => [...reviews.values()],
    publish,
    check,
  }
}

function feesOfWindow(fees: BurnedFees | undefined, payer: Address) {
  const untilBlock = fees?.untilBlock
  if (fees === undefined || untilBlock === undefined) return undefined
  const first = untilBlock - fees.windowBlocks + 1n
  const fromBlock = first > 0n ? first : 0n
  return {
    fromBlock,
    untilBlock,
    feeOf: (miner: Address) => fees.feeAt(payer, miner, fromBlock, untilBlock) ?? credits(0),
  }
}

/** Of as many miners as a client weighs. */
const PLACES_MAX = 4_096

function remember<T>(places: Map<Address, T>, miner: Address, place: T): void {
  if (!places.has(miner) && places.size >= PLACES_MAX) places.delete(places.keys().next().value!)
  places.set(miner, place)
}

const stopped = (signal: AbortSignal, tell: (error: unknown) => void) => (error: unknown) => {
  if (!signal.aborted) tell(error)
}

/** Again and again, one at a time, until disposed. */
function repeat(
  clock: Foundation['clock'],
  everyMs: number,
  run: (signal: AbortSignal) => Promise<void>,
): AsyncDisposable {
  const stop = new AbortController()
  let timer: Timer
  let running: Promise<void> = Promise.resolve()
  const arm = (): void => {
    timer = clock.after(everyMs, () => {
      running = run(stop.signal).finally(() => {
        if (!stop.signal.aborted) arm()
      })
    })
  }
  arm()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new MeshError('CANCELLED'))
      timer.cancel()
      await running
    },
  }
}
