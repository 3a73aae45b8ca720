/** Gossipsub's settings. Its default topic scores are inert or deadly for topics with few messages; every score here is said. */
import type { GossipsubOpts } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import type { NetworkPreset } from '../network-preset.ts'
import {
  meshDegree,
  neighbourScores,
  RPC_BYTES_MAX,
  SEEN_MS,
  scoreThresholds,
  topicScores,
  UNSENT_BYTES_MAX,
  UNSUBSCRIBE_BACKOFF_MS,
} from './gossip-law.ts'

/** From this many neighbours on one address, each further one costs its square. */
const COLOCATION_THRESHOLD = 10

/** What a neighbour earns and loses on any topic of the mesh. */
export const topicScore = createTopicScoreParams({ ...topicScores })

export interface GossipNeeds {
  messageId(topic: string, data: Uint8Array): Uint8Array
  /** 0 where nothing is held against a neighbour, -1 where it is shut out. */
  standing(peer: string): number
}

const EMPTY = new Uint8Array(0)

export function gossipSettings({ messageId, standing }: GossipNeeds, preset: NetworkPreset): Partial<GossipsubOpts> {
  const idOf = (message: { readonly topic: string; readonly data?: Uint8Array }): Uint8Array =>
    messageId(message.topic, message.data ?? EMPTY)
  return {
    // A statement is signed by its author; a second signature, by whoever published it, would double the cost and say nothing.
    globalSignaturePolicy: 'StrictNoSign',
    emitSelf: false,
    fallbackToFloodsub: false,
    // Own messages go to every neighbour of the topic, so that no single one can withhold them.
    floodPublish: true,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    doPX: false,
    runOnLimitedConnection: true,
    // The same id for both: one that leaves out the topic, or is made of claims, lets a stranger censor.
    msgIdFn: idOf,
    fastMsgIdFn: (message) => textOf(idOf(message)),
    msgIdToStrFn: textOf,
    seenTTL: SEEN_MS,
    D: meshDegree.wanted,
    Dlo: meshDegree.min,
    Dhi: meshDegree.max,
    Dscore: meshDegree.keptByScore,
    Dout: meshDegree.outbound,
    heartbeatInterval: preset.gossipHeartbeatMs,
    pruneBackoff: preset.gossipBackoffMs,
    unsubcribeBackoff: Math.min(UNSUBSCRIBE_BACKOFF_MS, preset.gossipBackoffMs),
    maxInboundDataLength: RPC_BYTES_MAX,
    maxOutboundBufferSize: UNSENT_BYTES_MAX,
    scoreParams: {
      topics: {},
      ...neighbourScores,
      appSpecificScore: standing,
      IPColocationFactorWeight: preset.colocationWeight,
      IPColocationFactorThreshold: COLOCATION_THRESHOLD,
    },
    scoreThresholds,
  }
}

/** One character per byte: ids are compared, never shown. */
function textOf(id: Uint8Array): string {
  let text = ''
  for (let i = 0; i < id.length; i++) text += String.fromCharCode(id[i]!)
  return text
}
