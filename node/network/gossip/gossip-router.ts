/** What topics need of the router beneath them: gossipsub over libp2p, or the simulator's own. It knows ids and bytes only. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'

/** accept: pass it on. ignore: drop it. reject: drop it, and the neighbour's score falls. */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

export type GossipValidator = (from: PeerId, data: Uint8Array) => GossipVerdict

export interface GossipRouter {
  /** Enters the mesh of a topic: each message of it is asked about once, before it is passed on. */
  join(topicId: string, validate: GossipValidator): void
  leave(topicId: string): void
  /** Resolves with the number of neighbours that the message was handed to. */
  publish(topicId: string, data: Uint8Array): Promise<number>
  /** Neighbours that have joined the topic. */
  subscribers(topicId: string): number
  /** Tells of topics that a neighbour has just joined or left. */
  onSubscriptions(listener: (topicIds: readonly string[]) => void): Disposable
}
