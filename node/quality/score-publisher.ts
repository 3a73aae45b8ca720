/** Publishes what this payer saw, where its owner opted in: a batch of observations, then the digest of a day. */
import type { Address, AttemptId, PeerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Signer } from '../../protocols/kernel/ports.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import { type Observation, type Subject, WINDOW_S } from '../../protocols/rules/qos/observation.ts'
import { nextSequence } from '../../protocols/statements/sequence.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { makeDigest, receiptsNamed } from '../../protocols/wire/score/make-digest.ts'
import {
  BATCH_ENTRIES_MAX,
  BATCH_SUBJECTS_MAX,
  type BatchEntry,
  type BatchSubject,
  type ObservationBatch,
} from '../../protocols/wire/score/observation-batch.ts'
import type { PaidReceipt } from '../../protocols/wire/score/paid-receipt.ts'
import { DIGEST_BATCHES_MAX, type ScoreDigest } from '../../protocols/wire/score/score-digest.ts'
import {
  BATCH_LIFETIME_MS,
  type HeardWord,
  openBatch,
  type ScoreWord,
  signScoreWord,
} from '../../protocols/wire/score/score-topic.ts'
import type { KeptReview, PublishedBatch } from './quality-store.ts'

/** Waiting for a batch; what a busier client sees beyond them is said by what it does say. */
const WAITING_MAX = 1_024

export interface ScorePublisherNeeds {
  readonly network: Pick<Network, 'publish' | 'self'>
  readonly topic: Topic<HeardWord>
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly payer: Signer
  readonly region: string
  readonly subjectOf: (miner: Address) => Subject | undefined
  /** Of a job that was paid, which others may ask for from now on. */
  readonly receiptOf: (attempt: AttemptId) => PaidReceipt | undefined
  /** Blocks of the digest and what was burned in them; undefined without a chain. */
  readonly fees: () => DigestFees | undefined
  /** Durable before it is published, with the receipts of these attempts: they are asked for as long as a digest names them. */
  readonly keep: (batch: PublishedBatch, attempts: readonly AttemptId[]) => Promise<void>
}

export interface DigestFees {
  readonly fromBlock: bigint
  readonly untilBlock: bigint
  readonly feeOf: (miner: Address) => Credits
}

export interface Published {
  readonly entries: number
  readonly miners: number
  readonly bytes: number
  readonly digest: ScoreDigest | undefined
}

interface Waiting {
  readonly miner: Address
  readonly entry: BatchEntry
}

export class ScorePublisher {
  readonly #needs: ScorePublisherNeeds
  readonly #batches: (PublishedBatch & { readonly batch: ObservationBatch })[] = []
  #waiting: Waiting[] = []
  #sequence = 0n
  /** Of {@link #batches}, made when it is asked for: whoever asks for receipts names hundreds of attempts, thousands are published. */
  #attempts: ReadonlySet<AttemptId> | undefined

  constructor(needs: ScorePublisherNeeds, earlier: readonly PublishedBatch[] = []) {
    this.#needs = needs
    const { domain, payer, clock } = needs
    for (const each of earlier) {
      const opened = openBatch(domain, payer.address, each.statement, clock.nowMs())
      if (opened !== undefined) this.#batches.push({ ...each, batch: opened.batch })
      if (each.sequence > this.#sequence) this.#sequence = each.sequence
    }
  }

  /** Probes are this node's own times and prove nothing to others. */
  note(seen: Observation): void {
    const { miner, atS } = seen
    switch (seen.kind) {
      case 'answered': {
        const { attempt, latencyMs, latencyClass, doubtPercent } = seen
        this.#wait(miner, { kind: 'answered', atS, doubtPercent, attempt, latencyMs, latencyClass })
        return
      }
      case 'refused':
      case 'failed':
        this.#wait(miner, { kind: seen.kind, atS, doubtPercent: seen.doubtPercent })
        return
      case 'audited':
        this.#wait(miner, { kind: 'audited', atS, attempt: seen.attempt, isMatch: seen.isMatch })
    }
  }

  review({ miner, attempt, stars, atS }: KeptReview): void {
    this.#wait(miner, { kind: 'reviewed', attempt, stars, atS })
  }

  /** Published by this payer, for who asks. */
  batch(sequence: bigint): Uint8Array | undefined {
    return this.#batches.find((each) => each.sequence === sequence)?.statement
  }

  hasPublished(attempt: AttemptId): boolean {
    this.#attempts ??= new Set(receiptsNamed(this.#batches.map(({ batch }) => batch)))
    return this.#attempts.has(attempt)
  }

  hasReviewed(attempt: AttemptId): boolean {
    return this.#says((entry) => entry.kind === 'reviewed' && entry.attempt === attempt)
  }

  /**
   * What waits as one batch, then the digest of the last day. Undefined where there is neither.
   * @throws MeshError what the store throws
   */
  async publish(): Promise<Published | undefined> {
    const waiting = this.#waiting
    const batch = this.#nextBatch()
    let bytes = batch === undefined ? 0 : await this.#publishBatch(batch, waiting)
    const digest = this.digest()
    if (digest !== undefined) bytes += await this.#tell(digest)
    if (batch === undefined && digest === undefined) return undefined
    const entries = batch?.subjects.reduce((sum, { entries: each }) => sum + each.length, 0) ?? 0
    return { entries, miners: digest?.rows.length ?? 0, bytes, digest }
  }

  /** Of the batches of the last day, the newest where there are more than a digest names. */
  digest(): ScoreDigest | undefined {
    const { clock, domain, region, network, receiptOf, fees } = this.#needs
    const untilS = Math.trunc(clock.nowMs() / 1_000) + 1
    const fromS = untilS - WINDOW_S
    this.#forget()
    const { fromBlock = 0n, untilBlock = 0n, feeOf = () => credits(0) } = fees() ?? {}
    return makeDigest(domain, {
      ...{ region, peer: network.self as PeerId, fromS, untilS, fromBlock, untilBlock, receiptOf, feeOf },
      batches: this.#batches.filter(({ atS }) => atS >= fromS).slice(-DIGEST_BATCHES_MAX),
    })
  }

  #says(is: (entry: BatchEntry) => boolean): boolean {
    return this.#batches.some(({ batch }) => batch.subjects.some(({ entries }) => entries.some(is)))
  }

