/** Gossipsub as the router of topics. */
import { type GossipSub, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { peerId } from '../../../protocols/kernel/ids.ts'
import type { GossipRouter, GossipVerdict } from './gossip-router.ts'
import { topicScore } from './gossip-settings.ts'

const RESULT: Record<GossipVerdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

interface SubscriptionChange {
  readonly detail: { readonly subscriptions: readonly { readonly topic: string }[] }
}

export function gossipsubRouter(gossip: GossipSub): GossipRouter {
  return {
    join(topicId, validate) {
      score(gossip, topicId)
      gossip.topicValidators.set(topicId, (from, { data }) => RESULT[validate(peerId(from.toString()), data)])
      gossip.subscribe(topicId)
    },
    leave(topicId) {
      gossip.unsubscribe(topicId)
      gossip.topicValidators.delete(topicId)
    },
    publish: async (topicId, data) => (await gossip.publish(topicId, data)).recipients.length,
    subscribers: (topicId) => gossip.getSubscribers(topicId).length,
    onSubscriptions(listener) {
      const onChange = ({ detail }: SubscriptionChange): void =>
        listener(detail.subscriptions.map(({ topic }) => topic))
      gossip.addEventListener('subscription-change', onChange)
      return { [Symbol.dispose]: () => gossip.removeEventListener('subscription-change', onChange) }
    },
  }
}

/**
 * Gossipsub scores only topics that it was told of, and has no call to tell it of one later. An entry stays when the topic
 * is left: its scorer reads the entry of every topic that a neighbour was ever in.
 */
function score(gossip: GossipSub, topicId: string): void {
  const scorer = gossip as unknown as { score: { params: { topics: Record<string, typeof topicScore> } } }
  scorer.score.params.topics[topicId] = topicScore
}
