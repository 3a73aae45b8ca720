/** What raters say of miners: the newest digest of each, the reviews in their batches, and how far each is believed. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { RatedEvidence } from '../../protocols/rules/qos/blend.ts'
import type { ComponentEvidence, Evidence } from '../../protocols/rules/qos/miner-score.ts'
import { type BurnedFee, FEE_CREDITS_MAX, raterWeight } from '../../protocols/rules/qos/rater-weight.ts'
import type { ObservationBatch } from '../../protocols/wire/score/observation-batch.ts'
import type { DigestComponent, DigestRow, ScoreDigest } from '../../protocols/wire/score/score-digest.ts'
import { DIGEST_LIFETIME_MS, type HeardWord } from '../../protocols/wire/score/score-topic.ts'

/** Raters of one region that a node keeps: 1 MB of digests. */
export const RATERS_MAX = 256
/** Where nobody can be weighed, as without a chain, words of so many are heard: for people, and for tests. */
const UNWEIGHED_RATERS_MAX = 64
/** 8 MB of batches, so that most of a digest need not be asked for. */
const BATCHES_MAX = 2_048
/** Of all miners together; the oldest goes first. */
const REVIEWS_MAX = 4_096
/** Nobody looks behind a review before its rater's digest is made again: one alone does not push out the others'. */
const REVIEWS_OF_RATER_MAX = 512
/** A rater whose digest does not come to what it says is told of for so long. */
export const LIAR_MS: number = 7 * 86_400_000
/** Longer ago is as good as never. */
const CHECKED_MS_MAX = 86_400_000
/** So many times in a row it was asked for what is behind its digest, and was not there. */
const AWAY_MAX = 3

/** `unchecked`: nobody here has made its digest again yet. `away`: it does not answer who wants to. */
export type RaterStanding = 'unchecked' | 'same' | 'away' | 'different'

export interface HeardDigest {
  readonly rater: Address
  readonly sequence: bigint
  readonly digest: ScoreDigest
  readonly heardAtMs: number
}

export interface HeardReview {
  readonly rater: Address
  readonly miner: Address
  readonly attempt: AttemptId
  readonly stars: number
  readonly atS: number
}

export interface Rating extends RatedEvidence {
  readonly row: DigestRow
  readonly standing: RaterStanding
  readonly heardAtMs: number
}

interface HeardRow {
  readonly rater: Address
  readonly row: DigestRow
  readonly heardAtMs: number
}

interface Known {
  standing: RaterStanding
  /** Unix ms of the last check; undefined before the first. */
  checkedAtMs?: number
  missed: number
}

export interface KnownLiar {
  readonly rater: Address
  readonly atMs: number
}

export interface OthersWordNeeds {
  readonly clock: Clock
  /** This node's own payer, whose word is known at first hand. */
  readonly self: Address | undefined
  /** Undefined where no chain settles: then nobody weighs anything. */
  readonly burned: ((rater: Address, owner: Address) => BurnedFee) | undefined
  readonly hasBurned: (rater: Address) => boolean
  /** As the chain has it; undefined as long as it has not said. */
  readonly ownerOf: (miner: Address) => Address | undefined
}

export class OthersWord {
  readonly #needs: OthersWordNeeds
  readonly #digests = new AgeingMap<Address, HeardDigest>()
  #byMiner: ReadonlyMap<Address, readonly HeardRow[]> | undefined
  readonly #known = new AgeingMap<Address, Known>()
  readonly #batches = new AgeingMap<string, ObservationBatch>()
  readonly #reviews = new AgeingMap<string, HeardReview>()

  constructor(needs: OthersWordNeeds, liars: readonly KnownLiar[] = []) {
    this.#needs = needs
    for (const { rater, atMs } of liars) this.#known.set(rater, { standing: 'different', checkedAtMs: atMs, missed: 0 })
  }

  /** Whose words are worth a signature check and a way through the mesh. */
  concerns(rater: Address): boolean {
    if (this.standingOf(rater) === 'different') return false
    const { burned, hasBurned, self } = this.#needs
    if (burned !== undefined) return hasBurned(rater) || rater === self
    return this.#digests.has(rater) || this.#known.has(rater) || this.#known.size < UNWEIGHED_RATERS_MAX
  }

