/**
 * Looks at the answers that this client gets: draws some, lets another miner compute them again, and where the two differ a third. What it
 * asks are jobs as any other, paid as any other, at times that tell nothing. Jobs wait for none of it.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { drawUnit } from '../../../protocols/kernel/draw.ts'
import { asMeshError, isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import type { Clock, Random } from '../../../protocols/kernel/ports.ts'
import { auditRoom, RUNS, runPriceMax } from '../../../protocols/rules/auditing/audit-budget.ts'
import type { AuditTally } from '../../../protocols/rules/auditing/audit-record.ts'
import { PPM, shareOf } from '../../../protocols/rules/auditing/audit-share.ts'
import { canaryOf, formOf } from '../../../protocols/rules/auditing/canary.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Receipt, receiptType } from '../../../protocols/statements/struct-types.ts'
import type { ToldAudit } from '../../../protocols/wire/audit/audit-messages.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { AuditBook } from './audit-book.ts'
import type { AuditEpochs } from './audit-epochs.ts'
import { type AuditRow, auditedOf } from './audit-row.ts'
import type { TwinMarket } from './find-twins.ts'
import type { FinishedJob, JobListener } from './finished-job.ts'
import type { HeardProofs } from './heard-proofs.ts'
import { HeldTensors } from './held-tensors.ts'
import { type AuditCase, type Rerun, tryCase } from './try-case.ts'

/** Two at once: more would be a load that tells twins what it is. */
const AUDITS_AT_ONCE = 2
/** That wait for their time or their turn; beyond, what is drawn is let go. */
const WAITING_MAX = 64
/** Gaps between jobs of this client that are remembered: canaries come in such. */
const GAPS_MAX = 16

/**
 * Where nobody could be asked a moment ago, nobody is looked for: a miner that no audit has said anything of is drawn each time, and who serves
 * a model alone would cost its client as much in searches as its jobs do.
 */
const NOBODY_MS = 10_000
/** But nobody at one price says little of another: where so many times as much may be paid by now, it is looked for again. */
const NOBODY_PRICE_FACTOR = 2n
/** Of so many miners and models; one more is looked for anew. */
const NOBODIES_MAX = 256

/** Why a receipt that was drawn is not audited. */
export type SkipReason = 'size' | 'budget' | 'busy' | 'nobody'

export interface AuditorNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly book: AuditBook
  readonly epochs: AuditEpochs
  readonly proofs: HeardProofs
  readonly market: TwinMarket
  readonly rerun: Rerun
  /** Parts in a million: of receipts, and of what jobs cost. */
  readonly share: number
  readonly budgetShare: number
  /** Audits begin within this after their job, drawn evenly; a canary comes in a gap as the client's own jobs have. */
  readonly delayMsMax: number
  readonly onAudited: (row: AuditRow) => void
  /** It was found lying once too often: it gets no work of this client any more. */
  readonly onBarred: (miner: Address, tally: AuditTally) => void
  readonly onSkipped: (why: SkipReason) => void
  readonly onFailure: (error: MeshError) => void
}

/** What is kept of a job until its receipt is here and drawn, or not. */
type Held =
  | { readonly kind: 'answer'; readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] }
  | { readonly kind: 'canary'; readonly inputs: readonly Tensor[] }

export class Auditor implements JobListener, AsyncDisposable {
  readonly #needs: AuditorNeeds
  readonly #held = new HeldTensors()
  readonly #stop = new AbortController()
  readonly #following = new Set<Promise<void>>()
  readonly #turns: (() => void)[] = []
  #running = 0
  #waiting = 0
  readonly #gaps: number[] = []
  /** By miner, model and arithmetic: until when, monotonic, and at what price. */
  readonly #nobodies = new Map<string, { readonly untilMs: number; readonly priceMax: Credits }>()
  #lastMs: number | undefined

  constructor(needs: AuditorNeeds) {
    this.#needs = needs
  }

  /** Audits that wait or run. */
  get open(): number {
    return this.#waiting + this.#running
  }

  get heldBytes(): number {
    return this.#held.bytes
  }

