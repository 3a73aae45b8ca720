/** A gossip topic family as a value: what may be published, who judges it, and how much of it is accepted. */
import type { PeerId } from './ids.ts'

/**
 * accept: deliver and forward. ignore: drop without blame (late, replayed, unknown kind that is forwarded by nobody).
 * forward: valid but not understood here; pass it on, do not deliver. reject: drop, and the forwarder's score falls.
 */
export type Verdict = 'accept' | 'forward' | 'ignore' | 'reject'

export interface Judged<T> {
  readonly verdict: Verdict
  /** Present where the verdict is accept. */
  readonly value?: T
  /** Who signed it; present where a signature was verified. What one author may publish is counted under this name. */
  readonly author?: string
  /** Which rule decided; for counters and logs, never the payload. */
  readonly reason?: string
}

export interface Topic<T> {
  readonly name: string
  readonly major: number
  /** Longest message in bytes, checked before anything is decoded. */
  readonly bytesMax: number
  /** Messages of one author per minute; what comes above is ignored. */
  readonly perAuthorPerMinuteMax: number
  /** Pure: the same bytes, state and time give the same verdict on every node. */
  judge(data: Uint8Array, context: TopicContext): Judged<T>
}

export interface TopicContext {
  /** Full topic id, with network tag and shard: a statement that names another shard does not belong here. */
  readonly topicId: string
  readonly nowMs: number
  readonly from: PeerId
}

/** `/aitbc/<tag>/<name>/<major>/<shard>`; the shard is for example `eu-west/inference`. */
export function topicId(tag: string, topic: { readonly name: string; readonly major: number }, shard: string): string {
  return `/aitbc/${tag}/${topic.name}/${topic.major}/${shard}`
}
