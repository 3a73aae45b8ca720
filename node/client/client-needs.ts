/** What a client of the mesh is made with, and what it tells of. */

import type { Draw } from '../../protocols/kernel/draw.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, JobId, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random, Standing } from '../../protocols/kernel/ports.ts'
import type { RoutingPolicy } from '../../protocols/rules/routing/routing-policy.ts'
import type { LeafHasher } from '../../protocols/statements/growing-content.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { JobListener } from './auditing/finished-job.ts'
import type { Standby } from './choosing/standby-connections.ts'
import type { CloudDesk } from './cloud/cloud-desk.ts'
import type { DirectoryAnswer } from './finding/find-offers.ts'
import type { NetworkOf } from './finding/spread-networks.ts'
import type { LeaseEvent } from './leasing/leases.ts'
import type { LesseeJournal } from './leasing/lessee-journal.ts'
import type { MinerStanding, MinerWatch } from './miner-watch.ts'
import type { ClientJournal } from './paying/client-journal.ts'
import type { LineEvent } from './paying/line-event.ts'
import type { Purse } from './paying/purse.ts'
import type { JobEvent } from './running/job-event.ts'
import type { JobAnswer } from './running/job-runner.ts'
import type { CloudAnswer } from './running/venues.ts'
import type { JobStory } from './telling/job-story.ts'

export interface MeshClientNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  /** Large content is hashed there. */
  readonly leaves: LeafHasher
  readonly journal: ClientJournal
  /** The leases of earlier lives of this client; in memory where absent. */
  readonly lessee?: LesseeJournal
  readonly purse: Purse
  /** Where this client is, coarsely: its region's directories are asked. */
  readonly region: string
  /** So that the directories that are asked are not all of one network. */
  readonly networkOf?: NetworkOf
  readonly head: () => ChainHead
  /** Asks for it once more, where a miner has another one. */
  readonly headAgain?: () => Promise<ChainHead>
  /** For jobs that name no ceiling. */
  readonly priceMax: Credits
  readonly onEvent: (event: ClientEvent) => void
  /** Every job is traced, also where its caller brings no trace. */
  readonly tracesAll?: boolean
  readonly stories?: readonly JobStory[]
  /** Hears what miners sign; nobody does where absent. */
  readonly watch?: MinerWatch
  /** What stands behind miners, where a chain can say. */
  readonly standing?: MinerStanding
  /** Whose stake stands behind a witness; without it no job is witnessed. */
  readonly standingOf?: (operator: Address, signal?: AbortSignal) => Promise<Standing>
  /** Instead of chance, between miners that are nearly equal: 0 always means the best. */
  readonly draw?: Draw
  /** Hears of every answered job with what was asked and answered; nobody does where absent. */
  readonly auditor?: JobListener
  /** How long a round trip to a peer takes, measured: before a job in a hurry trusts an estimate. Estimates are trusted where absent. */
  readonly ping?: (peer: PeerId, signal: AbortSignal) => Promise<number>
  /** Coordinates of this client, where it knows them: directories are told, and name the best for it. */
  readonly near?: () => Uint8Array | undefined
  /** For jobs that name none; `latency` where absent. */
  readonly policy?: RoutingPolicy
  /** Jobs of the realtime class that do not say themselves are hedged. */
  readonly hedgesRealtime?: boolean
  /** Keeps connections ready for the jobs that follow; none are where absent. */
  readonly standby?: Standby
  /** Where the client has credentials for one: for jobs that allow it, and no others. */
  readonly cloud?: CloudDesk
}

/** `isAudit`: nobody asked for it but this client itself, to look at another answer. */
interface OfJob {
  readonly job: JobId
  readonly model: ModelId
  readonly isAudit?: true
}

export type ClientEvent =
  | (OfJob & { readonly kind: 'job'; readonly event: JobEvent })
  | (OfJob & { readonly kind: 'answered'; readonly answer: JobAnswer })
  | (OfJob & { readonly kind: 'answered-by-cloud'; readonly answer: CloudAnswer })
  | (OfJob & { readonly kind: 'failed'; readonly error: MeshError })
  | { readonly kind: 'line'; readonly miner: Address; readonly event: LineEvent }
  | { readonly kind: 'lease'; readonly event: LeaseEvent }
  | { readonly kind: 'searched'; readonly answers: readonly DirectoryAnswer[] }
  /** After its search went on without it. */
  | { readonly kind: 'late-answer'; readonly answer: DirectoryAnswer }
