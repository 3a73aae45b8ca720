/**
 * A libp2p node of the mesh: noise, yamux, identify, ping, gossip and DHT, with every limit said. Transports, key and store
 * come from outside, so the same assembly serves Node and browsers.
 */
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { identify, identifyPush } from '@libp2p/identify'
import {
  type ConnectionEncrypter,
  FaultTolerance,
  type Libp2p,
  type PrivateKey,
  type Transport,
} from '@libp2p/interface'
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { type NetworkId, type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Hasher, Random } from '../../protocols/kernel/ports.ts'
import { networkTag } from '../../protocols/statements/domain.ts'
import { messageId } from '../../protocols/statements/message-id.ts'
import { STREAM_WINDOW_BYTES_MAX } from './calls/byte-stream.ts'
import { type Charging, noCharging } from './calls/charging.ts'
import { FIRST_LOOK_MS, LIGHT_FIRST_LOOK_MS } from './dht/dht-law.ts'
import { DhtMode, isReachable } from './dht/dht-mode.ts'
import { DhtProviders } from './dht/dht-providers.ts'
import { DhtRecords } from './dht/dht-records.ts'
import { ProviderRecords } from './dht/provider-records.ts'
import { gossipSettings } from './gossip/gossip-settings.ts'
import { GossipTopics } from './gossip/gossip-topics.ts'
import { gossipsubRouter } from './gossip/gossipsub-router.ts'
import { Libp2pNetwork, type Report } from './libp2p-network.ts'
import type { NetworkPreset } from './network-preset.ts'
import { keepAddressesFresh } from './peers/fresh-addresses.ts'
import { dhtProtocol } from './peers/met-peer.ts'
import { PeerFinder } from './peers/peer-finder.ts'
import { PeerLedger } from './peers/peer-ledger.ts'

/** What identify tells about the program. */
const AGENT = 'aitbc-mesh/0.1.0'
/** yamux keeps the line open for middleboxes and measures its round trip; it does not act on silence, sessions do. */
const KEEP_ALIVE_MS = 15_000
/** Streams of one connection: sessions in both directions, bulk calls, DHT requests. */
const STREAMS_MAX = 512

export interface NetworkNeeds {
  readonly networkId: NetworkId
  readonly privateKey: PrivateKey
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Pick<Hasher, 'keccak256' | 'sha256'>
  readonly transports: readonly ((components: never) => Transport)[]
  /** Noise where absent; Node.js hands in one that also gathers writes. */
  readonly encrypter?: (components: never) => ConnectionEncrypter
  /** Addresses and DHT records; in memory where absent. Provider records are in memory always: they are said again twice an hour. */
  readonly datastore?: NonNullable<Libp2pOptions['datastore']>
  /** Hears of failures that nobody waits for: bugs, and peers' faults. */
  readonly report?: Report
  /** Where absent the ledger says nothing of signature checks. */
  readonly charging?: Charging
}

export interface NetworkTuning {
  readonly preset: NetworkPreset
  /** Multiaddrs to listen on; none for a node that only dials. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others instead of the ones listened on: few, best first, for they are dialled one after another. */
  readonly announce?: readonly string[]
  /** Answers DHT queries; where absent, as soon as it is confirmed that others can reach this node. */
  readonly dhtServer?: boolean
}

type Services = NonNullable<Libp2pOptions['services']>

