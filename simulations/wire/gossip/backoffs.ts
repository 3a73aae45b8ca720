/** Which neighbour may not enter which mesh again yet. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'

export class Backoffs {
  /** Monotonic times, by topic and then by peer. */
  readonly #until = new Map<string, Map<PeerId, number>>()

  has(topicId: string, peer: PeerId, nowMs: number): boolean {
    return (this.#until.get(topicId)?.get(peer) ?? 0) > nowMs
  }

  /** Never shortens an earlier one. */
  add(topicId: string, peer: PeerId, untilMs: number): void {
    const ofTopic = this.#until.get(topicId) ?? new Map<PeerId, number>()
    this.#until.set(topicId, ofTopic)
    ofTopic.set(peer, Math.max(untilMs, ofTopic.get(peer) ?? 0))
  }

  forget(nowMs: number): void {
    for (const [topicId, ofTopic] of this.#until) {
      for (const [peer, untilMs] of ofTopic) if (untilMs <= nowMs) ofTopic.delete(peer)
      if (ofTopic.size === 0) this.#until.delete(topicId)
    }
  }
}
