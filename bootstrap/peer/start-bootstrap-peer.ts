/**
 * A bootstrap peer: the door of a network. It answers DHT lookups, carries gossip of topics that others joined, relays
 * connections of those that nobody can reach, and does whatever else its owner hangs in (a directory of offers).
 */
import type { Libp2pNetwork, Report } from '../../node/network/libp2p-network.ts'
import { type NetworkPreset, networkPresets } from '../../node/network/network-preset.ts'
import { createMeshNetwork, type MeshNetworkNeeds } from '../../node/network-node/create-mesh-network.ts'
import { RELAY_DEFAULT, type RelayTuning } from '../../node/network-node/relay.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import type { TransportTuning } from '../../node/network-node/transports.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import type { NetworkId, PeerId } from '../../protocols/kernel/ids.ts'
import type { RecordSpace } from '../../protocols/kernel/record-space.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'

export interface BootstrapPeerOptions extends TransportTuning {
  readonly networkId: NetworkId
  readonly hasher: MeshNetworkNeeds['hasher']
  /** 32 bytes that name this peer; kept, so that addresses in network files stay true. Drawn anew where absent. */
  readonly seed?: Uint8Array
  /** Multiaddrs, for example `/ip4/0.0.0.0/tcp/4001`. */
  readonly listen: readonly string[]
  readonly announce?: readonly string[]
  /** `local` where absent. */
  readonly preset?: NetworkPreset
  /** Families of topics whose shards are carried as soon as somebody joins them. */
  readonly topics?: readonly Topic<never>[]
  /** Families of records that are kept for others. */
  readonly records?: readonly RecordSpace<never>[]
  readonly relay?: RelayTuning
  /** Found by nodes of its LAN, and finds them. */
  readonly isInLan?: boolean
  /** What else runs here, for example a directory; disposed before the network. */
  readonly parts?: readonly ((network: Libp2pNetwork) => Disposable)[]
  readonly report?: Report
}

export interface BootstrapPeer extends AsyncDisposable {
  readonly peer: PeerId
  /** Multiaddrs with the peer's name, as they stand in a network file. */
  readonly addresses: readonly string[]
  readonly network: Libp2pNetwork
}

/** @throws MeshError PORT_IN_USE */
export async function startBootstrapPeer(options: BootstrapPeerOptions): Promise<BootstrapPeer> {
  const { networkId, hasher, seed, listen, announce, preset = networkPresets.local, report } = options
  const { topics = [], records = [], relay = RELAY_DEFAULT, isInLan = false } = options
  const { parts = [], moreTransports } = options
  await using started = new AsyncDisposableStack()
  const network = started.use(
    await createMeshNetwork(
      {
        networkId,
        hasher,
        clock: systemClock,
        random: systemRandom,
        key: { kind: 'infrastructure', seed: seed ?? systemRandom.bytes(32) },
        ...(report === undefined ? {} : { report }),
      },
      {
        preset,
        listen,
        relay,
        dhtServer: true,
        ...(isInLan ? { lan: {} } : {}),
        ...(announce === undefined ? {} : { announce }),
        ...(moreTransports === undefined ? {} : { moreTransports }),
      },
    ),
  )
  for (const space of records) started.use(network.hold(space))
  if (topics.length > 0) started.use(network.relayTopics(topics))
  for (const part of parts) started.use(part(network))
  const stack = started.move()
  return {
    peer: network.self,
    addresses: network.addresses(),
    network,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
