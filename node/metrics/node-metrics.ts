/** All metrics of a running node as Prometheus reads them: what its events added up to, and how it stands at the moment. */
import { statfsSync } from 'node:fs'
import { heatSensors } from '../../protocols/rules/cards/card-reading.ts'
import { type Tier, tiers } from '../../protocols/rules/qos/miner-score.ts'
import type { Caretaker } from '../care/caretaker.ts'
import type { KeptCard } from '../care/heat/heat-keeper.ts'
import type { PowerReport } from '../care/power/power-keeper.ts'
import type { EndpointHealth } from '../chain/rpc/rpc-endpoint.ts'
import type { NodeState } from '../events/node-state.ts'
import type { KeyBudget } from '../gateway/day-budgets.ts'
import type { Line } from '../roles/miner/line.ts'
import type { EventLoopWatch } from './event-loop.ts'
import { expositionOf, type Family } from './exposition.ts'
import type { MetricBook } from './metric-book.ts'
import { type CounterName, type GaugeName, type LabelsOf, metricTable } from './metric-table.ts'

export interface NodeMetricsNeeds {
  readonly book: MetricBook
  readonly loop: EventLoopWatch
  readonly state: () => NodeState
  readonly info: { readonly version: string; readonly network: string }
  readonly dataFolder: string
  readonly mesh: {
    readonly traffic: { readonly bytesIn: number; readonly bytesOut: number }
    connectedPeers(): readonly unknown[]
  }
  readonly store: { readonly bytes: number; readonly bytesMax: number }
  /** Live offers; undefined without the role. */
  readonly directoryOffers: () => number | undefined
  readonly knownOffers: () => number | undefined
  readonly quality: () => QualityFigures
  /** Of the gateway's keys; none without a gateway. */
  readonly budgets: () => readonly KeyBudget[]
  /** Undefined where there is no cloud. */
  readonly cloudToday: () => Pick<KeyBudget, 'spent' | 'budget'> | undefined
  /** None where a table stands in for a chain. */
  readonly chain: () => ChainFigures | undefined
  readonly miner: () =>
    | {
        readonly jobsMax: number
        readonly seen: { readonly seen: number; readonly asked: number } | undefined
        readonly cards: readonly KeptCard[]
        readonly caretaker: Pick<Caretaker, 'seats' | 'verdictOf' | 'holds'>
        readonly power: PowerReport | undefined
        /** Credits in the standard class, of each model. */
        readonly asked: readonly bigint[]
        readonly quietMs: number
        readonly region: string
        readonly line: Pick<Line, 'report' | 'latencies'>
      }
    | undefined
}

export interface ChainFigures {
  readonly headAgeSeconds: number
  readonly endpoints: readonly Pick<EndpointHealth, 'state'>[]
  /** Transactions that are not settled; undefined where this node sends none. */
  readonly open: number | undefined
}

type Sampled = CounterName | GaugeName
export interface QualityFigures {
  /** Of all miners of whom something is known. */
  readonly tiers: Readonly<Partial<Record<Tier, number>>>
  /** Of this miner, by others. */
  readonly service: { readonly points: number | undefined; readonly raters: number } | undefined
}

/** A value that is not known has no series: 0 would be a claim. */
type Tell = <K extends Sampled>(name: K, value: number | undefined, ...words: LabelsOf<K>) => void

/** @example response.end(nodeMetricsText(needs)) */
export function nodeMetricsText(needs: NodeMetricsNeeds): string {
  const samples = new Map<Sampled, { words: readonly string[]; value: number }[]>()
  const tell: Tell = (name, value, ...words) => {
    if (value === undefined) return
    const known = samples.get(name) ?? []
    known.push({ words, value })
    samples.set(name, known)
  }
  tellNode(needs, tell)
  tellRoles(needs, tell)
  tellChain(needs, tell)
  tellProcess(needs, tell)
  const sampled = [...samples].map(([name, series]): Family => {
    const { help, type, ...row } = metricTable[name]
    const labels: readonly string[] = 'labels' in row ? row.labels : []
    const named = series.map(({ words, value }) => ({
      labels: labels.map((label, i) => [label, words[i]!] as const),
      value,
    }))
    return { name, type, help, series: named }
  })
  const counted = [...needs.book.families()].filter(({ name }) => !samples.has(name as Sampled))
  return expositionOf([...counted, ...sampled])
}

function tellNode({ state, info, mesh, store, dataFolder }: NodeMetricsNeeds, tell: Tell): void {
  const { space, signing, clock, clockStopped, servesDht } = state()
  const { bytesIn, bytesOut } = mesh.traffic
  tell('aitbc_node_info', 1, info.version, info.network)
  tell('aitbc_peers', mesh.connectedPeers().length)
  tell('aitbc_dht_serving', servesDht ? 1 : 0)
  tell('aitbc_mesh_received_bytes_total', bytesIn)
  tell('aitbc_mesh_sent_bytes_total', bytesOut)
  tell('aitbc_model_store_bytes', store.bytes)
  tell('aitbc_model_store_max_bytes', store.bytesMax)
  tell('aitbc_data_folder_free_bytes', freeBytes(dataFolder))
  tell('aitbc_disk_ok', space === 'ok' ? 1 : 0)
  tell('aitbc_signing_ok', signing === undefined && !clockStopped ? 1 : 0)
  tell('aitbc_clock_offset_seconds', (clock?.offsetMs ?? 0) / 1_000)
}

