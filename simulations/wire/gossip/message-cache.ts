/** Messages of the last heartbeats, for neighbours that ask for what they missed; and the ids that were seen. */
import type { GossipMessage } from './rpc.ts'

/** Heartbeats that a message is kept, and of these the ones whose ids are offered (gossipsub: mcache_len and mcache_gossip). */
const HISTORY_LENGTH = 5
const HISTORY_GOSSIP = 3
/** One neighbour asks for a message this often at most (gossipsub: GossipRetransmission). */
const RETRANSMISSIONS_MAX = 3
/** Messages kept: more than the heartbeats of a busy region bring; the oldest go first. */
const MESSAGES_MAX = 16_384

interface Kept {
  readonly message: GossipMessage
  readonly sentTo: Map<string, number>
}

export class MessageCache {
  readonly #messages = new Map<string, Kept>()
  /** Ids of each heartbeat, the newest first. */
  #history: string[][] = [[]]

  put(message: GossipMessage): void {
    if (this.#messages.has(message.id)) return
    this.#messages.set(message.id, { message, sentTo: new Map() })
    this.#history[0]!.push(message.id)
    if (this.#messages.size > MESSAGES_MAX) this.#messages.delete(this.#messages.keys().next().value!)
  }

  /** For a neighbour that asks; undefined where it is gone, or was asked for too often. */
  give(id: string, neighbour: string): GossipMessage | undefined {
    const kept = this.#messages.get(id)
    if (kept === undefined) return undefined
    const times = (kept.sentTo.get(neighbour) ?? 0) + 1
    kept.sentTo.set(neighbour, times)
    return times > RETRANSMISSIONS_MAX ? undefined : kept.message
  }

  /** Ids that are worth offering. */
  recent(topicId: string): string[] {
    return this.#history
      .slice(0, HISTORY_GOSSIP)
      .flat()
      .filter((id) => this.#messages.get(id)?.message.topicId === topicId)
  }

  /** Once per heartbeat. */
  shift(): void {
    this.#history.unshift([])
    for (const id of this.#history.splice(HISTORY_LENGTH).flat()) this.#messages.delete(id)
  }
}

/** Ids seen more than this are forgotten early: a flood costs repeated work, not memory. About 6 MB. */
const SEEN_MAX = 65_536

export class SeenIds {
  readonly #lifeMs: number
  /** When each was seen, in that order. */
  readonly #seen = new Map<string, number>()

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs
  }

  has(id: string): boolean {
    return this.#seen.has(id)
  }

  /** False where it had been seen before. */
  add(id: string, nowMs: number): boolean {
    this.#forget(nowMs)
    if (this.#seen.has(id)) return false
    this.#seen.set(id, nowMs)
    return true
  }

  #forget(nowMs: number): void {
    for (const [id, seenAtMs] of this.#seen) {
      if (nowMs - seenAtMs < this.#lifeMs && this.#seen.size < SEEN_MAX) return
      this.#seen.delete(id)
    }
  }
}