  /** Of a miner now, in parts of a million. */
  shareFor(miner: Address): number {
    return shareOf(this.#needs.share, this.#needs.book.standingOf(miner))
  }

  /** What audits may cost now. */
  get room(): Credits {
    return auditRoom(this.#needs.budgetShare, this.#needs.book.money)
  }

  finished(job: FinishedJob): void {
    if (this.#stop.signal.aborted || this.#needs.share === 0) return
    this.#noteGap()
    const following = this.#follow(job)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#needs.onFailure(asMeshError(error))
      })
      .finally(() => this.#following.delete(following))
    this.#following.add(following)
  }

  /** Resolves when nothing waits and nothing runs: for who wants to see all that was drawn. */
  async settled(): Promise<void> {
    while (this.#following.size > 0) await Promise.all(this.#following)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.settled()
    this.#needs.book.keep()
  }

  #hold({ inputs, outputs, isSensitive, canary }: FinishedJob): Held | undefined {
    if (isSensitive) {
      // A canary is made in memory and as large: of an input that is too large nothing is read.
      if (!this.#held.hasRoom(canary ?? inputs)) return undefined
      // Nothing of what is private is kept, not even here.
      const held = this.#held.hold(canary ?? canaryOf(inputs.map(formOf), this.#needs.random))
      return held === undefined ? undefined : { kind: 'canary', inputs: held }
    }
    const held = this.#held.hold([...inputs, ...outputs])
    if (held === undefined) return undefined
    return { kind: 'answer', inputs: held.slice(0, inputs.length), outputs: held.slice(inputs.length) }
  }

  #release(held: Held): void {
    this.#held.release(held.kind === 'answer' ? [...held.inputs, ...held.outputs] : held.inputs)
  }

  async #follow(job: FinishedJob): Promise<void> {
    // In the turn of the answer: its application may change what is its own afterwards.
    const held = this.#hold(job)
    try {
      const draw = this.#needs.epochs.draw()
      const receipt = await receiptOf(job, this.#stop.signal)
      if (receipt === undefined) return
      const { book, domain } = this.#needs
      book.spent(receipt.price)
      const hash = toHex(domain.structHash(receiptType, receipt)) as Hash32
      const share = this.shareFor(job.miner)
      if (book.isBarred(job.miner) || !draw.isDrawn(hash, share)) return
      if (held === undefined) return this.#needs.onSkipped('size')
      const priceMax = this.#priceMax(receipt.price, held)
      if (priceMax === undefined) return this.#needs.onSkipped('budget')
      if (this.#waiting >= WAITING_MAX) return this.#needs.onSkipped('busy')
      if (this.#isNobodyFor(job, receipt, priceMax)) return this.#needs.onSkipped('nobody')
      const end = draw.begin()
      let told: ToldAudit | undefined
      try {
        const row = await this.#inTurn(held, () => this.#audit(job, receipt, hash, share, held))
        if (row !== undefined) told = toldOf(row, job)
      } finally {
        end(job.miner, told)
      }
    } finally {
      if (held !== undefined) this.#release(held)
    }
  }

  #priceMax(price: Credits, held: Held): Credits | undefined {
    return runPriceMax(this.room, price, held.kind === 'answer' ? 'twin' : 'canary')
  }

  async #inTurn<T>(held: Held, run: () => Promise<T>): Promise<T> {
    this.#waiting++
    try {
      const waitMs = held.kind === 'answer' ? drawUnit(this.#needs.random) * this.#needs.delayMsMax : this.#gap()
      await pause(this.#needs.clock, waitMs, this.#stop.signal)
      while (this.#running >= AUDITS_AT_ONCE) {
        const turn = Promise.withResolvers<void>()
        this.#turns.push(turn.resolve)
        await abortable(turn.promise, this.#stop.signal)
      }
      this.#running++
    } finally {
      this.#waiting--
    }
    try {
      return await run()
    } finally {
      this.#running--
      this.#turns.shift()?.()
    }
  }

  /** Undefined where there is no money left for it by now. */
  async #audit(
    job: FinishedJob,
    receipt: Receipt,
    drawn: Hash32,
    share: number,
    held: Held,
  ): Promise<AuditRow | undefined> {
    const { book, onAudited, onBarred, onSkipped } = this.#needs
    const priceMax = this.#priceMax(receipt.price, held)
    if (priceMax === undefined) {
      onSkipped('budget')
      return undefined
    }
    const reserved = credits(priceMax * RUNS[held.kind === 'answer' ? 'twin' : 'canary'])
    book.reserve(reserved)
    let cost = credits(0)
    const rerun: Rerun = async (run) => {
      const answer = await this.#needs.rerun(run)
      cost = credits(cost + answer.price)
      return answer
    }
    const one: AuditCase = {
      job: {
        miner: job.miner,
        peer: job.peer,
        model: job.model,
        latencyMsMax: job.latencyMsMax,
        deadlineMs: job.deadlineMs,
      },
      inputs: held.inputs,
      answer:
        held.kind === 'answer'
          ? { attempt: job.attempt, outputs: held.outputs, receipt, price: receipt.price }
          : undefined,
      kernelClass: receipt.kernelClass,
      price: receipt.price,
      priceMax,
    }
    try {
      const needs = {
        ...this.#needs,
        rerun,
        hasher: this.#needs.domain.crypto,
        draw: () => drawUnit(this.#needs.random),
      }
      const found = await tryCase(needs, one, this.#stop.signal)
      const before = found.parties.filter(({ miner }) => book.isBarred(miner)).map(({ miner }) => miner)
      const atMs = this.#needs.clock.nowMs()
      const row: AuditRow = { drawn, atMs, share, model: job.model, ...found, cost: String(cost) }
      if (!book.note(row)) return undefined
      if (auditedOf(row).why === 'no-twin') this.#noteNobody(job, receipt, priceMax)
      onAudited(row)
      for (const { miner } of row.parties) {
        if (book.isBarred(miner) && !before.includes(miner)) onBarred(miner, book.tallyOf(miner))
      }
      return row
    } finally {
      book.costs(reserved, cost)
    }
  }

  #isNobodyFor(job: FinishedJob, receipt: Receipt, priceMax: Credits): boolean {
    const key = whatOf(job, receipt)
    const nobody = this.#nobodies.get(key)
    if (nobody === undefined) return false
    const isEarly = this.#needs.clock.monotonicMs() < nobody.untilMs
    if (isEarly && priceMax < NOBODY_PRICE_FACTOR * nobody.priceMax) return true
    this.#nobodies.delete(key)
    return false
  }

  #noteNobody(job: FinishedJob, receipt: Receipt, priceMax: Credits): void {
    if (this.#nobodies.size >= NOBODIES_MAX) this.#nobodies.delete(this.#nobodies.keys().next().value!)
    this.#nobodies.set(whatOf(job, receipt), { untilMs: this.#needs.clock.monotonicMs() + NOBODY_MS, priceMax })
  }

  #noteGap(): void {
    const nowMs = this.#needs.clock.monotonicMs()
    if (this.#lastMs !== undefined) {
      this.#gaps.push(nowMs - this.#lastMs)
      if (this.#gaps.length > GAPS_MAX) this.#gaps.shift()
    }
    this.#lastMs = nowMs
  }

  /** As the client's own jobs follow each other. */
  #gap(): number {
    const gap = this.#gaps[Math.floor(drawUnit(this.#needs.random) * this.#gaps.length)] ?? 0
    return Math.min(gap, this.#needs.delayMsMax)
  }
}

/** Undefined where none came that holds: whoever waits for it says so. */
async function receiptOf({ receipt }: FinishedJob, signal: AbortSignal): Promise<Receipt | undefined> {
  try {
    return await abortable(receipt, signal)
  } catch (error) {
    if (!isMeshError(error) || error.fault === 'bug') throw error
    return undefined
  }
}

const whatOf = ({ miner, model }: FinishedJob, { kernelClass }: Receipt): string => `${miner} ${model} ${kernelClass}`

function toldOf(row: AuditRow, { attempt }: FinishedJob): ToldAudit {
  const { outcome, why } = auditedOf(row)
  const error = row.where?.error ?? row.error
  return {
    ...{ attempt, receipt: row.drawn, share: row.share, outcome, by: row.by },
    ...(why === undefined ? {} : { why }),
    ...(error === undefined ? {} : { error: Math.round(error * PPM) }),
  }
}