function tellRoles(needs: NodeMetricsNeeds, tell: Tell): void {
  const { state, directoryOffers, knownOffers, quality, budgets, cloudToday, miner } = needs
  const { jobs, requests, offer, models, pause, care } = state()
  const here = miner()
  tell('aitbc_directory_offers', directoryOffers())
  const known = knownOffers()
  tell('aitbc_known_offers', known)
  if (known !== undefined) tell('aitbc_requests_running', requests.running)
  for (const { name, budget, spent, reserved } of budgets()) {
    tell('aitbc_gateway_budget_credits', Number(budget), name)
    tell('aitbc_gateway_spent_credits', Number(spent), name)
    tell('aitbc_gateway_reserved_credits', Number(reserved), name)
  }
  const { tiers: byTier, service } = quality()
  for (const tier of tiers) tell('aitbc_scored_miners', byTier[tier] ?? 0, tier)
  tell('aitbc_service_points', service?.points)
  tell('aitbc_service_raters', service?.raters)
  const today = cloudToday()
  if (today !== undefined) {
    tell('aitbc_cloud_spent_credits', Number(today.spent))
    tell('aitbc_cloud_budget_credits', Number(today.budget))
  }
  if (here === undefined) return
  tell('aitbc_jobs_running', jobs.running)
  tell('aitbc_jobs_max', here.jobsMax)
  tell('aitbc_paused', pause === undefined ? 0 : 1)
  tell('aitbc_care_admits', care.admits ? 1 : 0)
  tell('aitbc_care_load_share', care.loadShare)
  tell('aitbc_power_budget_watts', here.power?.budgetW)
  tell('aitbc_power_drawn_watts', here.power?.drawnW)
  for (const [i, { facts, reading }] of here.cards.entries()) {
    const card = String(i + 1)
    for (const sensor of heatSensors) {
      tell('aitbc_card_temperature_celsius', reading?.temperaturesC[sensor], card, sensor)
    }
    tell('aitbc_card_power_watts', reading?.powerW, card)
    if (here.caretaker.seats.includes(facts.key)) {
      const { admits, loadShare } = here.caretaker.verdictOf(facts.key)
      tell('aitbc_card_admits', admits ? 1 : 0, card)
      tell('aitbc_card_load_share', loadShare, card)
    }
    const share = here.power?.cards.find(({ key }) => key === facts.key)
    tell('aitbc_card_power_share_watts', share?.shareW, card)
  }
  for (const { holder, card: key, sinceMs } of here.caretaker.holds()) {
    const place = here.cards.findIndex(({ facts }) => facts.key === key)
    const card = place < 0 ? '' : String(place + 1)
    if (key === undefined || place >= 0)
      tell('aitbc_care_hold_start_timestamp_seconds', sinceMs / 1_000, card, holder.split('/', 1)[0]!)
  }
  if (here.asked.length > 0) {
    const asked = here.asked.map(Number)
    tell('aitbc_asked_credits', Math.min(...asked), 'least')
    tell('aitbc_asked_credits', Math.max(...asked), 'most')
  }
  tell('aitbc_idle_seconds', here.quietMs / 1_000)
  const { up, down } = here.line.report()
  tell('aitbc_line_bits_per_second', up?.bitsPerS, 'up')
  tell('aitbc_line_bits_per_second', down?.bitsPerS, 'down')
  const regions = here.line.latencies()
  const own = regions.find(({ region }) => region === here.region)
  tell('aitbc_region_latency_seconds', own && own.latencyMs / 1_000)
  tell('aitbc_timed_regions', regions.length)
  tell('aitbc_models_served', Object.values(models).filter(({ state: stands }) => stands === 'ready').length)
  tell('aitbc_offer_peers', offer === undefined ? undefined : offer.paused ? 0 : offer.peers)
  tell('aitbc_offer_seen_peers', here.seen?.seen)
  tell('aitbc_offer_asked_peers', here.seen?.asked)
}

function tellChain({ chain }: NodeMetricsNeeds, tell: Tell): void {
  const here = chain()
  if (here === undefined) return
  tell('aitbc_chain_head_age_seconds', here.headAgeSeconds)
  tell('aitbc_transactions_open', here.open)
  for (const state of ['new', 'good', 'aside'] as const) {
    tell('aitbc_chain_endpoints', here.endpoints.filter((each) => each.state === state).length, state)
  }
}

function tellProcess({ loop }: NodeMetricsNeeds, tell: Tell): void {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  for (const [statistic, seconds] of loop.delaysSeconds()) tell('aitbc_event_loop_delay_seconds', seconds, statistic)
  tell('aitbc_event_loop_active_seconds_total', performance.eventLoopUtilization().active / 1_000)
  tell('process_cpu_seconds_total', (user + system) / 1e6)
  tell('process_resident_memory_bytes', rss)
  tell('process_start_time_seconds', performance.timeOrigin / 1_000)
  tell('nodejs_heap_size_used_bytes', heapUsed)
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    // A folder that is gone, or a system that does not say.
    return undefined
  }
}
