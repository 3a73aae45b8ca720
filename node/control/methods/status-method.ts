/** `status`: how this node stands, in the order in which its owner asks. */
import { type Credits, formatCredits } from '../../../protocols/kernel/money.ts'
import type { AuditTally } from '../../../protocols/rules/auditing/audit-record.ts'
import type { AuditOutcome } from '../../../protocols/rules/auditing/audit-verdict.ts'
import type { TypicalLatency } from '../../../protocols/rules/line/typical-latencies.ts'
import type { LineReport } from '../../care/line/line-watch.ts'
import type { PowerReport } from '../../care/power/power-keeper.ts'
import { type ShownHold, shownHold } from '../../care/shown-holds.ts'
import { auditedOf } from '../../client/auditing/audit-row.ts'
import type { NodeState } from '../../events/node-state.ts'
import type { KeyBudget } from '../../gateway/day-budgets.ts'
import type { ReportedCard } from '../../gpu/cards-report.ts'
import type { Seen } from '../../market/seen-by.ts'
import type { NodeCloud } from '../../roles/client/cloud.ts'
import type { Miner } from '../../roles/miner/miner.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { type IdleReport, idleReport } from './idle-report.ts'
import { type OwnStanding, ownStanding } from './score-methods.ts'

export interface StatusReport {
  readonly phase: NodeState['phase']
  readonly version: string
  readonly network: string
  /** The network file that it was started with: a name, or a path. */
  readonly networkFile: string
  readonly roles: readonly string[]
  readonly name: string
  readonly dataFolder: string
  readonly peer: string
  readonly addresses: readonly string[]
  /** Where it joined the network, or tries to. */
  readonly bootstrap: readonly string[]
  readonly operator?: string
  readonly payer?: string
  readonly uptimeMs: number
  /** The last run was lost before it ended. */
  readonly unclean: boolean
  readonly peers: number
  /** False where a table stands in for a chain: all amounts are promises that nothing settles. */
  readonly settles: boolean
  /** `redeemed`: paid by the chain, fee included; zero without one. */
  readonly earned: { readonly due: bigint; readonly promised: bigint; readonly redeemed: bigint }
  readonly spent: { readonly due: bigint; readonly promised: bigint; readonly disputed: number }
  readonly jobs: NodeState['jobs']
  readonly requests: NodeState['requests']
  /** Of a client that audits: answers that were looked at, by what was found of their miners, and how many miners get no work for it. */
  readonly audits?: AuditTally & { readonly barred: number }
  readonly models: readonly {
    readonly id: string
    readonly name: string
    readonly state: string
    readonly respawns: number
  }[]
  readonly offer?: { readonly atMs: number; readonly peers: number; readonly paused: boolean; readonly jobs: number }
  /** Present where the owner paused this miner; `untilMs`: Unix ms of its return, where that is set. */
  readonly pause?: { readonly untilMs?: number }
  /** Present where the card serves one lessee alone: Unix ms of the end of its lease. */
  readonly leasedUntilMs?: number
  /** All that holds work back, that pause included. */
  readonly care: NodeState['care']
  /** Of a miner: what holds it or one of its cards, in the order in which it came, what holds nobody included. */
  readonly holds?: readonly ShownHold[]
  /** Of a miner whose owner set a budget of watts; its cards by the keys of `cards`. */
  readonly power?: PowerReport
  /** Of a miner: how long jobs take here, what its line was seen to carry, how far peers are. Information; nothing is held back for it. */
  readonly line?: LineReport & { readonly regions: readonly TypicalLatency[] }
  /** Of a miner that has had no work for five minutes: why, as far as it can know. */
  readonly idle?: IdleReport
  /** How many other peers know its offer, of those that answered; null where nobody did, or there is no offer. */
  readonly seenBy: Seen | null
  readonly directoryOffers?: number
  /** Of a miner: how its service stands with those that publish what they saw. */
  readonly service?: OwnStanding
  /** Where programs on this machine ask over HTTP. */
  readonly gateway?: string
  /** What each key of the gateway has spent today, and what its running jobs may cost. */
  readonly gatewayKeys?: readonly KeyBudget[]
  /** The cloud that jobs may allow, its models at the mesh, and what it cost today. */
  readonly cloud?: {
    readonly provider: string
    readonly models: readonly string[]
    readonly spent: bigint
    readonly reserved: bigint
    readonly budget: bigint
    readonly dayEndsAtMs: number
  }
  /** Where Prometheus reads. */
  readonly metrics?: string
  readonly space: string
  /** Of this machine; absent until somebody had them looked for, as a miner does at its start. */
  readonly cards?: readonly ReportedCard[]
  /** Present where the clock of this machine is off: the others' less ours, by as many miners; whether signing stopped for it. */
  readonly clock?: { readonly offsetMs: number; readonly voters: number; readonly isStopped: boolean }
  readonly signing?: { readonly code: string; readonly message: string; readonly hint: string }
  /** Of traced jobs; `failing`: why the collector takes none now. Absent where no collector is configured. */
  readonly spans?: NodeState['spans']
  readonly troubles: NodeState['troubles']
  /** One thing to do now, in one sentence. */
  readonly next: string
}

