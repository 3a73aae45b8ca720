/** How an application asks for a job, and what it gets. */
import type { Address, AttemptId, JobId, ModelId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { OpenSpan } from '../../../protocols/kernel/trace-context.ts'
import type { PolicyWeights, RoutingPolicy } from '../../../protocols/rules/routing/routing-policy.ts'
import type { CloudConsent } from '../../../protocols/rules/venue/choose-venue.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { ChosenBecause } from '../choosing/miner-choice.ts'
import type { MinerNotes } from '../finding/offer-book.ts'
import type { ServiceReport } from '../service-level/service-report.ts'
import type { JobEvent } from './job-event.ts'
import type { JobAnswer } from './job-runner.ts'

export interface InferOptions {
  /** Id of the model; see {@link MeshClient.findModel} for names. */
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  /** The most that this job may cost, all its attempts together. */
  readonly priceMax?: Credits
  /**
   * `witnessed`: only miners that grant terms are asked; witnesses time the job, a late one is paid as the class that it kept to, and
   * {@link Answer.service} says so.
   */
  readonly serviceLevel?: 'witnessed'
  /** Decides the latency class, and which miners are near enough. */
  readonly latencyMsMax?: number
  /** Everything together, retries included; 60 s where absent, an hour at most. */
  readonly deadlineMs?: number
  /**
   * Only these miners may be asked to run it; all where absent. An audit of it asks others too, with the same inputs unless it is
   * `sensitive`; so does a cloud that it allows.
   */
  readonly among?: (miner: MinerNotes) => boolean
  /**
   * Nobody but the miner that runs it may see the inputs: no cloud gets them, whatever `cloud` says, no second miner for a
   * hedge, and where the job is audited, something else is asked in its place.
   */
  readonly sensitive?: boolean
  /** What: inputs for the same model that anybody may see and that look like these. Made up, in the form of these, where absent. */
  readonly canary?: readonly Tensor[]
  /** The job looks at the answer to another one: it is audited by none itself, and counts as none of the application's. */
  readonly isAudit?: true
  /** What is valued in a miner, and in a venue: `latency`, `cost`, `balanced`, or weights that add up to one. */
  readonly policy?: RoutingPolicy | PolicyWeights
  /**
   * Where the first miner is late a second one is asked too, and the first answer counts. The other is cancelled, and paid only where its
   * answer came all the same; both together stay below `priceMax`.
   */
  readonly hedge?: boolean
  /**
   * The caller's span, as W3C Trace Context writes it: the job becomes its child, and miners are told of it, who can tell by it
   * which attempts belong together. A malformed one is as good as none.
   */
  readonly traceparent?: string
  /** Begins a trace where `traceparent` brings none. */
  readonly trace?: boolean
  /**
   * Whether a cloud that this client has credentials for may run it: `never` where absent; `fallback`: where no offer fits, after two
   * miners that failed, or when only so much of the deadline is left as the cloud needs; `allowed`: also where the policy finds the
   * cloud clearly better. It hands inputs and outputs to a third party.
   */
  readonly cloud?: CloudConsent
  readonly signal?: AbortSignal
  readonly onEvent?: (event: JobEvent) => void
}

/** A job that stays at the edge. */
export type EdgeOptions = InferOptions & { readonly cloud?: 'never' }

export interface Answer {
  readonly venue: 'edge'
  /** Whether the cloud stood behind it, and could have taken over. */
  readonly fallBack: boolean
  readonly job: JobId
  readonly attempt: AttemptId
  /** Miners that were asked to run it. */
  readonly attempts: number
  readonly miner: Address
  /** Why this miner; absent from what this client did not choose. */
  readonly chosen?: ChosenBecause
  /** Where the job was traced: 32 hexadecimal digits. */
  readonly traceId?: string
  readonly outputs: readonly Tensor[]
  readonly price: Credits
  readonly waitedMs: number
  readonly computedMs: number
  readonly roundTripMs: number
  readonly totalMs: number
  /** How the miner says that it changed the job to run it; a stranger's word. */
  readonly notes?: RunNotes
  /** Follows behind the answer. Rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  readonly receipt: Promise<Receipt>
  /** Where the job was witnessed. Follows behind the answer, within some seconds; never rejects. */
  readonly service?: Promise<ServiceReport>
}

export function answerOf({ finished, ...answer }: JobAnswer, fallBack: boolean, span: OpenSpan | undefined): Answer {
  return {
    venue: 'edge',
    fallBack,
    job: answer.job,
    attempt: answer.attempt,
    attempts: answer.attempts,
    miner: answer.miner,
    chosen: answer.chosen,
    ...(span === undefined ? {} : { traceId: span.traceId }),
    outputs: answer.outputs,
    price: finished.price,
    waitedMs: Number(finished.waitedUs) / 1_000,
    computedMs: Number(finished.computedUs) / 1_000,
    roundTripMs: answer.roundTripMs,
    totalMs: answer.totalMs,
    ...(finished.notes === undefined ? {} : { notes: finished.notes }),
    receipt: answer.receipt,
    ...(answer.service === undefined ? {} : { service: answer.service }),
  }
}
