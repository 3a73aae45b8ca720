/** The mesh's network in Node.js: needs and tuning in, a started {@link Libp2pNetwork} out. */
import { noise } from '@chainsafe/libp2p-noise'
import type { Libp2pOptions } from 'libp2p'
import type { NetworkId } from '../../protocols/kernel/ids.ts'
import type { Clock, Hasher, Random } from '../../protocols/kernel/ports.ts'
import { networkTag } from '../../protocols/statements/domain.ts'
import { assembleNetwork } from '../network/assemble-network.ts'
import type { Charging } from '../network/calls/charging.ts'
import type { Libp2pNetwork, Report } from '../network/libp2p-network.ts'
import { type NetworkPreset, networkPresets } from '../network/network-preset.ts'
import { LanDials } from './lan-dials.ts'
import { lanService } from './lan-service.ts'
import { ListenWatch } from './listen-watch.ts'
import { type NodeKey, privateKeyOf } from './node-key.ts'
import { noiseCrypto } from './noise-crypto.ts'
import { type RelayTuning, relayService } from './relay.ts'
import { nodeTransports, type TransportTuning } from './transports.ts'
import { turnWrites } from './turn-writes.ts'

export interface MeshNetworkNeeds {
  readonly networkId: NetworkId
  /** A miner's operator key, a kept Ed25519 seed of infrastructure, or a name for this run only. */
  readonly key: NodeKey
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Pick<Hasher, 'keccak256' | 'sha256'>
  /** Addresses and DHT records; in memory where absent. */
  readonly datastore?: NonNullable<Libp2pOptions['datastore']>
  /** Hears of failures that nobody waits for: bugs, and peers' faults. */
  readonly report?: Report
  /** Where absent the ledger says nothing of signature checks. */
  readonly charging?: Charging
}

export interface MeshNetworkTuning extends TransportTuning {
  /** `local` where absent. */
  readonly preset?: NetworkPreset
  /** Multiaddrs to listen on, for example `/ip4/0.0.0.0/tcp/4001`; none where absent: the node only dials. */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of the ones listened on: few, best first. */
  readonly announce?: readonly string[]
  /** Answers DHT queries; where absent, as soon as it is confirmed that others can reach this node. */
  readonly dhtServer?: boolean
  /** Relays other peers' connections. */
  readonly relay?: RelayTuning
  /** Finds peers in the LAN by multicast DNS and lets them find this node; `port` is another one than its own, for tests. */
  readonly lan?: { readonly port?: number }
}

/**
 * @example
 * await using network = await createMeshNetwork(
 *   { networkId, key: { kind: 'ephemeral' }, clock, random, hasher: await createCrypto() },
 *   { listen: ['/ip4/127.0.0.1/tcp/0'] },
 * )
 * @throws MeshError PORT_IN_USE with port and address, where an address to listen on is taken
 */
export async function createMeshNetwork(
  needs: MeshNetworkNeeds,
  tuning: MeshNetworkTuning = {},
): Promise<Libp2pNetwork> {
  const { preset = networkPresets.local, listen = [], announce, dhtServer, relay, lan } = tuning
  const { clock, hasher, report = () => undefined } = needs
  const watch = new ListenWatch()
  const dials = new LanDials({ clock, isLight: listen.length === 0 })
  const tag = networkTag(hasher, needs.networkId)
  const network = await assembleNetwork(
    {
      ...needs,
      privateKey: await privateKeyOf(needs.key, needs.random),
      encrypter: turnWrites(noise({ crypto: noiseCrypto })),
      transports: nodeTransports(tuning).map((transport) => watch.over(transport)),
    },
    {
      preset,
      listen,
      ...(dhtServer === undefined ? {} : { dhtServer }),
      ...(announce === undefined ? {} : { announce }),
    },
    {
      ...(relay === undefined ? {} : { relay: relayService(relay) }),
      ...(lan === undefined ? {} : { lan: lanService({ tag, clock, taker: dials, report, ...lan }) }),
    },
  )
  dials.begin(network)
  try {
    await network.libp2p.start()
    watch.throwIfFailed()
  } catch (error) {
    await network[Symbol.asyncDispose]()
    throw error
  }
  return network
}
