/** Makes observations of what the client tells of its jobs. A job counts as answered when its receipt was checked. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, JobId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import type { Observation } from '../../protocols/rules/qos/observation.ts'
import type { Receipt } from '../../protocols/statements/struct-types.ts'
import type { ClientEvent } from '../client/client-needs.ts'
import type { LineEvent } from '../client/paying/line-event.ts'
import type { JobEvent } from '../client/running/job-runner.ts'

/** Answers whose receipts are on their way: what a client that is cut off from its miners holds at most. */
const AWAITED_MAX = 4_096

/** An engine that fails may be broken, or was given what no engine could run. */
const INPUT_DOUBT_PERCENT = 50

export interface JobObserverNeeds {
  readonly clock: Clock
  /** How far this node doubts itself now, in percent. */
  readonly doubtPercent: () => number
  readonly latencyClassOf: (job: JobId) => LatencyClass | undefined
  readonly onSeen: (seen: Observation) => void
  /** A receipt of an answered job was checked. */
  readonly onReceipt: (attempt: AttemptId, receipt: Receipt) => void
  /** A voucher pays these attempts. */
  readonly onPaid: (attempts: readonly AttemptId[]) => void
}

interface Awaited {
  readonly atS: number
  readonly miner: Address
  readonly doubtPercent: number
  readonly latencyMs: number
  readonly latencyClass: LatencyClass
}

export class JobObserver {
  readonly #needs: JobObserverNeeds
  readonly #awaited = new AgeingMap<AttemptId, Awaited>()

  constructor(needs: JobObserverNeeds) {
    this.#needs = needs
  }

  take(told: ClientEvent): void {
    if (told.kind === 'job') this.#job(told.job, told.event)
    else if (told.kind === 'line') this.#line(told.miner, told.event)
  }

  #job(job: JobId, event: JobEvent): void {
    switch (event.kind) {
      case 'finished':
        this.#await(job, event)
        return
      case 'refused':
        this.#seen('refused', event.miner)
        return
      case 'failed':
        if (endedForHeat(event.error)) this.#seen('refused', event.miner)
        else if (isOfMiner(event.error)) this.#seen('failed', event.miner)
        else if (event.error.code === 'ENGINE_FAILED') this.#seen('failed', event.miner, INPUT_DOUBT_PERCENT)
    }
  }

  #await(job: JobId, { attempt, miner, roundTripMs }: Extract<JobEvent, { kind: 'finished' }>): void {
    const { latencyClassOf, doubtPercent } = this.#needs
    if (this.#awaited.size >= AWAITED_MAX) this.#awaited.delete(this.#awaited.oldest()!)
    this.#awaited.set(attempt, {
      atS: this.#nowS(),
      miner,
      doubtPercent: doubtPercent(),
      latencyMs: Math.max(0, Math.round(roundTripMs)),
      latencyClass: latencyClassOf(job) ?? 'standard',
    })
  }

  #line(miner: Address, event: LineEvent): void {
    const { onSeen, onReceipt, onPaid } = this.#needs
    switch (event.kind) {
      case 'receipt': {
        const awaited = this.#awaited.get(event.attempt)
        if (awaited === undefined) return
        this.#awaited.delete(event.attempt)
        const { weights, price, usage } = event.receipt
        onReceipt(event.attempt, event.receipt)
        onSeen({ kind: 'answered', attempt: event.attempt, ...awaited, weights, price, usage })
        return
      }
      case 'signed':
        onPaid(event.voucher.agreements)
        return
      case 'dispute':
        // Withheld, or another than was agreed: as good as no answer. What is not about an attempt is about money.
        if (event.attempt === undefined || !isOfMiner(event.error)) return
        this.#awaited.delete(event.attempt)
        this.#seen('failed', miner)
    }
  }

  #seen(kind: 'refused' | 'failed', miner: Address, doubtMin = 0): void {
    const { onSeen, doubtPercent } = this.#needs
    onSeen({ kind, atS: this.#nowS(), miner, doubtPercent: Math.max(doubtMin, doubtPercent()) })
  }

  #nowS(): number {
    return Math.trunc(this.#needs.clock.nowMs() / 1_000)
  }
}

/** The caller's, this machine's and the chain's troubles are no miner's. */
const isOfMiner = ({ fault }: MeshError): boolean => fault === 'remote' || fault === 'network'

/** What a card that has to cool does costs nobody anything. */
const endedForHeat = ({ code, facts }: MeshError): boolean =>
  code === 'ATTEMPT_ABORTED' && (facts as { readonly cause?: unknown }).cause === 'thermal'