  #wait(miner: Address, entry: BatchEntry): void {
    this.#waiting.push({ miner, entry })
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift()
  }

  /** The newest, of the first so many miners; a job whose receipt is not paid yet waits for the next one. */
  #nextBatch(): ObservationBatch | undefined {
    const { subjectOf, receiptOf, region, payer } = this.#needs
    const subjects = new Map<Address, BatchSubject & { readonly entries: BatchEntry[] }>()
    const later: Waiting[] = []
    let count = 0
    for (const waiting of this.#waiting.toReversed()) {
      const { miner, entry } = waiting
      const subject = subjectOf(miner)
      if (subject === undefined || miner === payer.address || subject.owner === payer.address) continue
      if ('attempt' in entry && receiptOf(entry.attempt) === undefined) {
        later.push(waiting)
        continue
      }
      const known = subjects.get(miner)
      if (count >= BATCH_ENTRIES_MAX || (known === undefined && subjects.size >= BATCH_SUBJECTS_MAX)) continue
      count++
      if (known !== undefined) known.entries.unshift(entry)
      else {
        const { owner, region: of, cardClass } = subject
        subjects.set(miner, { miner, owner, region: of, cardClass, entries: [entry] })
      }
    }
    // What was never paid within a batch's time is not waited for again.
    const oldestS = this.#needs.clock.nowMs() / 1_000 - PAID_WITHIN_S
    this.#waiting = later.reverse().filter(({ entry }) => entry.atS > oldestS)
    if (subjects.size === 0) return undefined
    return { kind: 'observations', region, subjects: [...subjects.values()] }
  }

  /** @param waiting what it was made of: as long as the disk does not take the batch, all of it goes on waiting */
  async #publishBatch(batch: ObservationBatch, waiting: readonly Waiting[]): Promise<number> {
    const { clock, keep } = this.#needs
    const { bytes, sequence } = this.#sign(batch)
    const published = { sequence, atS: Math.trunc(clock.nowMs() / 1_000), statement: bytes }
    try {
      await keep(published, receiptsNamed([batch]))
    } catch (error) {
      const held = new Set(waiting)
      this.#waiting = [...waiting, ...this.#waiting.filter((each) => !held.has(each))].slice(-WAITING_MAX)
      throw error
    }
    this.#batches.push({ ...published, batch })
    this.#attempts = undefined
    await this.#send(bytes)
    return bytes.length
  }

  async #tell(digest: ScoreDigest): Promise<number> {
    const { bytes } = this.#sign(digest)
    await this.#send(bytes)
    return bytes.length
  }

  #sign(word: ScoreWord): { readonly bytes: Uint8Array; readonly sequence: bigint } {
    const { domain, clock, payer } = this.#needs
    const nowMs = clock.nowMs()
    this.#sequence = nextSequence(this.#sequence, nowMs)
    const { bytes } = signScoreWord(domain, word, { sequence: this.#sequence, nowMs }, payer)
    return { bytes, sequence: this.#sequence }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const { network, topic, region } = this.#needs
    await network.publish(topic, region, bytes)
  }

  /** A digest of before is still made again, and the batches and receipts behind it asked for. */
  #forget(): void {
    const oldestS = (this.#needs.clock.nowMs() - BATCH_LIFETIME_MS) / 1_000
    while (this.#batches.length > 0 && this.#batches[0]!.atS < oldestS) {
      this.#batches.shift()
      this.#attempts = undefined
    }
  }
}

/** A client pays within seconds; of a lease's jobs, which cost nothing, nothing is ever paid. */
const PAID_WITHIN_S = 3_600
