/** Gossipsub's settings. Its default topic scores are inert or deadly for topics with few messages; every score here is said. */
import type { GossipsubOpts } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { OFFER_TTL_MS } from '../../protocols/wire/offer/offer-body.ts'
import type { NetworkPreset } from './network-preset.ts'

/** Ids are remembered for longer than any message is valid, offers being the longest; after that their sequence decides. */
const SEEN_MS = 2 * OFFER_TTL_MS
/** Longest RPC: more than all offers that one heartbeat brings. */
const RPC_BYTES_MAX = 1_048_576
/** A neighbour that does not read is dropped at this. */
const UNSENT_BYTES_MAX = 4_194_304
/** From this many neighbours on one address, each further one costs its square. */
const COLOCATION_THRESHOLD = 10

/** What a neighbour earns and loses on any topic of the mesh. */
export const topicScore = createTopicScoreParams({
  topicWeight: 1,
  // A second, not gossipsub's millisecond, at which everybody sits at the cap at once.
  timeInMeshQuantum: 1_000,
  timeInMeshWeight: 0.01,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.99,
  firstMessageDeliveriesCap: 50,
  // A topic may be silent for minutes, and silence is no fault: both of these would empty its mesh within seconds.
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  // Squared: one false message stops gossip from the neighbour, the third one makes it unheard for half an hour.
  invalidMessageDeliveriesWeight: -20,
  invalidMessageDeliveriesDecay: 0.999,
})

/** What it may earn at most on all topics: less than one false message costs. */
const TOPICS_SCORE_MAX = 8

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
    heartbeatInterval: preset.gossipHeartbeatMs,
    pruneBackoff: preset.gossipBackoffMs,
    unsubcribeBackoff: Math.min(10_000, preset.gossipBackoffMs),
    maxInboundDataLength: RPC_BYTES_MAX,
    maxOutboundBufferSize: UNSENT_BYTES_MAX,
    scoreParams: {
      topics: {},
      topicScoreCap: TOPICS_SCORE_MAX,
      appSpecificScore: standing,
      appSpecificWeight: 100,
      IPColocationFactorWeight: preset.colocationWeight,
      IPColocationFactorThreshold: COLOCATION_THRESHOLD,
      // Grafting too early happens to honest nodes after a restart: only a habit of it costs.
      behaviourPenaltyWeight: -1,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyDecay: 0.9,
      decayInterval: 1_000,
      decayToZero: 0.01,
      retainScore: 3_600_000,
    },
    scoreThresholds: {
      gossipThreshold: -10,
      publishThreshold: -50,
      graylistThreshold: -80,
      acceptPXThreshold: 10,
      opportunisticGraftThreshold: 1,
    },
  }
}

/** One character per byte: ids are compared, never shown. */
function textOf(id: Uint8Array): string {
  let text = ''
  for (let i = 0; i < id.length; i++) text += String.fromCharCode(id[i]!)
  return text
}
