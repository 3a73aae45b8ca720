/** Settings that fit a kind of network together, as plain values: a node takes one and overrides single ones where it must. */

export interface NetworkPreset {
  readonly name: 'local' | 'lan' | 'wan'
  /** Private and loopback addresses are dialled, told to others and counted as reachable. */
  readonly privateAddresses: boolean
  readonly connectionsMax: number
  /** From one address, per second. libp2p's 5 breaks one-machine networks and homes behind carrier-grade NAT. */
  readonly inboundPerHostPerSecondMax: number
  /** Handshakes under way at once: what a stranger can make this node compute. */
  readonly pendingInboundMax: number
  readonly parallelDialsMax: number
  /** One peer, all its addresses together; they are tried one after another. */
  readonly dialMs: number
  /** One DHT operation. */
  readonly queryMs: number
  /** How long a peer's addresses are believed: longer than its DHT records live, or they lead nowhere. */
  readonly addressAgeMs: number
  /** Peers asked at once on one path. libp2p's 10 on 10 paths sends 155 messages per lookup among 300 nodes. */
  readonly dhtAlpha: number
  /** Paths that share no peer: one lying neighbour does not own the answer. */
  readonly dhtDisjointPaths: number
  /** Gossip score of several neighbours on one address: an attack on the internet, the normal case on one machine. */
  readonly colocationWeight: number
  readonly gossipHeartbeatMs: number
  /** After leaving a mesh, before it may be entered again. */
  readonly gossipBackoffMs: number
}

const DAY_MS = 86_400_000

export const networkPresets = {
  local: {
    name: 'local',
    privateAddresses: true,
    connectionsMax: 300,
    inboundPerHostPerSecondMax: 500,
    pendingInboundMax: 200,
    parallelDialsMax: 50,
    dialMs: 5_000,
    queryMs: 5_000,
    addressAgeMs: 2 * DAY_MS,
    dhtAlpha: 3,
    dhtDisjointPaths: 1,
    colocationWeight: 0,
    gossipHeartbeatMs: 500,
    gossipBackoffMs: 5_000,
  },
  lan: {
    name: 'lan',
    privateAddresses: true,
    connectionsMax: 300,
    inboundPerHostPerSecondMax: 50,
    pendingInboundMax: 50,
    parallelDialsMax: 50,
    dialMs: 5_000,
    queryMs: 10_000,
    addressAgeMs: 2 * DAY_MS,
    dhtAlpha: 3,
    dhtDisjointPaths: 2,
    colocationWeight: 0,
    gossipHeartbeatMs: 700,
    gossipBackoffMs: 30_000,
  },
  wan: {
    name: 'wan',
    privateAddresses: false,
    connectionsMax: 300,
    inboundPerHostPerSecondMax: 20,
    pendingInboundMax: 30,
    parallelDialsMax: 50,
    dialMs: 10_000,
    queryMs: 20_000,
    addressAgeMs: 2 * DAY_MS,
    dhtAlpha: 3,
    dhtDisjointPaths: 3,
    colocationWeight: -10,
    gossipHeartbeatMs: 1_000,
    gossipBackoffMs: 60_000,
  },
} as const satisfies Record<string, NetworkPreset>
