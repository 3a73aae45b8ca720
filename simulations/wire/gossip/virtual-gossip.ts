/**
 * Gossipsub 1.1 over the virtual wire, as the project tunes it: a mesh per topic that gets every message at once, ids offered
 * to others at each heartbeat and asked for where something was missed, own messages to every neighbour, scores.
 */
import {
  meshDegree,
  RPC_BYTES_MAX,
  SEEN_MS,
  scoreThresholds,
  UNSUBSCRIBE_BACKOFF_MS,
} from '../../../node/network/gossip/gossip-law.ts'
import type { GossipRouter, GossipValidator } from '../../../node/network/gossip/gossip-router.ts'
import type { NetworkPreset } from '../../../node/network/network-preset.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { SeededRandom } from '../../clock/seeded-random.ts'
import { Backoffs } from './backoffs.ts'
import { TopicMesh } from './mesh.ts'
import { MessageCache, SeenIds } from './message-cache.ts'
import { Neighbours } from './neighbours.ts'
import type { GossipMessage, GossipRpc } from './rpc.ts'

/** Outside the mesh, the ids go to this many neighbours or to this share, whichever is more (gossipsub: Dlazy, GossipFactor). */
const LAZY_DEGREE = 6
const LAZY_SHARE = 0.25
/** From the first topic to the first heartbeat (gossipsub: HeartbeatInitialDelay). */
const FIRST_HEARTBEAT_MS = 100
/** Ids in one offer, and in one request (gossipsub: MaxIHaveLength), as many as an RPC holds. */
const IDS_MAX = Math.min(5_000, Math.floor(RPC_BYTES_MAX / 34))

export interface VirtualGossipNeeds {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly preset: NetworkPreset
  readonly messageId: (topicId: string, data: Uint8Array) => Uint8Array
  /** 0 where nothing is held against a peer, -1 where it is shut out. */
  readonly standing: (peer: PeerId) => number
  readonly send: (peer: PeerId, rpc: GossipRpc, onArrived: () => void) => void
}

export class VirtualGossip implements GossipRouter, Disposable {
  readonly #needs: VirtualGossipNeeds
  readonly #neighbours: Neighbours
  readonly #meshes = new Map<string, TopicMesh>()
  readonly #backoffs = new Backoffs()
  readonly #seen = new SeenIds(SEEN_MS)
  readonly #cache = new MessageCache()
  readonly #listeners = new Set<(topicIds: readonly string[]) => void>()
  #heartbeat: Timer | undefined

  constructor(needs: VirtualGossipNeeds) {
    this.#needs = needs
    this.#neighbours = new Neighbours(needs)
  }

  // What topics ask

