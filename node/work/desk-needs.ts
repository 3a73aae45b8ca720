/** What the miner's desk stands on, and what it tells of jobs. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { ChainHead, Clock, Signer } from '../../protocols/kernel/ports.ts'
import type { TraceContext } from '../../protocols/kernel/trace-context.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import type { DeviceState } from '../../protocols/rules/scheduling/adapt-job.ts'
import type { LeafHasher } from '../../protocols/statements/growing-content.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { ReceiptStatus } from '../../protocols/statements/struct-types.ts'
import type { Refused } from './admission.ts'
import type { LeaseDesk } from './leasing/lease-desk.ts'
import type { MinerJournal } from './miner-journal.ts'
import type { OfferBoard } from './offer-board.ts'
import type { CounterTable } from './paying/counter-table.ts'
import type { ReceiptBatcher } from './paying/receipt-batcher.ts'
import type { ServedModels } from './served-models.ts'
import type { WitnessedJobs } from './service-level/witnessed-jobs.ts'

export interface JobDeskNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly leaves: LeafHasher
  readonly journal: MinerJournal
  readonly models: ServedModels
  readonly counters: CounterTable
  readonly batcher: ReceiptBatcher
  readonly board: OfferBoard
  /** The newest known head; kept fresh by its owner, for a job cannot wait for an RPC. */
  readonly head: () => ChainHead
  /** Asks for it once more, where a client names a block that is far from it. */
  readonly headAgain?: () => Promise<ChainHead>
  /** Whom the card serves; everybody where it leases none out. */
  readonly leases?: Pick<LeaseDesk, 'serves'>
  /** Jobs whose service is witnessed; agreements with a policy are refused where absent. */
  readonly witnessed?: Pick<WitnessedJobs, 'refusal' | 'accept' | 'inputComplete' | 'ended'>
  /** What care for the card and its owner says now; nothing is held back where absent. */
  readonly care?: () => CareVerdict
  /** The same of the card of one seat. */
  readonly careOf?: (card: string) => CareVerdict
  /** What the card of a seat sits in: a phone's, a board's and a battery's gets smaller runs, one at a time. */
  readonly deviceOf?: (card: string) => DeviceState
  /** A card has work in hand from now on, or none any more. */
  readonly onSeatWork?: (card: string, isBusy: boolean) => void
  readonly onEvent: (event: DeskEvent) => void
}

export interface JobDeskLimits {
  readonly jobsMax: number
  readonly inputBytesMax: number
}

/** What happened to a job here, for the log and the status. */
export type DeskEvent =
  | {
      readonly kind: 'accepted'
      readonly attempt: AttemptId
      readonly model: string
      readonly price: Credits
      /** The client's span of this attempt, where it told of one. */
      readonly parent?: TraceContext
    }
  | { readonly kind: 'refused'; readonly model: string; readonly refused: Refused }
  | {
      readonly kind: 'ended'
      readonly attempt: AttemptId
      readonly model: string
      readonly status: ReceiptStatus
      readonly price: Credits
      readonly waitedUs: number
      readonly computedUs: number
      /** When the engine had its result, on the monotonic clock; absent where it had none. */
      readonly ranMs?: number
      readonly error?: MeshError
    }
  /** The client of a traced attempt has taken all of its answer. */
  | { readonly kind: 'told'; readonly attempt: AttemptId }
