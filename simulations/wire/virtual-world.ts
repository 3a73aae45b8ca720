/**
 * A network of virtual nodes under one clock and one seed: who is there, what the paths between them cost, and what goes
 * wrong. Handlers, clients and roles run on its nodes as they are.
 *
 * @example
 * const world = new VirtualWorld({ seed: 'first', hasher: await createCrypto() })
 * const [miner, client] = [world.node(), world.node()]
 * miner.network.serve(protocol, handler)
 * await world.clock.until(client.network.connect(miner.network.self, miner.network.addresses()))
 * const answers = await world.clock.until(collect(client.network.call(miner.network.self, protocol, request)))
 */
import type { Report } from '../../node/network/libp2p-network.ts'
import { type NetworkPreset, networkPresets } from '../../node/network/network-preset.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type NetworkId, networkId as networkIdOf, type PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import { networkTag } from '../../protocols/statements/domain.ts'
import { peerIdOfPublicKey } from '../../protocols/statements/peer-id.ts'
import { SeededRandom } from '../clock/seeded-random.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { type Side, VirtualConnection } from './connection.ts'
import { DEFAULT_LINK, type LinkLaw } from './link.ts'
import { NodeClock } from './node-clock.ts'
import { pairOf, Reach } from './reach.ts'
import { type Traffic, TrafficCounter, type TrafficKind, type WireEvent } from './traffic.ts'
import { VirtualNetwork, type VirtualPeer } from './virtual-network.ts'

export interface VirtualWorldNeeds {
  /** Any text. The same seed and the same acts give the same world, event for event. */
  readonly seed: string
  readonly hasher: Pick<Hasher, 'keccak256' | 'sha256'>
  readonly clock?: VirtualClock
  /** Between nodes for which no link was set; {@link DEFAULT_LINK} where absent. */
  readonly link?: LinkLaw | ((a: PeerId, b: PeerId) => LinkLaw)
  /** `local` where absent. */
  readonly preset?: NetworkPreset
  /** Hears of every message that is sent. */
  readonly onWire?: (event: WireEvent) => void
}

export interface VirtualNodeOptions {
  /** A name drawn from the seed where absent; no key stands behind such a name. */
  readonly self?: PeerId
  readonly networkId?: NetworkId
  /** False for a node that only dials, as behind a NAT. */
  readonly listens?: boolean
  /** Answers DHT requests; where absent, a node that listens does. */
  readonly dhtServer?: boolean
  readonly report?: Report
}

export interface VirtualNode extends AsyncDisposable {
  readonly network: VirtualNetwork
  /** Its timers end with its process. */
  readonly clock: Clock
  readonly random: SeededRandom
}

interface Resident {
  readonly peer: VirtualPeer
  readonly clock: NodeClock
  isAlive: boolean
}

export class VirtualWorld {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly #needs: VirtualWorldNeeds
  readonly #residents = new Map<PeerId, Resident>()
  readonly #connections = new Set<VirtualConnection>()
  readonly #links = new Map<string, LinkLaw>()
  readonly #ids = new Map<PeerId, Uint8Array>()
  readonly #reach = new Reach()
  readonly #traffic = new TrafficCounter()
  #made = 0
  #joined = 0

  constructor(needs: VirtualWorldNeeds) {
    this.#needs = needs
    this.clock = needs.clock ?? new VirtualClock()
    this.random = new SeededRandom(needs.seed)
  }

  /** Nodes that run now. */
  get size(): number {
    return this.#residents.size
  }

