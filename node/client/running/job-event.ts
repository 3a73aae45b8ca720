/** What one job wishes, what happens to it on the way, and what it is answered. */

import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import {
  type Address,
  type AttemptId,
  type Hash32,
  type JobId,
  jobId,
  type ModelId,
  type PeerId,
} from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Random } from '../../../protocols/kernel/ports.ts'
import type { OpenSpan } from '../../../protocols/kernel/trace-context.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { PolicyWeights } from '../../../protocols/rules/routing/routing-policy.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import type { Finished } from '../../../protocols/wire/job/job-messages.ts'
import type { RefusalReason } from '../../../protocols/wire/job/refusals.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { ChosenBecause } from '../choosing/miner-choice.ts'
import type { CloudEvent } from '../cloud/cloud-event.ts'
import type { MinerNotes } from '../finding/offer-book.ts'
import type { PaymentLine } from '../paying/payment-line.ts'
import type { ServiceReport } from '../service-level/service-report.ts'

export interface JobWish {
  /** Of a job that has begun elsewhere, and is told of already; a new one where absent. */
  readonly job?: JobId
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  readonly latencyClass: LatencyClass
  readonly latencyMsMax: number | undefined
  readonly priceMax: Credits
  /** What is valued in a miner. */
  readonly weights: PolicyWeights
  /** Where the first miner is late a second one is asked, and the first answer counts. */
  readonly hedges: boolean
  /** Only these miners may be asked, all where absent: a job that is to run at another miner than one before. */
  readonly among?: (miner: MinerNotes) => boolean
  /** Everything together; `endsAtMs` is when it is over, on the monotonic clock. */
  readonly deadlineMs: number
  readonly endsAtMs: number
  /** Aborted at the deadline. */
  readonly signal: AbortSignal
  /** The job as a span of a trace; absent where nobody asked for one, and then miners are told of none. */
  readonly span?: OpenSpan
  /** Its service is held to the terms of the offer, before witnesses. */
  readonly isWitnessed?: boolean
  readonly onEvent: (event: JobEvent) => void
}

export type JobEvent =
  | {
      readonly kind: 'started'
      readonly job: JobId
      readonly span?: OpenSpan
      /** When the application asked for a traced job, on the monotonic clock. */
      readonly askedMs?: number
    }
  | {
      readonly kind: 'trying'
      readonly attempt: AttemptId
      readonly miner: Address
      readonly peer: PeerId
      readonly offer: Hash32
      readonly price: Credits
      /** Why this miner. */
      readonly chosen?: ChosenBecause
      /** Of this attempt alone, below that of the job. */
      readonly span?: OpenSpan
    }
  /** The miner has signed that it has begun: it expects to need more than a second. */
  | { readonly kind: 'begun'; readonly attempt: AttemptId }
  | {
      readonly kind: 'progress'
      readonly attempt: AttemptId
      readonly stage: 'queued' | 'running'
      readonly ahead: number
      readonly etaMs: number
    }
  /** `attempt` is absent in this one and the next where the miner was not asked yet. */
  | {
      readonly kind: 'refused'
      readonly attempt?: AttemptId
      readonly miner: Address
      readonly reason: RefusalReason
      readonly detail: string
    }
  | { readonly kind: 'failed'; readonly attempt?: AttemptId; readonly miner: Address; readonly error: MeshError }
  | { readonly kind: 'resumed'; readonly attempt: AttemptId }
  /** How a witnessed attempt was served: behind its answer, or with its failure. */
  | { readonly kind: 'service'; readonly attempt: AttemptId; readonly miner: Address; readonly report: ServiceReport }
  | {
      readonly kind: 'finished'
      readonly attempt: AttemptId
      readonly miner: Address
      readonly finished: Finished
      readonly roundTripMs: number
    }
  /**
   * Another attempt answered first. It was cancelled, which costs nothing, unless its own answer came before the miner heard of
   * that: then it is paid as agreed. May be told after the job's answer.
   */
  | { readonly kind: 'outrun'; readonly attempt: AttemptId; readonly miner: Address; readonly paid: Credits }
  | CloudEvent

export interface JobAnswer {
  readonly job: JobId
  readonly attempt: AttemptId
  readonly attempts: number
  readonly miner: Address
  /** Why this miner. */
  readonly chosen: ChosenBecause
  readonly outputs: readonly Tensor[]
  readonly finished: Finished
  /** From the first message of the winning attempt to the last byte of its answer. */
  readonly roundTripMs: number
  /** Everything, with the miners that could not. */
  readonly totalMs: number
  /** Follows behind the answer. Rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  readonly receipt: Promise<Receipt>
  /** Of a witnessed job; follows behind the answer too, and never rejects. */
  readonly service?: Promise<ServiceReport>
  /** Where this miner is paid. */
  readonly line: PaymentLine
}

export const newJobId = (random: Random): JobId => jobId(toHex(random.bytes(16)).slice(2))

export function startedEvent(
  job: JobId,
  { span, endsAtMs, deadlineMs }: Pick<JobWish, 'span' | 'endsAtMs' | 'deadlineMs'>,
): JobEvent {
  return { kind: 'started', job, ...(span === undefined ? {} : { span, askedMs: endsAtMs - deadlineMs }) }
}
