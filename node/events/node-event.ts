/**
 * Everything that happens to a node and is worth a word, as one typed fact each. Log, metrics, live streams and the state that
 * people see all come from these, so they cannot disagree. No event carries a prompt, an input, an output or a key.
 */
import type { ErrorCode, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, JobId, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { AuditOutcome, InconclusiveReason } from '../../protocols/rules/auditing/audit-verdict.ts'
import type { HeatSensor } from '../../protocols/rules/cards/card-reading.ts'
import type { CareCause } from '../../protocols/rules/care/care-verdict.ts'
import type { LeaseEnd } from '../../protocols/rules/leasing/lease-end.ts'
import type { PriceStrategy } from '../../protocols/rules/pricing/price-strategies.ts'
import type { NoteKind } from '../../protocols/rules/probing/claim-standing.ts'
import type { Tier } from '../../protocols/rules/qos/miner-score.ts'
import type { HeatStep } from '../../protocols/rules/thermal/heat-ladder.ts'
import type { CloudReason } from '../../protocols/rules/venue/choose-venue.ts'
import type { Contradiction } from '../../protocols/statements/contradiction.ts'
import type { RefusalReason } from '../../protocols/wire/job/refusals.ts'
import type { LimitChange } from '../care/power/limit-keeper.ts'
import type { EndpointHealth } from '../chain/rpc/rpc-endpoint.ts'
import type { TransactionStep } from '../chain/transactions/transaction-record.ts'
import type { FinishedSpan } from '../client/telling/finished-span.ts'
import type { KernelSet } from '../engines/kernels.ts'
import type { EvidenceSource } from '../market/evidence-store.ts'
import type { Space } from '../storage/space-reserve.ts'
import type { ServiceFacts } from './service-facts.ts'

interface CardWords {
  /** By its number in `aitbc gpu` and its name: two of a kind are told apart. */
  readonly card: string
  readonly memoryBytes?: number
  readonly simulated?: true
}

interface EventFacts {
  // The node itself
  'node:started': {
    readonly version: string
    readonly network: string
    readonly roles: readonly string[]
    readonly unclean: boolean
  }
  'node:stopping': { readonly why: 'asked' | 'failed' }
  'node:stopped': { readonly ranMs: number }
  'part:started': { readonly part: string; readonly tookMs: number }
  'part:stopped': { readonly part: string; readonly tookMs: number }
  'part:failed': { readonly part: string; readonly error: MeshError }
  'space:changed': { readonly space: Space }
  /** At the first start of a later version; schemas by their numbers, files by their names in the data folder. */
  'store:migrated': { readonly file: string; readonly from: number; readonly to: number; readonly copy: string }
  /** Only a new start mends it; a full disk is `space:changed`. */
  'signing:stopped': { readonly error: MeshError }
  /** Work in the background failed; what it was doing is named. */
  trouble: { readonly during: string; readonly error: MeshError }

  // The network
  'peer:connected': { readonly peer: PeerId }
  'peer:disconnected': { readonly peer: PeerId }
  /** This node answers DHT queries, for others can reach it, or does not any more. */
  'dht:changed': { readonly serves: boolean }
  /** Peers of earlier runs are tried: too few that serve the mesh are `connected`. */
  'peers:seeking': { readonly known: number; readonly connected: number }
  'peers:sought': { readonly tried: number; readonly reached: number }
  'peer:trouble': { readonly peer?: PeerId; readonly error: MeshError }
  /** Whether an owner with enough stake answers for this node's own operator. */
  'standing:changed': { readonly verdict: 'good' | 'short'; readonly stake: Credits; readonly isActive: boolean }
  /** More of this client's escrow is set aside for miners that it works with. */
  'channels:filled': { readonly miners: readonly Address[]; readonly amount: Credits }
  /** A miner whose offers were heard is bound to no owner, or its owner has too little stake: it is not shown. */
  'stake:short': { readonly operator: Address; readonly stake: Credits; readonly isActive: boolean }
  /** An endpoint of the chain is believed, or left alone for a while. */
  'chain:endpoint': EndpointHealth
  /** A transaction of this node went on. */
  'transaction:step': { readonly step: TransactionStep }
  /** Nothing is signed that carries a time; a witness beside the peers says so too. */
  'clock:stopped': { readonly isStopped: boolean; readonly offsetMs?: number }
  /** The clocks of others less this machine's, by the median of as many authors; told when it becomes wrong, and right again. */
  'clock:changed': { readonly isOff: boolean; readonly offsetMs: number; readonly voters: number }
  /** Offers of the region, handed on by another directory: `taken` were news, `false` were signed by nobody. */
  'directory:synced': {
    readonly directory: PeerId
    readonly sent: number
    readonly taken: number
    readonly false: number
    readonly tookMs: number
  }

  /** The court took stake for it. */
  'contradiction:punished': { readonly nullifier: Hash32; readonly operator: Address; readonly byUs: boolean }
  /** One key has signed two things that cannot both be true; it gets no work any more. */
  'contradiction:found': {
    readonly operator: Address
    readonly nullifier: Hash32
    readonly contradiction: Contradiction['kind']
    readonly source: EvidenceSource
    /** The key is this node's. */
    readonly isOwn: boolean
  }

  /** Looked for at the start; the processor last. */
  'card:found': CardWords & { readonly seenBy: readonly string[] }
  /** Its sensors do not tell of it any more, though they answer; it is there again. */
  'card:gone': CardWords
  'card:back': CardWords
  /** A probe of a miner's claim ended; what it was is said in `found`. */
  'claim:probed': {
    readonly miner: Address
    readonly outcome: NoteKind
    readonly found: string
  }
  /** Several probes at different times say that what a miner claims is false. */
  'claim:false': { readonly miner: Address; readonly claimedGflops: number; readonly found: string }
  /** How good a miner's service is by what this node knows; `points` are 0 to 100, absent where nothing is. */
  'score:tier': {
    readonly miner: Address
    readonly tier: Tier
    readonly former: Tier
    readonly points?: number
    readonly confidence: number
  }
  /** A rater published what it saw of so many miners, or what that comes to. */
  'score:heard': { readonly rater: Address; readonly what: 'observations' | 'scores'; readonly miners: number }
  /** This node did, for its owner opted in. */
  'score:published': { readonly entries: number; readonly miners: number; readonly bytes: number }
  /** A rater's digest was made again from its batches and receipts. */
  'score:checked': {
    readonly rater: Address
    readonly outcome: 'same' | 'different' | 'away'
    readonly receipts: number
  }
  /** An answer was looked at: what was found of its miner, and of the twin, where one answered. */
  'audit:ended': {
    readonly miner: Address
    readonly outcome: AuditOutcome
    readonly why?: InconclusiveReason
    readonly by: 'twin' | 'canary'
    readonly twin?: Address
    readonly twinOutcome?: AuditOutcome
    /** Struct hash of the receipt that was drawn. */
    readonly drawn: Hash32
    readonly model: ModelId
    readonly cost: Credits
  }
  /** Its answers were found wrong again and again: it gets no work of this node for a week. */
  'audit:barred': { readonly miner: Address; readonly matched: number; readonly mismatched: number }
  /** A receipt was drawn, and is not audited. */
  'audit:skipped': { readonly why: 'size' | 'budget' | 'busy' | 'nobody' }
  /** A client says what its audit of an answer of ours found; fair where its secret draws that receipt. */
  'audit:told': {
    readonly attempt: AttemptId
    readonly outcome: AuditOutcome
    readonly why?: InconclusiveReason
    readonly by: 'twin' | 'canary'
    readonly isFair: boolean
  }
  /** What it drew by is not what it had committed to. */
  'audit:false-secret': { readonly peer: PeerId }
  /** What this machine does was measured. */
  'card:measured': { readonly engine: string; readonly fp32Gflops?: number; readonly tookMs: number }

  // Models, and the miner
  'model:ready': { readonly model: ModelId; readonly name: string; readonly tookMs: number }
  /** `loose`: what holds no child here, of network, memory, files and privileges. */
  'engine:ready': { readonly name: string; readonly version: string; readonly loose: readonly string[] }
  /** It computes wrongly, or does not run at all: nothing is offered that it would run. */
  'engine:wrong': { readonly error: MeshError }
  /** A card was asked for; for one model, or one card of several, where it is named. */
  'engine:on-processor': {
    readonly kernels: KernelSet
    readonly model?: ModelId
    readonly card?: string
    readonly error: MeshError
  }
  /** A simulated card has work from now on, or none any more. */
  'seat:work': { readonly card: string; readonly isBusy: boolean }
  /** One card of several runs no model, or not this one; others do. */
  'seat:out': { readonly card: string; readonly model?: ModelId; readonly error: MeshError }
  'engine:respawned': { readonly model: ModelId; readonly how: string; readonly tookMs: number }
  'engine:stopped': { readonly model: ModelId; readonly error: MeshError }
  'content:fetched': {
    readonly model: ModelId
    readonly name: string
    readonly bytes: number
    readonly tookMs: number
  }
  /** `room`: for another one; `refused`: it broke a rule of the inspection. */
  'content:dropped': {
    readonly model: ModelId
    readonly name: string
    readonly why: 'room' | 'damaged' | 'refused' | 'asked'
  }
  /** Chunks of a whole copy are not what they were: it is a part from now on. */
  'content:damaged': { readonly model: ModelId; readonly name: string }
  /** What is asked moved by so much that it is told at once; `why`: the last thought behind it. */
  'price:moved': {
    readonly model: string
    readonly before: Credits
    readonly base: Credits
    readonly strategy: PriceStrategy
    readonly why: string
  }
  'offer:published': {
    readonly sequence: bigint
    readonly models: number
    readonly jobs: number
    readonly peers: number
    readonly paused: boolean
  }
  /** By the owner; `untilMs`: Unix ms of the return. With `card`, its number and name, of that card alone. */
  'pause:changed': { readonly isPaused: boolean; readonly untilMs?: number; readonly card?: string }
  /** What care for the cards and their owner says; a cause and its text stand at the same place of their lists, the gravest first. */
  'care:changed': {
    readonly admits: boolean
    /** 0 to 1. */
    readonly loadShare: number
    readonly stopsRunning: boolean
    readonly causes: readonly CareCause[]
    readonly texts: readonly string[]
    /** At the same place its card by number and name; empty where it is of the whole miner. */
    readonly cards: readonly string[]
  }
  /** How long nearly all of the last jobs took, against the target of 500 ms and the 2 s from which others are preferred. */
  'latency:changed': { readonly latency: 'good' | 'slow' | 'late'; readonly p95Ms: number }
  /** The card by its number in `aitbc gpu` and its name. */
  'heat:step': {
    readonly card: string
    readonly isSimulated: boolean
    readonly from: HeatStep
    readonly to: HeatStep
    readonly text: string
  }
  'heat:sensor': {
    readonly card: string
    readonly isSimulated: boolean
    readonly sensor: HeatSensor
    readonly state: 'answers' | 'silent' | 'stuck'
  }
  /** The budget over the cards that models run on; a card and its watts stand at the same place of their lists. */
  'power:shared': {
    readonly budgetW: number
    readonly cards: readonly string[]
    readonly sharesW: readonly number[]
  }
  /** Cards draw more than the budget for some seconds, or do not any more. */
  'power:over': { readonly isOver: boolean; readonly drawnW: number; readonly budgetW: number }
  /** The limit of a card was set by this node, or what was there before is back. */
  'power:limit': { readonly card: string; readonly limitW: number; readonly change: LimitChange }
  /** A card under the budget does not tell what it draws any more, or tells it again. */
  'power:sensor': { readonly card: string; readonly isLost: boolean }
  /** The card is promised to one lessee for this time (Unix seconds); `price` of the first step. */
  'lease:signed': {
    readonly lease: AttemptId
    readonly startsAt: bigint
    readonly endsAt: bigint
    readonly price: Credits
  }
  /** `owed`: of what was paid. */
  'lease:ended': { readonly lease: AttemptId; readonly how: LeaseEnd; readonly owed: Credits }
  /** The card serves one lessee alone from now on, or everybody. */
  'lease:serving': { readonly lease?: AttemptId; readonly untilMs?: number }
  'job:accepted': {
    readonly attempt: AttemptId
    readonly model: string
    readonly price: Credits
    /** Of the client's trace, where it told of one. */
    readonly traceId?: string
  }
  'job:refused': { readonly model: string; readonly reason: RefusalReason }
  'job:finished': {
    readonly attempt: AttemptId
    readonly model: string
    readonly price: Credits
    readonly waitedUs: number
    readonly computedUs: number
  }
  'job:aborted': {
    readonly attempt: AttemptId
    readonly model: string
    readonly cause: 'thermal' | 'restart' | 'cancelled' | 'error'
    readonly error?: MeshError
  }
  'receipt:signed': { readonly count: number }
  /** Vouchers are on their way to the chain. */
  'redemption:sent': { readonly vouchers: number; readonly amount: Credits; readonly reasons: readonly string[] }
  /** The chain paid on a counter, for good; `amount` with the fee. */
  'redemption:paid': { readonly counter: string; readonly amount: Credits; readonly claimed: Credits }
  /** The chain lost blocks and has forgotten that it paid `amount` on a counter: it is redeemed again. */
  'redemption:forgotten': { readonly counter: string; readonly amount: Credits; readonly claimed: Credits }
  /** The escrow would pay nothing on what this counter holds. */
  'redemption:refused': { readonly counter: string; readonly amount: Credits; readonly reason: string }
  /** `raisedBy` above the voucher before on this counter. */
  'voucher:accepted': { readonly counter: string; readonly cumulative: Credits; readonly raisedBy: Credits }

  // The client
  'request:started': { readonly job: JobId; readonly model: string; readonly traceId?: string }
  'request:answered': {
    readonly job: JobId
    readonly model: string
    readonly miner: Address
    readonly price: Credits
    readonly attempts: number
    readonly tookMs: number
  }
  /** A third party has seen the inputs of this job, which its application allowed. */
  'request:cloud-answered': {
    readonly job: JobId
    readonly model: string
    readonly provider: string
    readonly price: Credits
    readonly attempts: number
    readonly tookMs: number
    /** Whether a miner could still have been asked. */
    readonly fallBack: boolean
  }
  /** A job goes to the cloud, which may cost `priceMax` by the configured prices. */
  'cloud:asked': {
    readonly job: JobId
    readonly model: string
    readonly provider: string
    readonly priceMax: Credits
    readonly why: CloudReason
  }
  'cloud:answered': { readonly job: JobId; readonly provider: string; readonly price: Credits; readonly tookMs: number }
  'cloud:failed': {
    readonly job: JobId
    readonly provider: string
    readonly mayCost: Credits
    readonly error: MeshError
  }
  'request:failed': { readonly job: JobId; readonly model: string; readonly error: MeshError }
  /** One miner could not, or would not; another is tried where there is one. */
  'attempt:failed': { readonly job: JobId; readonly miner: Address; readonly reason: RefusalReason | ErrorCode }
  /** Another miner answered first; `paid` where its own answer came before it heard of that. */
  'attempt:outrun': { readonly job: JobId; readonly miner: Address; readonly paid: Credits }
  /** Directories were asked for offers: how many answered, and what they named. `false` were signed by nobody. */
  'offers:searched': { readonly directories: number; readonly offers: number; readonly false: number }
  /** A program was answered by an error instead of what it asked the gateway for. */
  'gateway:failed': { readonly reason: ErrorCode }
  /** How a job was served whose time was witnessed, as this side sees it. */
  'service:judged': {
    readonly side: 'client' | 'miner'
    readonly attempt: AttemptId
    readonly miner: Address
    /** Of the price that the receipt names so much is not owed. */
    readonly letOff: Credits
  } & ServiceFacts
  'receipt:checked': { readonly attempt: AttemptId; readonly price: Credits }
  'voucher:signed': { readonly miner: Address; readonly cumulative: Credits; readonly raisedBy: Credits }
  /** A piece of a traced job is over; of jobs that nobody traces there is none. */
  'span:ended': FinishedSpan
  /** Spans that a collector has taken. */
  'spans:sent': { readonly count: number }
  /** Spans that no collector will see: the queue was full, the collector did not take them, or the node stopped. */
  'spans:dropped': { readonly count: number; readonly why: 'full' | 'refused' | 'unreachable' | 'stopped' }
  /** The collector takes no spans (`error`), or takes them again. */
  'collector:changed': { readonly error?: MeshError }
  /** A miner counts more than this node, which pays it: results that never came, or a late one that it counts in full. */
  'payment:conceded': { readonly miner: Address; readonly amount: Credits }
  'payment:disputed': { readonly miner: Address; readonly attempt?: AttemptId; readonly error: MeshError }
}

export type EventKind = keyof EventFacts
export type NodeEvent = { readonly [K in EventKind]: { readonly kind: K } & EventFacts[K] }[EventKind]
export type EventOf<K extends EventKind> = Extract<NodeEvent, { readonly kind: K }>

export interface StampedEvent {
  /** From 1, without gaps: a reader who sees a gap was too slow and missed that many. */
  readonly sequence: number
  readonly atMs: number
  readonly event: NodeEvent
}
