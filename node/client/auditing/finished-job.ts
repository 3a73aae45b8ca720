/** What an auditor hears of a job of this client, when its answer is here and its receipt is on the way. */
import type { Address, AttemptId, JobId, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

export interface FinishedJob {
  readonly job: JobId
  readonly attempt: AttemptId
  readonly miner: Address
  readonly peer: PeerId
  readonly model: ModelId
  readonly latencyMsMax: number | undefined
  readonly deadlineMs: number
  readonly price: Credits
  /** The application's own: whoever keeps them copies them. */
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** Nobody else may see the inputs. */
  readonly isSensitive: boolean
  /** What may be asked in place of inputs that nobody else may see. */
  readonly canary?: readonly Tensor[]
  /** Rejects where none comes that holds. */
  readonly receipt: Promise<Receipt>
}

export interface JobListener {
  /** Called once for each job that was answered, unless it is an audit itself. Must not throw, and not wait. */
  finished(job: FinishedJob): void
}
