/** A job that the desk has taken, and what it orders of the queue. */
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Timer } from '../../protocols/kernel/ports.ts'
import { parseTraceparent, type TraceContext } from '../../protocols/kernel/trace-context.ts'
import type { RunRequest } from '../../protocols/wire/job/job-messages.ts'
import { STARTED_ABOVE_MS, signStarted } from '../../protocols/wire/job/started.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { Attempt } from './attempt.ts'
import type { JobDeskNeeds } from './desk-needs.ts'
import type { OpenCounter } from './paying/counter-table.ts'
import type { ModelSeat } from './queue/model-seat.ts'
import type { RunOrder } from './queue/run-order.ts'
import type { ServedModel } from './served-models.ts'
import type { WitnessedJob } from './service-level/witnessed-jobs.ts'

export interface RunningJob {
  readonly attempt: Attempt
  readonly model: ServedModel
  readonly counter: OpenCounter
  readonly price: Credits
  /** Where its agreement has a policy. */
  readonly witnessed?: WitnessedJob
  /** Once its input is complete. */
  order?: RunOrder
  /** Times that its run made way. */
  setAside: number
  /** Where it runs, or ran last. */
  seat?: ModelSeat
  ranMs?: number
  /** Ends the attempt while its input is incomplete. */
  guard?: Timer
}

/** The client's span, where it tells of one. */
export const parentOf = ({ header }: RunRequest): TraceContext | undefined =>
  header?.traceparent === undefined ? undefined : parseTraceparent(header.traceparent)

type SigningNeeds = Pick<JobDeskNeeds, 'domain' | 'signer' | 'clock' | 'journal'>

export function orderOf(
  needs: SigningNeeds,
  running: RunningJob,
  inputs: readonly Tensor[],
  deadlineMs: number,
): RunOrder {
  const { attempt, model, price } = running
  const { terms, spec } = attempt.run
  let announced = false
  return {
    model,
    payer: terms.payer,
    latencyClass: spec.latencyClass,
    price,
    inputs,
    signal: attempt.signal,
    deadlineMs,
    // No job is private yet; one that is runs alone.
    mayShare: true,
    onBegun: (seat) => {
      running.seat = seat
      attempt.running()
      if (announced || (model.serviceMs ?? 0) <= STARTED_ABOVE_MS) return
      announced = true
      void announce(needs, attempt)
    },
    onSetAside: () => {
      running.setAside++
      attempt.queued()
    },
    onLost: (why) => attempt.cancel(why),
  }
}

/** The signed word that long work has begun. Work goes on without it where nothing can be signed. */
async function announce({ domain, signer, clock, journal }: SigningNeeds, attempt: Attempt): Promise<void> {
  try {
    const nowMs = clock.nowMs()
    const sequence = await journal.nextSequence('started', nowMs)
    attempt.started(signStarted(domain, signer, attempt.id, { sequence, nowMs }))
  } catch (error) {
    // The end of the attempt will fail in the same way, and be told of.
    if (!isMeshError(error)) throw error
  }
}