  /** @param heard accepted by the topic's judge */
  hear({ rater, sequence, word }: HeardWord): void {
    // Known at first hand.
    if (rater === this.#needs.self) return
    this.#note(rater)
    if (word.kind === 'observations') {
      this.holds(rater, sequence, word)
      return
    }
    const known = this.#digests.get(rater)
    if (known !== undefined && known.sequence >= sequence) return
    this.#byMiner = undefined
    // Set anew, so that the longest silent goes first.
    this.#digests.delete(rater)
    if (this.#digests.size >= RATERS_MAX && !this.#makesRoom(rater)) return
    this.#digests.set(rater, { rater, sequence, digest: word, heardAtMs: this.#needs.clock.nowMs() })
  }

  /** Of those whose fees weigh least the longest silent; nobody goes for who burned less: a rater of one credit costs nothing. */
  #makesRoom(rater: Address): boolean {
    const { burned, clock } = this.#needs
    const endedMs = clock.nowMs() - DIGEST_LIFETIME_MS
    const fees = (of: Address): bigint => burned?.(of, of).inAll ?? 0n
    let least: { readonly rater: Address; readonly fees: bigint } | undefined
    for (const { rater: of, heardAtMs } of this.#digests.values()) {
      const each = { rater: of, fees: heardAtMs <= endedMs ? -1n : fees(of) }
      if (least === undefined || each.fees < least.fees) least = each
    }
    return least !== undefined && least.fees <= fees(rater) && this.#digests.delete(least.rater)
  }

  /** A batch that was heard, or asked for and found to be the rater's; with the reviews in it. */
  holds(rater: Address, sequence: bigint, batch: ObservationBatch): void {
    if (this.#batches.size >= BATCHES_MAX) this.#batches.delete(this.#batches.oldest()!)
    this.#batches.set(`${rater}/${sequence}`, batch)
    if (batch.subjects.some(({ entries }) => entries.some(({ kind }) => kind === 'reviewed')))
      this.#review(rater, batch)
  }

  #review(rater: Address, batch: ObservationBatch): void {
    const own = [...this.#reviews].flatMap(([key, review]) => (review.rater === rater ? [key] : []))
    for (const { miner, entries } of batch.subjects) {
      for (const entry of entries) {
        if (entry.kind !== 'reviewed') continue
        const key = `${rater}/${entry.attempt}`
        // One a receipt: what was said first stands.
        if (this.#reviews.has(key)) continue
        if (own.length >= REVIEWS_OF_RATER_MAX) this.#reviews.delete(own.shift()!)
        else if (this.#reviews.size >= REVIEWS_MAX) this.#reviews.delete(this.#reviews.oldest()!)
        own.push(key)
        this.#reviews.set(key, { rater, miner, attempt: entry.attempt, stars: entry.stars, atS: entry.atS })
      }
    }
  }

  /** As it was published, where it was heard. */
  batchOf(rater: Address, sequence: bigint): ObservationBatch | undefined {
    return this.#batches.get(`${rater}/${sequence}`)
  }

  /** Those that still count. */
  digests(): readonly HeardDigest[] {
    const oldest = this.#needs.clock.nowMs() - DIGEST_LIFETIME_MS
    return [...this.#digests.values()].filter(({ heardAtMs }) => heardAtMs > oldest)
  }

  /** Of one miner; each with what it weighs here. */
  ratingsOf(miner: Address): readonly Rating[] {
    const oldest = this.#needs.clock.nowMs() - DIGEST_LIFETIME_MS
    return (this.#rows().get(miner) ?? []).flatMap(({ rater, row, heardAtMs }) => {
      if (heardAtMs <= oldest) return []
      const weight = this.weightOf(rater, miner)
      return [{ rater, row, weight, heardAtMs, standing: this.standingOf(rater), evidence: evidenceIn(row) }]
    })
  }

  /** Somebody says something of it, whatever that weighs. */
  isRated(miner: Address): boolean {
    return this.#rows().has(miner)
  }

  /** By the chain's word on who owns the miner: a rater would name an owner that it has paid. */
  weightOf(rater: Address, miner: Address): bigint {
    const { burned, ownerOf } = this.#needs
    const standing = this.standingOf(rater)
    if (burned === undefined || standing === 'different' || standing === 'away') return 0n
    const owner = ownerOf(miner)
    // Nobody rates itself.
    return owner === undefined || owner === rater ? 0n : raterWeight(burned(rater, owner))
  }

  reviewsOf(miner: Address): readonly HeardReview[] {
    return [...this.#reviews.values()].filter((review) => review.miner === miner)
  }

  standingOf(rater: Address): RaterStanding {
    const known = this.#known.get(rater)
    if (known === undefined) return 'unchecked'
    const isForgiven = known.standing === 'different' && this.#needs.clock.nowMs() - (known.checkedAtMs ?? 0) > LIAR_MS
    return isForgiven ? 'unchecked' : known.standing
  }

  /**
   * Whose digest is made again next: by how long ago it was, times what was burned. By the time alone new names of no worth would keep one
   * from being looked at for as long as they come.
   */
  nextToCheck(): HeardDigest | undefined {
    const { burned, clock } = this.#needs
    let next: { readonly heard: HeardDigest; readonly turn: bigint } | undefined
    for (const heard of this.digests()) {
      const agoMs = clock.nowMs() - (this.#known.get(heard.rater)?.checkedAtMs ?? 0)
      const fees = burned?.(heard.rater, heard.rater).inAll ?? 0n
      const worth = 1n + (fees < FEE_CREDITS_MAX ? fees : FEE_CREDITS_MAX)
      const turn = BigInt(Math.trunc(Math.min(CHECKED_MS_MAX, Math.max(0, agoMs)))) * worth
      if (next === undefined || turn > next.turn) next = { heard, turn }
    }
    return next?.heard
  }

  /** What came of making its digest again. Nothing follows from one time that it was not there. */
  checked(rater: Address, outcome: 'same' | 'different' | 'away'): void {
    const known = this.#note(rater)
    known.checkedAtMs = this.#needs.clock.nowMs()
    known.missed = outcome === 'away' ? known.missed + 1 : 0
    if (outcome !== 'away') known.standing = outcome
    else if (known.missed >= AWAY_MAX) known.standing = 'away'
  }

  /** To be remembered over a restart. */
  liars(): readonly KnownLiar[] {
    return [...this.#known].flatMap(([rater, { checkedAtMs = 0 }]) =>
      this.standingOf(rater) === 'different' ? [{ rater, atMs: checkedAtMs }] : [],
    )
  }

  /** Clients ask for thousands of miners a second, and digests come by the minute. */
  #rows(): ReadonlyMap<Address, readonly HeardRow[]> {
    if (this.#byMiner !== undefined) return this.#byMiner
    const byMiner = new Map<Address, HeardRow[]>()
    for (const { rater, digest, heardAtMs } of this.#digests.values()) {
      for (const row of digest.rows) {
        const rows = byMiner.get(row.miner)
        if (rows === undefined) byMiner.set(row.miner, [{ rater, row, heardAtMs }])
        else rows.push({ rater, row, heardAtMs })
      }
    }
    this.#byMiner = byMiner
    return byMiner
  }

  /** Liars go last: with a few hundred names of no worth one would else be forgotten within a day. */
  #leastMissed(): Address {
    for (const [rater] of this.#known) if (this.standingOf(rater) !== 'different') return rater
    return this.#known.oldest()!
  }

  #note(rater: Address): Known {
    const known = this.#known.get(rater)
    if (known !== undefined) return known
    if (this.#known.size >= 2 * RATERS_MAX) this.#known.delete(this.#leastMissed())
    const made: Known = { standing: 'unchecked', missed: 0 }
    this.#known.set(rater, made)
    return made
  }
}

/** A row as evidence; what others say is never settled. */
export function evidenceIn({ latency, accuracy, uptime, cost }: DigestRow): Evidence {
  const said = { latency, accuracy, uptime, cost }
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, component]) => {
      const known = countedOf(component)
      return known === undefined ? [] : [[name, known]]
    }),
  )
}

const countedOf = (component: DigestComponent | undefined): ComponentEvidence | undefined =>
  component === undefined || component.count === 0 ? undefined : component
