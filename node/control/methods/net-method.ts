/** `net`: how others reach this node, and how far away they are, for `aitbc net check`. */
import { join } from 'node:path'
import { asMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { TypicalLatency } from '../../../protocols/rules/line/typical-latencies.ts'
import type { NatFiltering, NatMapping } from '../../../protocols/rules/nat/nat-type.ts'
import { searchesLan } from '../../config/searches-lan.ts'
import type { Dialled } from '../../diagnosis/network-checks.ts'
import { KnownPeersFile } from '../../known-peers/known-peers-file.ts'
import type { ClockState } from '../../market/clock-watch.ts'
import type { Seen } from '../../market/seen-by.ts'
import type { Reachability } from '../../network/peers/reachability.ts'
import type { NatReport } from '../../network-node/stun/nat-watch.ts'
import { listenAddresses } from '../../roles/network/join-network.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { folderFiles } from '../../storage/data-folder.ts'

/** Peers besides the bootstrap peers that are asked: enough to tell the line from a peer. */
const OTHERS_MAX = 8

export interface NetFacts extends Reachability {
  readonly network: string
  readonly roles: readonly string[]
  /** As the settings say. */
  readonly listens: readonly string[]
  readonly searchesLan: boolean
  readonly servesDht: boolean
  readonly bootstrap: readonly Dialled[]
  /** Connected peers, and some of earlier runs. */
  readonly others: readonly Dialled[]
  /** Null where too few miners were heard to tell. */
  readonly clock: ClockState | null
  readonly seenBy: Seen | null
  /** How far peers are, by region: a miner's profile says it. Null without the role. */
  readonly regions: readonly TypicalLatency[] | null
  /** What NAT this machine is behind; null where no STUN server is named. */
  readonly nat: NatFacts | null
  /** How far off what this node reckons from coordinates is, relative, and by how many round trips of this run. */
  readonly coordinates: { readonly error: number; readonly samples: number }
}

/** As {@link NatReport}; null is what could not be found out. */
export interface NatFacts {
  readonly mapping: NatMapping | null
  readonly filtering: NatFiltering | null
  readonly publicIp: string | null
  readonly asked: number
  readonly answered: number
}

export async function netFacts(node: RunningNode, signal: AbortSignal): Promise<NetFacts> {
  const { mesh, settings, network } = node
  const [bootstrap, others, nat] = await Promise.all([
    Promise.all(settings.bootstrap.map((address) => reached(node, nameOf(address), [address], address, signal))),
    Promise.all(othersOf(node).map(({ peer, addresses }) => reached(node, peer, addresses, peer, signal))),
    node.nat.look(signal).then(natFacts),
    node.miner?.seenBy.ask(signal),
  ])
  return {
    ...mesh.reachability(),
    network: network.networkId,
    roles: settings.roles,
    listens: listenAddresses(settings),
    searchesLan: searchesLan(settings, network),
    servesDht: mesh.servesDht,
    bootstrap,
    others,
    clock: node.router?.clockOffset() ?? null,
    seenBy: node.miner?.seenBy.last ?? null,
    regions: node.miner?.line.latencies() ?? null,
    nat,
    coordinates: { error: node.coordinates.current.error, samples: node.coordinates.samples },
  }
}

const natFacts = (report: NatReport | undefined): NatFacts | null =>
  report === undefined
    ? null
    : {
        mapping: report.mapping ?? null,
        filtering: report.filtering ?? null,
        publicIp: report.publicIp ?? null,
        asked: report.asked,
        answered: report.answered,
      }

const nameOf = (address: string): PeerId => peerId(address.slice(address.lastIndexOf('/') + 1))

interface Other {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

function othersOf({ mesh, settings, network }: RunningNode): readonly Other[] {
  const doors = new Set(settings.bootstrap.map(nameOf))
  const known = new KnownPeersFile(join(settings.dataFolder, folderFiles.knownPeers), network.networkId)
  const earlier = known.read(Date.now()).peers.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs)
  const all = new Map<PeerId, Other>()
  for (const { peer, addresses } of [...mesh.connectedPeers().map((peer) => ({ peer, addresses: [] })), ...earlier])
    if (!all.has(peer) && !doors.has(peer) && peer !== mesh.self) all.set(peer, { peer, addresses })
  return [...all.values()].slice(0, OTHERS_MAX)
}

async function reached(
  { mesh }: RunningNode,
  peer: PeerId,
  addresses: readonly string[],
  shown: string,
  signal: AbortSignal,
): Promise<Dialled> {
  try {
    return { address: shown, tookMs: await mesh.ping(peer, addresses, signal) }
  } catch (error) {
    throwIfAborted(signal)
    const failed = asMeshError(error)
    if (failed.fault === 'bug') throw failed
    return { address: shown, why: failed.message }
  }
}