/** Not started: whoever has transports to watch starts it. @param services beside the mesh's own, for example a relay */
export async function assembleNetwork(
  needs: NetworkNeeds,
  tuning: NetworkTuning,
  services: Services = {},
): Promise<Libp2pNetwork> {
  const { clock, hasher, report = () => undefined, charging = noCharging } = needs
  const { preset } = tuning
  const isLight = tuning.listen.length === 0
  const tag = networkTag(hasher, needs.networkId)
  const self = peerIdFromPrivateKey(needs.privateKey).toString()
  let network: Libp2pNetwork | undefined
  const shutOut = (peer: PeerId): void => network?.disconnect(peer)
  // In a public network what moves between neighbours of one LAN says nothing of the line.
  const isByLine = (peer: PeerId): boolean => preset.privateAddresses || network?.callingNetworkOf(peer) !== undefined
  const ledger = new PeerLedger(clock, shutOut, isByLine)
  const onFault = (peer: PeerId, error: MeshError): void => network?.charge(peer, error)
  const libp2p = await createLibp2p({
    start: false,
    privateKey: needs.privateKey,
    nodeInfo: { userAgent: AGENT },
    addresses: {
      listen: [...tuning.listen],
      ...(tuning.announce === undefined ? {} : { announce: [...tuning.announce] }),
    },
    transports: [...needs.transports] as NonNullable<Libp2pOptions['transports']>,
    connectionEncrypters: [(needs.encrypter ?? noise()) as ReturnType<typeof noise>],
    streamMuxers: [
      yamux({
        enableKeepAlive: true,
        keepAliveInterval: KEEP_ALIVE_MS,
        maxInboundStreams: STREAMS_MAX,
        maxOutboundStreams: STREAMS_MAX,
        streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES_MAX },
      }),
    ],
    connectionManager: {
      maxConnections: preset.connectionsMax,
      inboundConnectionThreshold: preset.inboundPerHostPerSecondMax,
      maxIncomingPendingConnections: preset.pendingInboundMax,
      maxParallelDials: preset.parallelDialsMax,
      dialTimeout: preset.dialMs,
      addressDialTimeout: preset.dialMs,
      inboundUpgradeTimeout: preset.dialMs,
    },
    // Sessions notice a silent peer while somebody waits for it; a ping stream per connection every 10 s would cost more.
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyDialMultiaddr: () => false,
      denyDialPeer: (peer) => !ledger.isWelcome(peerId(peer.toString())),
      denyInboundEncryptedConnection: (peer) => !ledger.isWelcome(peerId(peer.toString())),
    },
    // One address that cannot be listened on (a relay that is full) does not stop the start; whoever must know watches.
    transportManager: { faultTolerance: FaultTolerance.NO_FATAL },
    peerStore: { maxAddressAge: preset.addressAgeMs, maxPeerAge: preset.addressAgeMs },
    datastore: new ProviderRecords({
      hasher,
      random: needs.random,
      self,
      networkOf: (peer) => network?.callingNetworkOf(peerId(peer)),
      rest: needs.datastore,
    }),
    services: {
      ...services,
      identify: identify({ runOnLimitedConnection: true }),
      identifyPush: identifyPush({ runOnLimitedConnection: true }),
      ping: ping({ runOnLimitedConnection: true }),
      // Asks others to dial this node, and dials for them. Who does not listen neither needs nor owes it.
      ...(preset.privateAddresses || isLight ? {} : { autonat: autoNATv2({ protocolPrefix: `aitbc/${tag}` }) }),
      gossip: gossipsub(
        gossipSettings(
          {
            messageId: (topic, data) => messageId(hasher, topic, data),
            standing: (peer) => ledger.standing(peerId(peer)),
          },
          preset,
        ),
      ),
      dht: kadDHT({
        protocol: dhtProtocol(tag),
        clientMode: !(tuning.dhtServer ?? startsReachable(tuning)),
        peerInfoMapper: preset.privateAddresses ? passthroughMapper : removePrivateAddressesMapper,
        alpha: preset.dhtAlpha,
        disjointPaths: preset.dhtDisjointPaths,
        initialQuerySelfInterval: isLight ? LIGHT_FIRST_LOOK_MS : FIRST_LOOK_MS,
      }),
    },
  })
  keepAddressesFresh({
    peerStore: libp2p.peerStore,
    isConnected: (peer) => libp2p.getConnections(peer).length > 0,
    nowMs: () => clock.nowMs(),
  })
  const { gossip, dht } = libp2p.services as unknown as { readonly gossip: GossipSub; readonly dht: KadDHT }
  if (isLight) lookUpAtOnce(dht)
  const mode =
    tuning.dhtServer === undefined
      ? new DhtMode({ libp2p: libp2p as unknown as Libp2p, dht, preset, report })
      : undefined
  const peers = (): number => libp2p.getConnections().length
  network = new Libp2pNetwork({
    libp2p: libp2p as unknown as Libp2p,
    tag,
    clock,
    ledger,
    charging,
    gossip: new GossipTopics({ router: gossipsubRouter(gossip), tag, clock, ledger, charging, onFault, report }),
    records: new DhtRecords({ dht, clock, peers, queryMs: preset.queryMs, report }),
    providers: new DhtProviders({ dht, clock, peers, queryMs: preset.queryMs, report }),
    finder: new PeerFinder({ libp2p: libp2p as unknown as Libp2p, dht, clock }),
    openMs: 2 * preset.dialMs,
    report,
    ...(mode === undefined ? {} : { mode }),
  })
  return network
}

/**
 * Lets lookups begin with the first server that is connected. kad-dht makes all of them wait for a look at this node's own
 * neighbourhood, which among a hundred nodes took most of the time to a first answer, and has no setting for it: a lookup finds
 * its way from one server as well.
 */
function lookUpAtOnce(dht: KadDHT): void {
  const { queryManager } = dht as unknown as { queryManager: { initialQuerySelfHasRun: unknown } }
  queryManager.initialQuerySelfHasRun = undefined
}

/** What is known before anybody was asked: the owner's word, and private addresses where they count. */
const startsReachable = ({ announce, listen, preset }: NetworkTuning): boolean =>
  isReachable(
    (announce ?? (preset.privateAddresses ? listen : [])).map((text) => multiaddr(text)),
    preset,
  )