  join(topicId: string, validate: GossipValidator): void {
    const mesh = new TopicMesh(validate)
    this.#meshes.set(topicId, mesh)
    for (const peer of this.#neighbours.peers) this.#neighbours.send(peer, { what: 'SUBSCRIBE', topicIds: [topicId] })
    this.#fill(topicId, mesh)
    this.#heartbeat ??= this.#needs.clock.after(FIRST_HEARTBEAT_MS, this.#beat)
  }

  leave(topicId: string): void {
    const mesh = this.#meshes.get(topicId)
    if (mesh === undefined) return
    this.#meshes.delete(topicId)
    const backoffMs = Math.min(UNSUBSCRIBE_BACKOFF_MS, this.#needs.preset.gossipBackoffMs)
    for (const peer of [...mesh.peers]) this.#prune(topicId, mesh, peer, backoffMs)
    for (const peer of this.#neighbours.peers) this.#neighbours.send(peer, { what: 'UNSUBSCRIBE', topicIds: [topicId] })
  }

  async publish(topicId: string, data: Uint8Array): Promise<number> {
    const message: GossipMessage = { id: textOf(this.#needs.messageId(topicId, data)), topicId, data: data.slice() }
    if (!this.#seen.add(message.id, this.#nowMs())) return 0
    this.#cache.put(message)
    const heard = this.#neighbours
      .of(topicId)
      .filter((peer) => this.#neighbours.value(peer) >= scoreThresholds.publishThreshold)
    let told = 0
    for (const peer of heard) if (this.#neighbours.send(peer, { what: 'MESSAGE', message })) told++
    return told
  }

  subscribers(topicId: string): number {
    return this.#neighbours.of(topicId).length
  }

  onSubscriptions(listener: (topicIds: readonly string[]) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** Neighbours in the mesh of a topic, for whoever studies it. */
  meshOf(topicId: string): readonly PeerId[] {
    return [...(this.#meshes.get(topicId)?.peers ?? [])]
  }

  [Symbol.dispose](): void {
    this.#heartbeat?.cancel()
    this.#listeners.clear()
  }

  // What connections say

  connected(peer: PeerId): void {
    this.#neighbours.add(peer)
    if (this.#meshes.size > 0) this.#neighbours.send(peer, { what: 'SUBSCRIBE', topicIds: [...this.#meshes.keys()] })
  }

  disconnected(peer: PeerId): void {
    const topicIds = this.#neighbours.remove(peer)
    for (const [topicId, mesh] of this.#meshes) {
      if (mesh.peers.delete(peer)) this.#neighbours.score(peer).inMesh(topicId, undefined)
    }
    this.#subscriptionsChanged(topicIds)
  }

  receive(peer: PeerId, rpc: GossipRpc): void {
    if (!this.#neighbours.has(peer)) return
    const score = this.#neighbours.value(peer)
    if (score < scoreThresholds.graylistThreshold) return
    switch (rpc.what) {
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        this.#subscribed(peer, rpc.topicIds, rpc.what === 'SUBSCRIBE')
        return
      case 'MESSAGE':
        this.#message(peer, rpc.message)
        return
      case 'GRAFT':
        this.#grafted(peer, rpc.topicId, score)
        return
      case 'PRUNE':
        this.#pruned(peer, rpc.topicId, rpc.backoffMs)
        return
      case 'IHAVE': {
        if (score < scoreThresholds.gossipThreshold || !this.#meshes.has(rpc.topicId)) return
        const ids = rpc.ids.slice(0, IDS_MAX).filter((id) => !this.#seen.has(id))
        if (ids.length > 0) this.#neighbours.send(peer, { what: 'IWANT', ids })
        return
      }
      case 'IWANT':
        if (score < scoreThresholds.gossipThreshold) return
        for (const id of rpc.ids.slice(0, IDS_MAX)) {
          const message = this.#cache.give(id, peer)
          if (message !== undefined) this.#neighbours.send(peer, { what: 'MESSAGE', message })
        }
    }
  }

  #message(from: PeerId, message: GossipMessage): void {
    const mesh = this.#meshes.get(message.topicId)
    const now = this.#nowMs()
    if (mesh === undefined || !this.#seen.add(message.id, now)) return
    // Each node has bytes of its own: what one does to them shows nowhere else.
    const verdict = mesh.validate(from, message.data.slice())
    if (verdict === 'reject') this.#neighbours.score(from).deliveredInvalid(message.topicId, now)
    if (verdict !== 'accept') return
    this.#neighbours.score(from).delivered(message.topicId, now)
    this.#cache.put(message)
    for (const peer of mesh.peers) if (peer !== from) this.#neighbours.send(peer, { what: 'MESSAGE', message })
  }

  #subscribed(peer: PeerId, topicIds: readonly string[], joined: boolean): void {
    for (const topicId of topicIds) {
      this.#neighbours.subscribed(peer, topicId, joined)
      const mesh = this.#meshes.get(topicId)
      if (mesh === undefined) continue
      if (!joined) this.#drop(topicId, mesh, peer)
      // A lonely mesh does not wait for its heartbeat.
      else if (mesh.peers.size === 0) this.#fill(topicId, mesh)
    }
    this.#subscriptionsChanged(topicIds)
  }

  #subscriptionsChanged(topicIds: readonly string[]): void {
    if (topicIds.length > 0) for (const listener of [...this.#listeners]) listener(topicIds)
  }

  #grafted(peer: PeerId, topicId: string, score: number): void {
    const mesh = this.#meshes.get(topicId)
    const now = this.#nowMs()
    if (mesh === undefined || mesh.peers.has(peer)) return
    const early = this.#backoffs.has(topicId, peer, now)
    if (early) this.#neighbours.score(peer).misbehaved(now)
    if (early || score < 0 || mesh.peers.size >= meshDegree.max)
      this.#prune(topicId, mesh, peer, this.#needs.preset.gossipBackoffMs)
    else this.#take(topicId, mesh, peer)
  }

  #pruned(peer: PeerId, topicId: string, backoffMs: number): void {
    const mesh = this.#meshes.get(topicId)
    if (mesh === undefined) return
    this.#drop(topicId, mesh, peer)
    this.#backoffs.add(topicId, peer, this.#nowMs() + Math.min(backoffMs, this.#needs.preset.gossipBackoffMs))
  }

  // The heartbeat

  readonly #beat = (): void => {
    this.#heartbeat = undefined
    this.#backoffs.forget(this.#nowMs())
    for (const [topicId, mesh] of this.#meshes) {
      for (const peer of mesh.surplus((other) => this.#neighbours.value(other), this.#needs.random))
        this.#prune(topicId, mesh, peer, this.#needs.preset.gossipBackoffMs)
      this.#fill(topicId, mesh)
      this.#offer(topicId, mesh)
    }
    this.#cache.shift()
    this.#neighbours.forget()
    if (this.#meshes.size > 0)
      this.#heartbeat = this.#needs.clock.after(this.#needs.preset.gossipHeartbeatMs, this.#beat)
  }

  #fill(topicId: string, mesh: TopicMesh): void {
    if (!mesh.isThin) return
    const now = this.#nowMs()
    const candidates = this.#neighbours
      .of(topicId)
      .filter((peer) => !mesh.peers.has(peer) && !this.#backoffs.has(topicId, peer, now))
      .filter((peer) => this.#neighbours.value(peer) >= 0)
    for (const peer of mesh.missing(candidates, this.#needs.random)) {
      this.#take(topicId, mesh, peer)
      this.#neighbours.send(peer, { what: 'GRAFT', topicId })
    }
  }

  #offer(topicId: string, mesh: TopicMesh): void {
    const ids = this.#cache.recent(topicId)
    if (ids.length === 0) return
    const others = this.#neighbours
      .of(topicId)
      .filter((peer) => !mesh.peers.has(peer) && this.#neighbours.value(peer) >= scoreThresholds.gossipThreshold)
    const count = Math.max(LAZY_DEGREE, Math.ceil(others.length * LAZY_SHARE))
    for (const peer of this.#needs.random.sample(others, count))
      this.#neighbours.send(peer, { what: 'IHAVE', topicId, ids: ids.slice(-IDS_MAX) })
  }

  #prune(topicId: string, mesh: TopicMesh, peer: PeerId, backoffMs: number): void {
    this.#drop(topicId, mesh, peer)
    this.#backoffs.add(topicId, peer, this.#nowMs() + backoffMs)
    this.#neighbours.send(peer, { what: 'PRUNE', topicId, backoffMs })
  }

  #take(topicId: string, mesh: TopicMesh, peer: PeerId): void {
    mesh.peers.add(peer)
    this.#neighbours.score(peer).inMesh(topicId, this.#nowMs())
  }

  #drop(topicId: string, mesh: TopicMesh, peer: PeerId): void {
    if (mesh.peers.delete(peer)) this.#neighbours.score(peer).inMesh(topicId, undefined)
  }

  #nowMs(): number {
    return this.#needs.clock.monotonicMs()
  }
}

/** One character per byte: ids are compared, never shown. */
function textOf(id: Uint8Array): string {
  let text = ''
  for (const byte of id) text += String.fromCharCode(byte)
  return text
}
