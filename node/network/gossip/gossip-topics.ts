/** Topics over gossip: one validator per topic id, which is the topic's own judge behind the limits of this node. */
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type Judged, type Topic, topicId } from '../../../protocols/kernel/topic.ts'
import type { Charging } from '../calls/charging.ts'
import type { PeerLedger } from '../peers/peer-ledger.ts'
import { RateTable } from '../peers/rate-table.ts'
import type { GossipRouter, GossipVerdict } from './gossip-router.ts'

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
  readonly router: GossipRouter
  readonly tag: string
  readonly clock: Clock
  readonly ledger: PeerLedger
  readonly charging: Charging
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
    return this.#needs.router.publish(topicId(this.#needs.tag, topic, shard), data)
  }

  /** Carries every shard of these families that a neighbour joins: what a bootstrap peer does for others. */
  relay(topics: readonly Topic<never>[]): Disposable {
    const { router, tag } = this.#needs
    const families = topics.map((topic) => ({ topic: topic as Topic<unknown>, prefix: topicId(tag, topic, '') }))
    const watching = router.onSubscriptions((ids) => {
      for (const id of ids) {
        const family = families.find(({ prefix }) => id.startsWith(prefix))
        if (family !== undefined) this.#relayShard(family.topic, id)
      }
    })
    this.#stopRelaying = () => {
      watching[Symbol.dispose]()
      for (const relayed of this.#relayed.values()) relayed[Symbol.dispose]()
      this.#relayed.clear()
    }
    return { [Symbol.dispose]: this.#stopRelaying }
  }

  [Symbol.dispose](): void {
    this.#stopRelaying?.()
  }

  #relayShard(topic: Topic<unknown>, id: string): void {
    if (this.#needs.router.subscribers(id) === 0) {
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
    const { router } = this.#needs
    const joined = this.#joined.get(id) ?? {
      topic,
      delivers: new Set(),
      authors: new RateTable(topic.perAuthorPerMinuteMax, 60_000, AUTHORS_MAX),
    }
    joined.delivers.add(deliver)
    if (!this.#joined.has(id)) {
      this.#joined.set(id, joined)
      router.join(id, (from, data) => this.#validate(id, joined, from, data))
    }
    return {
      [Symbol.dispose]: () => {
        if (!joined.delivers.delete(deliver) || joined.delivers.size > 0) return
        this.#joined.delete(id)
        router.leave(id)
      },
    }
  }

  #validate(id: string, joined: Joined, neighbour: PeerId, data: Uint8Array): GossipVerdict {
    const { clock, ledger, charging, onFault, report } = this.#needs
    const now = clock.monotonicMs()
    const account = ledger.of(neighbour)
    account.messages++
    account.bytesIn += data.length
    if (data.length > joined.topic.bytesMax) {
      onFault(neighbour, new MeshError('OVERSIZE', { given: data.length, max: joined.topic.bytesMax }))
      return 'reject'
    }
    if (!this.#neighbours.allows(neighbour, now)) {
      account.refused++
      return 'ignore'
    }
    let judged: Judged<unknown>
    try {
      const about = { topicId: id, nowMs: clock.nowMs(), from: neighbour }
      judged = charging.run(account, () => joined.topic.judge(data, about))
    } catch (error) {
      // A judge that throws is a bug of ours, not the neighbour's fault.
      report(asMeshError(error))
      return 'ignore'
    }
    const { verdict, value, author } = judged
    if (verdict === 'reject')
      onFault(neighbour, new MeshError('MALFORMED', { what: `${joined.topic.name} message`, why: judged.reason ?? '' }))
    if (verdict === 'accept' || verdict === 'forward') {
      if (author !== undefined && !joined.authors.allows(author, now)) return 'ignore'
    }
    if (verdict === 'accept') this.#deliver(joined, value, neighbour)
    return verdict === 'forward' ? 'accept' : verdict
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