export function statusOf(node: RunningNode, nowMs: number): StatusReport {
  const state = node.state()
  const { settings, network } = node
  return {
    phase: state.phase,
    version: state.version ?? '',
    network: network.networkId,
    networkFile: settings.network,
    roles: settings.roles,
    name: settings.name,
    dataFolder: settings.dataFolder,
    peer: node.peer,
    addresses: node.addresses(),
    bootstrap: settings.bootstrap,
    ...(node.operator === undefined ? {} : { operator: node.operator }),
    ...(node.client === undefined ? {} : { payer: node.client.purse.payer }),
    uptimeMs: Math.max(0, nowMs - (state.startedAtMs ?? nowMs)),
    unclean: state.unclean,
    peers: node.mesh.connectedPeers().length,
    settles: node.settles,
    earned: state.earned,
    spent: state.spent,
    jobs: state.jobs,
    requests: state.requests,
    ...auditsOf(node),
    models: Object.entries(state.models).map(([id, model]) => ({ id, ...model })),
    ...offerOf(state),
    ...(state.pause === undefined ? {} : { pause: state.pause }),
    ...(state.leasedUntilMs === undefined ? {} : { leasedUntilMs: state.leasedUntilMs }),
    care: state.care,
    ...(node.miner?.power === undefined ? {} : { power: node.miner.power.report() }),
    ...(node.miner === undefined ? {} : { holds: holdsOf(node, node.miner) }),
    ...(node.miner === undefined
      ? {}
      : { line: { ...node.miner.line.report(), regions: node.miner.line.latencies() } }),
    ...idleOf(node, state),
    seenBy: node.miner?.seenBy.last ?? null,
    ...(node.router === undefined ? {} : { directoryOffers: [...node.router.directory.live()].length }),
    ...(node.operator === undefined ? {} : { service: ownStanding(node)! }),
    ...(node.gateway === undefined ? {} : { gateway: node.gateway.url, gatewayKeys: node.gateway.budgets() }),
    ...(node.cloud === undefined ? {} : { cloud: cloudOf(node.cloud) }),
    ...(node.monitor === undefined ? {} : { metrics: `${node.monitor.url}/metrics` }),
    space: state.space,
    ...(node.cards.monitor === undefined ? {} : { cards: node.cards.reported() }),
    ...(state.clock === undefined ? {} : { clock: { ...state.clock, isStopped: state.clockStopped } }),
    ...(state.signing === undefined ? {} : { signing: state.signing }),
    ...(settings.otlpEndpoint === undefined ? {} : { spans: state.spans }),
    troubles: state.troubles,
    next: nextStep(node, state),
  }
}

function idleOf(node: RunningNode, state: NodeState): Pick<StatusReport, 'idle'> {
  const idle = node.miner === undefined ? undefined : idleReport(node, node.miner, state)
  return idle === undefined ? {} : { idle }
}

function cloudOf({ desk, budget }: NodeCloud): NonNullable<StatusReport['cloud']> {
  return { provider: desk.provider, models: [...desk.models.keys()], ...budget.today() }
}

function holdsOf({ cards }: RunningNode, { care }: Miner): readonly ShownHold[] {
  const known = cards.cards().map(({ facts }) => facts)
  return care.caretaker.holds().map((hold) => shownHold(hold, known))
}

function auditsOf({ audits, settings }: RunningNode): Pick<StatusReport, 'audits'> {
  if (audits === undefined || settings.auditShare === 0) return {}
  const { book } = audits
  const count = (outcome: AuditOutcome): number =>
    book.rows().filter((row) => auditedOf(row).outcome === outcome).length
  const barred = book.miners().filter((miner) => book.isBarred(miner)).length
  return {
    audits: {
      ...{ matched: count('matched'), mismatched: count('mismatched'), inconclusive: count('inconclusive') },
      barred,
    },
  }
}

function offerOf({ offer }: NodeState): Pick<StatusReport, 'offer'> {
  if (offer === undefined) return {}
  const { atMs, peers, paused, jobs } = offer
  return { offer: { atMs, peers, paused, jobs } }
}

function nextStep(node: RunningNode, state: NodeState): string {
  if (state.signing !== undefined) return state.signing.hint
  if (state.clock !== undefined) return 'Set the clock of this machine (NTP): others refuse what is signed 30 s off.'
  if (state.space === 'reserve') return 'Free some disk space: no job is taken until then.'
  if (node.mesh.connectedPeers().length === 0) return 'No peer is connected: check the network file and the line.'
  const { admits, reasons } = state.care
  if (state.pause !== undefined || (!admits && reasons.some(({ cause }) => cause === 'owner')))
    return 'Paused: aitbc resume brings it back to the market.'
  if (!admits) return 'Nothing to do: it comes back by itself when what holds it is over.'
  if (node.miner !== undefined) {
    if (node.settings.models.length === 0) return 'Serve a model: aitbc config set models characters, then restart.'
    if (state.standing === 'short') {
      const needed = formatCredits(node.network.parameters.stakeMin as Credits)
      return `Nobody shows this miner until an owner with ${needed} of stake answers for it: aitbc wallet certify, aitbc wallet register, aitbc stake ${needed}.`
    }
    if (state.jobs.finished === 0) return 'Waiting for the first job: aitbc peers shows who can see this node.'
    return 'Nothing to do: jobs come in.'
  }
  if (node.client !== undefined) return 'Run a job: aitbc run characters --input picture.png'
  return 'Nothing to do.'
}
