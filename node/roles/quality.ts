/** Quality of service: what this node sees of miners, what it hears of them, and what it tells others where its owner opted in. */

import { basename } from 'node:path'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { selfDoubtPercent } from '../../protocols/rules/qos/doubt.ts'
import type { Observation, Subject } from '../../protocols/rules/qos/observation.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import { scoreTopic, TOLD_EACH_MS } from '../../protocols/wire/score/score-topic.ts'
import { BurnedFees } from '../chain/contracts/burned-fees.ts'
import type { ClientEvent } from '../client/client-needs.ts'
import type { MinerWatch } from '../client/miner-watch.ts'
import type { ClaimBook } from '../market/claim-book.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { CheckResult } from '../quality/check-digest.ts'
import { JobObserver } from '../quality/job-observer.ts'
import { KeptReceipts } from '../quality/kept-receipts.ts'
import { type HeardDigest, OthersWord } from '../quality/others-word.ts'
import { OwnLateness } from '../quality/own-lateness.ts'
import { OwnReviews } from '../quality/own-reviews.ts'
import { OwnWindow } from '../quality/own-window.ts'
import { Owners } from '../quality/owners.ts'
import { QualityBook } from '../quality/quality-book.ts'
import { type KeptReview, QualityStore } from '../quality/quality-store.ts'
import { type OfferSource, RatedMiners } from '../quality/rated-miners.ts'
import { RaterChecks } from '../quality/rater-checks.ts'
import type { Published } from '../quality/score-publisher.ts'
import { UnkeptObservations } from '../quality/unkept-observations.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'
import { startPublisher } from './publisher.ts'
import { repeat } from './repeat.ts'

/** One rater's digest is made again in so long: those that weigh much within the hour. */
const CHECK_MS = 300_000
/** In a network of one machine somebody watches, and a quarter of an hour is too long to see anything. */
const LOCAL_MS = 60_000
/** What was seen is on disk after this. */
const KEEP_MS = 5_000

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

/** @throws MeshError DATA_FOLDER_*, DISK_FULL, KEY_FILE */
export async function startQuality(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  claims: Pick<ClaimBook, 'efficiencyOf'>,
): Promise<Quality> {
  const { settings, domain, clock, bus, keys, chain, settling } = base
  const isClient = settings.roles.includes('client')
  const payer = isClient ? await parts.start('key of this rater', () => keys.loadOrCreate('payer')) : undefined
  const store = await parts.start('observations', () => openStore(base))
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
  const miners = new RatedMiners({
    operator: keys.look('operator')?.address,
    ownerOf: (miner) => owners.ownerOf(miner),
    efficiencyOf: (miner) => claims.efficiencyOf(miner),
  })
  const subjectOf = (miner: Address): Subject | undefined => miners.subjectOf(miner)
  const isOwn = (miner: Address): boolean => miners.isOwn(miner)
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
  const kept = new KeptReceipts(domain)
  const reviews = new OwnReviews(
    { clock, isOwn, keep: (review) => store.keepReview(review, kept.get(review.attempt)) },
    remembered.reviews,
  )
  const book = new QualityBook({
    clock,
    own,
    others,
    ownReviews: () => reviews.all(),
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
  const publisher = publishes
    ? await startPublisher(parts, base, { mesh, topic, payer, kept, store, fees, subjectOf, remembered })
    : undefined

  const unkept = new UnkeptObservations((seen) => store.keep(seen), bus.trouble('keeping what was seen of miners'))
  const note = (seen: Observation): void => {
    if (!own.note(seen)) return
    // Asked for before it is needed.
    subjectOf(seen.miner)
    unkept.add(seen)
    publisher?.note(seen)
  }
  const nowS = (): number => Math.trunc(clock.nowMs() / 1_000)
  const doubtPercent = (): number => selfDoubtPercent({ peers: mesh.connectedPeers().length, lagMs: late.lagMs })
  const observer = new JobObserver({
    clock,
    doubtPercent,
    latencyClassOf: (job) => miners.latencyClassOf(job),
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
    await unkept.keep()
    const published = await publisher.publish()
    if (published !== undefined) {
      const { entries, miners, bytes } = published
      bus.emit({ kind: 'score:published', entries, miners, bytes })
    }
    return published
  }
  const checks = new RaterChecks({
    ...{ network: mesh, domain, clock, others },
    feeAt: ({ rater, digest }, miner) =>
      fees === undefined ? credits(0) : fees.feeAt(rater, miner, digest.fromBlock, digest.untilBlock),
    onChecked: ({ rater }, { outcome, receipts }) => bus.emit({ kind: 'score:checked', rater, outcome, receipts }),
    keepLiar: (liar) => store.keepLiar(liar),
    onNotKept: bus.trouble('keeping which raters were found lying'),
  })
  await parts.start('scores', () => startBeats(base, { unkept, publish, checks, probed }))

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
    knows: (offers) => miners.knows(offers),
    audited(miner, attempt, isMatch) {
      note({ kind: 'audited', atS: nowS(), miner, doubtPercent: 0, attempt, isMatch })
    },
    async review(miner, attempt, stars) {
      publisher?.review(await reviews.add(miner, attempt, stars))
      return { publishes }
    },
    reviews: () => reviews.all(),
    publish,
    check: (heard, signal) => checks.check(heard, signal),
  }
}

const openStore = ({ clock, bus, folder }: Foundation): QualityStore =>
  new QualityStore(folder.file('scores'), {
    clock,
    reserve: folder.reserve,
    onFailed: bus.trouble('keeping what was seen of miners'),
    onDamaged: bus.trouble('reading what was seen of miners'),
    onMigrated: ({ path, from, to, copy }) =>
      bus.emit({ kind: 'store:migrated', file: basename(path), from, to, copy: basename(copy) }),
  })

interface BeatNeeds {
  readonly unkept: UnkeptObservations
  readonly publish: () => Promise<unknown>
  readonly checks: RaterChecks
  readonly probed: Disposable
}

function startBeats(
  { clock, bus, network }: Foundation,
  { unkept, publish, checks, probed }: BeatNeeds,
): AsyncDisposable {
  const isLocal = network.preset === 'local'
  const beats = [
    repeat(clock, KEEP_MS, () => unkept.keep(), bus.trouble('keeping what was seen of miners')),
    repeat(
      clock,
      isLocal ? LOCAL_MS : TOLD_EACH_MS,
      async () => void (await publish()),
      bus.trouble('publishing scores'),
    ),
    repeat(clock, isLocal ? LOCAL_MS : CHECK_MS, (signal) => checks.next(signal), bus.trouble('checking a score')),
  ]
  return {
    async [Symbol.asyncDispose]() {
      probed[Symbol.dispose]()
      for (const beat of beats) await beat[Symbol.asyncDispose]()
      await unkept.keep()
    },
  }
}
