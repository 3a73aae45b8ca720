/** Topics over gossipsub: one validator per topic id, which is the topic's own judge behind the limits of this node. */
import { type GossipSub, type Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { type Judged, type Topic, topicId, type Verdict } from '../../protocols/kernel/topic.ts'
import { topicScore } from './gossip-settings.ts'
import { RateTable } from './rate-table.ts'

const RESULT: Record<Verdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  forward: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/**
 * Messages of one neighbour per second, on all topics, before anything is verified: at 0.3 ms for a signature, one neighbour
 * takes at most a tenth of a core.
 */
const PER_NEIGHBOUR_PER_SECOND_MAX = 300
const NEIGHBOURS_MAX = 1_024
/** Authors of one topic whose rate is known: more than a region and class has. */
const AUTHORS_MAX = 16_384
/** Shards that a relaying peer joins on others' behalf; each costs its traffic. */
const RELAYED_MAX = 256

type Deliver = (value: never, from: PeerId) => void

interface Joined {
  readonly topic: Topic<unknown>
  readonly delivers: Set<Deliver>
  readonly authors: RateTable
}

export interface GossipTopicsNeeds {
  readonly gossip: GossipSub
  readonly tag: string
  readonly clock: Clock
  /** A neighbour sent what it should have rejected itself. */
  readonly onFault: (peer: PeerId, error: MeshError) => void
  readonly report: (error: MeshError) => void
}

export class GossipTopics implements Disposable {
  readonly #needs: GossipTopicsNeeds
  readonly #joined = new Map<string, Joined>()
  readonly #neighbours: RateTable
  readonly #relayed = new Map<string, Disposable>()
  #stopRelaying: (() => void) | undefined

  constructor(needs: GossipTopicsNeeds) {
    this.#needs = needs
    this.#neighbours = new RateTable(PER_NEIGHBOUR_PER_SECOND_MAX, 1_000, NEIGHBOURS_MAX)
  }

  subscribe<T>(topic: Topic<T>, shard: string, deliver: (value: T, from: PeerId) => void): Disposable {
    return this.#join(topic as Topic<unknown>, topicId(this.#needs.tag, topic, shard), deliver as Deliver)
  }

  /** @throws MeshError USAGE for a message that every receiver would reject by its length */
  async publish<T>(topic: Topic<T>, shard: string, data: Uint8Array): Promise<number> {
    if (data.length > topic.bytesMax)
      throw new MeshError('USAGE', {
        what: `a ${topic.name} message of ${data.length} bytes, at most ${topic.bytesMax}`,
      })
    const { recipients } = await this.#needs.gossip.publish(topicId(this.#needs.tag, topic, shard), data)
    return recipients.length
  }

  /** Carries every shard of these families that a neighbour joins: what a bootstrap peer does for others. */
  relay(topics: readonly Topic<never>[]): Disposable {
    const { gossip, tag } = this.#needs
    const families = topics.map((topic) => ({ topic: topic as Topic<unknown>, prefix: topicId(tag, topic, '') }))
    const onChange = ({
      detail,
    }: {
      readonly detail: { readonly subscriptions: readonly { readonly topic: string }[] }
    }): void => {
      for (const { topic: id } of detail.subscriptions) {
        const family = families.find(({ prefix }) => id.startsWith(prefix))
        if (family !== undefined) this.#relayShard(family.topic, id)
      }
    }
    gossip.addEventListener('subscription-change', onChange)
    this.#stopRelaying = () => {
      gossip.removeEventListener('subscription-change', onChange)
      for (const relayed of this.#relayed.values()) relayed[Symbol.dispose]()
      this.#relayed.clear()
    }
    return { [Symbol.dispose]: this.#stopRelaying }
  }

  [Symbol.dispose](): void {
    this.#stopRelaying?.()
  }

  #relayShard(topic: Topic<unknown>, id: string): void {
    const { gossip } = this.#needs
    if (gossip.getSubscribers(id).length === 0) {
      this.#relayed.get(id)?.[Symbol.dispose]()
      this.#relayed.delete(id)
    } else if (!this.#relayed.has(id) && this.#relayed.size < RELAYED_MAX) {
      this.#relayed.set(
        id,
        this.#join(topic, id, () => undefined),
      )
    }
  }

  #join(topic: Topic<unknown>, id: string, deliver: Deliver): Disposable {
    const { gossip } = this.#needs
    const joined = this.#joined.get(id) ?? {
      topic,
      delivers: new Set(),
      authors: new RateTable(topic.perAuthorPerMinuteMax, 60_000, AUTHORS_MAX),
    }
    joined.delivers.add(deliver)
    if (!this.#joined.has(id)) {
      this.#joined.set(id, joined)
      this.#score(id)
      gossip.topicValidators.set(id, (from, message) => this.#validate(id, joined, from, message))
      gossip.subscribe(id)
    }
    return {
      [Symbol.dispose]: () => {
        if (!joined.delivers.delete(deliver) || joined.delivers.size > 0) return
        this.#joined.delete(id)
        gossip.unsubscribe(id)
        gossip.topicValidators.delete(id)
      },
    }
  }

  /**
   * Gossipsub scores only topics that it was told of, and has no call to tell it of one later. An entry stays when the topic
   * is left: its scorer reads the entry of every topic that a neighbour was ever in.
   */
  #score(id: string): void {
    const { score } = this.#needs.gossip as unknown as {
      score: { params: { topics: Record<string, typeof topicScore> } }
    }
    score.params.topics[id] = topicScore
  }

  #validate(id: string, joined: Joined, from: Libp2pPeerId, { data }: Message): TopicValidatorResult {
    const { clock, onFault, report } = this.#needs
    const neighbour = peerId(from.toString())
    const now = clock.monotonicMs()
    if (data.length > joined.topic.bytesMax) {
      onFault(neighbour, new MeshError('OVERSIZE', { given: data.length, max: joined.topic.bytesMax }))
      return TopicValidatorResult.Reject
    }
    if (!this.#neighbours.allows(neighbour, now)) return TopicValidatorResult.Ignore
    let judged: Judged<unknown>
    try {
      judged = joined.topic.judge(data, { topicId: id, nowMs: clock.nowMs(), from: neighbour })
    } catch (error) {
      // A judge that throws is a bug of ours, not the neighbour's fault.
      report(asMeshError(error))
      return TopicValidatorResult.Ignore
    }
    const { verdict, value, author } = judged
    if (verdict === 'reject')
      onFault(neighbour, new MeshError('MALFORMED', { what: `${joined.topic.name} message`, why: judged.reason ?? '' }))
    if (verdict === 'accept' || verdict === 'forward') {
      if (author !== undefined && !joined.authors.allows(author, now)) return TopicValidatorResult.Ignore
    }
    if (verdict === 'accept') this.#deliver(joined, value, neighbour)
    return RESULT[verdict]
  }

  #deliver({ delivers }: Joined, value: unknown, from: PeerId): void {
    for (const deliver of delivers) {
      try {
        deliver(value as never, from)
      } catch (error) {
        this.#needs.report(asMeshError(error))
      }
    }
  }
}
