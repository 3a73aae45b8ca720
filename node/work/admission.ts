/** Whether a miner takes a job: pure, from what the job says and how the miner stands. */
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { CareCause, CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { hasPlace } from '../../protocols/rules/scheduling/pace.ts'
import { agreementIsRecent } from '../../protocols/statements/agreement.ts'
import type { JobSpec } from '../../protocols/wire/job/job-messages.ts'
import type { RefusalReason } from '../../protocols/wire/job/refusals.ts'
import type { TensorSpec } from '../../protocols/wire/job/tensor.ts'
import { checkInputs } from '../../protocols/wire/job/tensor-check.ts'
import { totalBytes } from '../../protocols/wire/job/tensor-frames.ts'
import type { Service } from './leasing/lease-desk.ts'
import type { JobFit } from './queue/fit-job.ts'

/**
 * What the miner's journal can keep of new work. `full` passes when there is space, `behind` when a slow disk has caught up;
 * `stopped` does not pass before a new start.
 */
export type JournalStanding = 'good' | 'full' | 'behind' | 'stopped'

export interface Standing {
  readonly draining: boolean
  readonly paused: boolean
  /** Its clock is so far off that nothing is signed that carries a time. */
  readonly clockStopped: boolean
  readonly journal: JournalStanding
  readonly care: CareVerdict
  /** Running and waiting. */
  readonly jobs: number
  readonly jobsMax: number
  /** Of the payer that asks. */
  readonly jobsOfPayer: number
  /** Input bytes of all jobs here, and how many may be. */
  readonly inputBytes: number
  readonly inputBytesMax: number
}

export interface ModelStanding {
  readonly inputs: readonly TensorSpec[]
  /** Until one of this job would begin, and until it would be over; 0 before the first job. */
  readonly waitMs: number
  readonly etaMs: number
  /** Whether what it holds in memory would fit, as far as that is known. */
  readonly fit: JobFit
}

export interface Refused {
  readonly reason: RefusalReason
  readonly detail: string
  readonly retryAfterMs: number
}

const refused = (reason: RefusalReason, detail: string, retryAfterMs = 0): Refused => ({ reason, detail, retryAfterMs })

/** By then the next batch of receipts was tried, on a disk that is slow and not dead. */
const BEHIND_MS = 2_000
/** A card cools, and an owner leaves, in minutes; to ask again sooner is to ask in vain. */
const CARE_AGAIN_MS = 60_000

/** What a stranger is told. That the owner is at the machine, and with what, is nobody's business. */
const careWords: Readonly<Partial<Record<CareCause, string>>> = {
  heat: 'the card is too hot',
  power: 'there is no power for more work',
  battery: 'the battery has to last',
  network: 'the connection has to be spared',
  card: 'the card is gone',
  owner: 'this miner is paused',
}

function refusedByCare({ reasons }: CareVerdict): Refused {
  const cause = reasons[0]?.cause
  const words = (cause === undefined ? undefined : careWords[cause]) ?? 'this miner rests'
  return refused(cause === 'heat' ? 'THERMAL' : 'POLICY', words, CARE_AGAIN_MS)
}

/** Jobs that care lets be here at once: its share of the usual, and one where that is any at all. */
export function jobsUnderCare(jobsMax: number, { loadShare }: CareVerdict): number {
  // What is no share lets nothing run: a sensor that says nonsense is no leave.
  if (!(loadShare > 0)) return 0
  return Math.max(1, Math.floor(jobsMax * Math.min(1, loadShare)))
}

/** Rules that do not depend on the job; the lasting reason first. */
export function refuseByStanding({ draining, paused, clockStopped, journal, care }: Standing): Refused | undefined {
  if (draining) return refused('DRAINING', 'this miner is stopping')
  // What failed is this machine's business; a stranger learns how long it lasts.
  if (journal === 'stopped') return refused('DRAINING', 'this miner can sign nothing until it is started again')
  // Before the pause, which is what care does too: a client that knows of the heat holds it against nobody.
  if (!care.admits) return refusedByCare(care)
  if (paused) return refused('POLICY', 'this miner is paused')
  if (clockStopped) return refused('CLOCK', "this miner's clock is off")
  if (journal === 'full') return refused('DISK_FULL', 'no space for receipts', 60_000)
  if (journal === 'behind') return refused('BUSY', 'too many receipts wait for a slow disk', BEHIND_MS)
  return undefined
}

/** While a card is leased it serves its lessee alone. */
export function refuseByLease(service: Service): Refused | undefined {
  if (service.kind !== 'another') return undefined
  return refused('POLICY', 'the card is leased', Number(service.leftSeconds) * 1_000)
}

/** Rules on the job and the room for it. */
export function refuseBySpec(spec: JobSpec, model: ModelStanding, standing: Standing): Refused | undefined {
  try {
    checkInputs(model.inputs, spec.inputs)
  } catch (error) {
    if (isMeshError(error)) return refused('INPUT', error.message)
    throw error
  }
  const { waitMs, etaMs } = model
  if (standing.jobs >= standing.jobsMax) {
    return refused('BUSY', `${standing.jobs} jobs here, at most ${standing.jobsMax}`, Math.ceil(waitMs / 2))
  }
  if (standing.jobs >= jobsUnderCare(standing.jobsMax, standing.care)) return refusedByCare(standing.care)
  if (!hasPlace(standing.jobsOfPayer, standing.jobs, standing.jobsMax)) {
    return refused(
      'BUSY',
      `${standing.jobsOfPayer} jobs of this payer here, others need places too`,
      Math.ceil(waitMs / 2),
    )
  }
  const bytes = totalBytes(spec.inputs)
  if (standing.inputBytes + bytes > standing.inputBytesMax) {
    return refused('MEMORY', `inputs of ${bytes} bytes, ${standing.inputBytesMax - standing.inputBytes} free`)
  }
  if (model.fit.kind === 'too-large') {
    return refused('MEMORY', `about ${model.fit.needBytes} bytes needed, at most ${model.fit.bytesMax}`)
  }
  if (spec.deadlineMs <= 0) return refused('DEADLINE', 'its time is over as it comes')
  if (etaMs > spec.deadlineMs) return refused('DEADLINE', `about ${Math.ceil(etaMs)} ms needed`)
  return undefined
}

export function refuseByPrice(price: Credits, priceMax: Credits): Refused | undefined {
  return price > priceMax ? refused('PRICE_TOO_LOW', `the price is ${price}, the ceiling ${priceMax}`) : undefined
}

export function refuseByBlock(named: bigint, head: bigint): Refused | undefined {
  if (agreementIsRecent({ blockTime: named }, head)) return undefined
  return refused(
    'CLOCK',
    `the named block is ${named > head ? named - head : head - named} s away from this miner's head`,
  )
}