  /** A node that runs at once. @throws MeshError BUG where one of that name runs already */
  node(options: VirtualNodeOptions = {}): VirtualNode {
    const {
      listens = true,
      dhtServer = listens,
      networkId = networkIdOf('virtual'),
      report = () => undefined,
    } = options
    const { hasher, preset = networkPresets.local } = this.#needs
    const number = this.#made++
    const self = options.self ?? drawnName(this.random.fork(`name ${number}`))
    if (this.#residents.has(self)) throw new MeshError('BUG', { what: `${self} runs already` })
    const clock = new NodeClock(this.clock)
    const random = this.random.fork(`node ${number}`)
    const network = new VirtualNetwork({
      self,
      tag: networkTag(hasher, networkId),
      clock,
      random,
      hasher,
      preset,
      listens,
      dhtServer,
      report,
      rttMs: (peer) => 2 * this.#law(self, peer).latencyMs,
      passes: (peer) => this.#reach.passes(self, peer),
      nodeAt: (peer) => this.#residents.get(peer)?.peer,
      join: (peer) => this.#join(self, peer),
      idOf: (peer) => this.#idOf(peer),
      onStopped: () => {
        if (this.#residents.get(self) === resident) this.#residents.delete(self)
      },
    })
    const resident: Resident = { peer: network.asPeer, clock, isAlive: true }
    this.#reach.switchOn(self)
    this.#residents.set(self, resident)
    return { network, clock, random, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() }
  }

  // Paths

  /** The path between two nodes from now on, standing connections included. */
  setLink(a: PeerId, b: PeerId, law: LinkLaw): void {
    this.#links.set(pairOf(a, b), law)
  }

  /** Splits the world: nodes of different groups do not hear each other; those that no group names are one group. */
  partition(...groups: readonly (readonly PeerId[])[]): void {
    this.#reach.partition(groups)
    this.#pathsChanged()
  }

  /** Nothing passes between the two until {@link mend} or {@link heal}. */
  cut(a: PeerId, b: PeerId): void {
    this.#reach.cut(a, b)
    this.#pathsChanged()
  }

  mend(a: PeerId, b: PeerId): void {
    this.#reach.mend(a, b)
    this.#pathsChanged()
  }

  /** Ends every partition and every cut. */
  heal(): void {
    this.#reach.heal()
    this.#pathsChanged()
  }

  /** Resets the connection between the two, if there is one, at both ends at once. */
  sever(a: PeerId, b: PeerId): void {
    this.#residents.get(a)?.peer.connections.endTo(b)?.connection.sever()
  }

  // Nodes

  /** The process is killed: nothing of it runs any more, and its kernel closes its connections. */
  crash(peer: PeerId): void {
    const resident = this.#kill(peer)
    for (const { connection, side } of endsOf(resident)) connection.orphan(side)
  }

  /** The machine loses power: nothing of it runs any more, and nobody is told. */
  vanish(peer: PeerId): void {
    this.#kill(peer)
    this.#reach.switchOff(peer)
    this.#pathsChanged()
  }

  // Figures

  traffic(kind: TrafficKind): Traffic {
    return this.#traffic.of(kind)
  }

  #kill(peer: PeerId): Resident {
    const resident = this.#residents.get(peer)
    if (resident === undefined) throw new MeshError('BUG', { what: `${peer} does not run` })
    resident.isAlive = false
    resident.clock.stop()
    this.#residents.delete(peer)
    return resident
  }

  #join(dialler: PeerId, listener: PeerId): VirtualConnection {
    const residents = [this.#residents.get(dialler)!, this.#residents.get(listener)!] as const
    const over: [boolean, boolean] = [false, false]
    const connection: VirtualConnection = new VirtualConnection({
      clock: this.clock,
      random: this.random.fork(`connection ${this.#joined++}`),
      law: () => this.#law(dialler, listener),
      passes: () => this.#reach.passes(dialler, listener),
      peers: [dialler, listener],
      isAlive: (side) => residents[side].isAlive,
      onSent: (event) => {
        this.#traffic.count(event)
        this.#needs.onWire?.(event)
      },
      onOver: (side: Side) => {
        over[side] = true
        if (over[0] && over[1]) this.#connections.delete(connection)
        if (residents[side].isAlive) residents[side].peer.connections.over(connection, side)
      },
    })
    this.#connections.add(connection)
    return connection
  }

  #law(a: PeerId, b: PeerId): LinkLaw {
    const { link = DEFAULT_LINK } = this.#needs
    const [first, second] = a < b ? [a, b] : [b, a]
    return this.#links.get(pairOf(a, b)) ?? (typeof link === 'function' ? link(first, second) : link)
  }

  #idOf(peer: PeerId): Uint8Array {
    const known = this.#ids.get(peer)
    if (known !== undefined) return known
    const id = this.#needs.hasher.sha256(new TextEncoder().encode(peer))
    this.#ids.set(peer, id)
    return id
  }

  #pathsChanged(): void {
    for (const connection of [...this.#connections]) connection.pathChanged()
  }
}

/** The form of a miner's name. Half of all such numbers are a point of the curve; nobody has the key of any. */
const drawnName = (random: SeededRandom): PeerId => {
  const key = random.bytes(33)
  key[0] = 2
  return peerIdOfPublicKey(key)
}

const endsOf = ({ peer: { connections } }: Resident): { connection: VirtualConnection; side: Side }[] =>
  connections.peers.map((peer) => connections.endTo(peer)!)
