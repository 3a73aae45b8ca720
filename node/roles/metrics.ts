/** The metrics of a node, and the listener that serves them and nothing else where one is wanted. */
import type { Tier } from '../../protocols/rules/qos/miner-score.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { NodeState } from '../events/node-state.ts'
import type { KeyBudget } from '../gateway/day-budgets.ts'
import type { Gateway } from '../gateway/start-gateway.ts'
import type { QualityFigures } from '../metrics/node-metrics.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import { programVersion } from '../version.ts'
import type { NodeCloud } from './client/cloud.ts'
import type { Foundation } from './foundation.ts'
import type { Miner } from './miner/miner.ts'
import type { Content } from './network/content.ts'
import type { Router } from './network/router.ts'
import type { Parts } from './parts.ts'
import type { Quality } from './quality.ts'

export interface Measured {
  readonly base: Foundation
  readonly mesh: Libp2pNetwork
  readonly content: Content
  readonly client: MeshClient | undefined
  readonly miner: Miner | undefined
  readonly router: Router | undefined
  readonly quality: Quality
  readonly state: () => NodeState
  readonly budgets: () => readonly KeyBudget[]
  readonly cloud: NodeCloud | undefined
}

/** Where nobody can ask for them, nothing is measured for them. */
export async function startMetrics(parts: Parts, node: Measured): Promise<() => string> {
  const { base, mesh, content, client, miner, router, quality, state, budgets, cloud } = node
  const { EventLoopWatch } = await import('../metrics/event-loop.ts')
  const { nodeMetricsText } = await import('../metrics/node-metrics.ts')
  const loop = await parts.start('event loop watch', () => new EventLoopWatch())
  const needs = {
    book: base.bus.metrics.book,
    loop,
    state,
    budgets,
    info: { version: programVersion(), network: base.network.networkId },
    dataFolder: base.folder.path,
    mesh,
    store: {
      get bytes() {
        return content.store.bytesHere
      },
      bytesMax: base.settings.modelSpaceMax,
    },
    directoryOffers: () => (router === undefined ? undefined : [...router.directory.live()].length),
    cloudToday: () => cloud?.budget.today(),
    knownOffers: () => client?.book.live().length,
    quality: () => qualityFigures(quality, miner),
    chain: () =>
      base.settling && {
        headAgeSeconds: base.clock.nowMs() / 1_000 - Number(base.head.head.blockTime),
        endpoints: base.settling.pool.health,
        open: miner?.redemption?.transactionsOpen,
      },
    miner: () =>
      miner === undefined
        ? undefined
        : {
            jobsMax: base.settings.jobsMax,
            seen: miner.seenBy.last,
            cards: miner.care.cards(),
            caretaker: miner.care.caretaker,
            power: miner.power?.report(),
            asked: [...miner.models.prices().values()],
            quietMs: miner.asked.quietMs,
            region: base.settings.region,
            line: miner.line,
          },
  }
  return () => nodeMetricsText(needs)
}

function qualityFigures({ book }: Quality, miner: Miner | undefined): QualityFigures {
  const tiers: Partial<Record<Tier, number>> = {}
  for (const each of book.miners()) {
    const { tier } = book.scoreOf(each)
    tiers[tier] = (tiers[tier] ?? 0) + 1
  }
  if (miner === undefined) return { tiers, service: undefined }
  const { score, raters } = book.othersScoreOf(miner.operator)
  return { tiers, service: { points: score.points, raters } }
}

/** @throws MeshError PORT_IN_USE, CANCELLED */
export async function startMonitor(
  parts: Parts,
  { base, mesh, client, miner, state }: Measured,
  metrics: () => string,
  port: number,
): Promise<Pick<Gateway, 'url'>> {
  const { LoopbackServers } = await import('../gateway/loopback-servers.ts')
  const { NodeHealth } = await import('../gateway/node-health.ts')
  const { MinerHealth } = await import('../metrics/miner-health.ts')
  const { MonitorRequests } = await import('../metrics/monitor-requests.ts')
  const { clock, bus, folder, journal, head, network } = base
  const ground = {
    clock,
    head: () => head.head,
    signingStopped: () => journal.stopped,
    space: () => folder.reserve.space,
  }
  const isMiner = miner !== undefined
  const offer = () => (state().offer?.paused === false ? state().offer : undefined)
  const healthOf = (stop: AbortSignal) =>
    client !== undefined && !isMiner
      ? new NodeHealth({ ...ground, client }, stop)
      : new MinerHealth({
          ...ground,
          network: network.networkId,
          peers: () => mesh.connectedPeers().length,
          offer,
          isMiner,
        })
  const onBug = bus.trouble('answering who watches this node')
  return parts.start('metrics', (signal) =>
    LoopbackServers.start(
      clock,
      { port, flag: '--metrics-port' },
      (stop) => new MonitorRequests({ clock, metrics, health: healthOf(stop), onBug }, stop),
      signal,
    ),
  )
}
