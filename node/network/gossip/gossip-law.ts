/** Gossip's law of memory and scores as plain numbers: gossipsub's settings and the simulator's router share them. */
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'

/** Ids are remembered for longer than any message is valid, offers being the longest; after that their sequence decides. */
export const SEEN_MS = 2 * OFFER_TTL_MS
/** After leaving a mesh by unsubscribing, before it may be entered again; no longer than after a prune. */
export const UNSUBSCRIBE_BACKOFF_MS = 10_000
/** Longest RPC: more than all offers that one heartbeat brings. */
export const RPC_BYTES_MAX = 1_048_576
/** What waits for one neighbour. libp2p drops one that does not read at this; in the simulator it misses what comes above. */
export const UNSENT_BYTES_MAX = 4_194_304

/**
 * Neighbours of one topic. Each hands on every message, so a node hears it about as often as it has neighbours, and says it as often;
 * gossipsub's own 6, 4 to 12, cost twice as much. With three or more a mesh of any size hangs together, what a broken link loses is
 * asked for by its id, and directories are brought together beside it once a minute.
 */
export const meshDegree = {
  wanted: 4,
  min: 3,
  max: 6,
  /** Of those kept when there are too many: the best by score, the rest by lot. */
  keptByScore: 2,
  /** That this node has dialled itself: whoever dials it can take all other places. */
  outbound: 2,
} as const

/** What a neighbour earns and loses on any topic of the mesh. */
export const topicScores = {
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
} as const

/** And over all topics, and for conduct. */
export const neighbourScores = {
  /** What it may earn at most on all topics: less than one false message costs. */
  topicScoreCap: 8,
  /** Of its standing in the peer ledger, 0 to -1. */
  appSpecificWeight: 100,
  // Grafting too early happens to honest nodes after a restart: only a habit of it costs.
  behaviourPenaltyWeight: -1,
  behaviourPenaltyThreshold: 6,
  behaviourPenaltyDecay: 0.9,
  decayInterval: 1_000,
  decayToZero: 0.01,
  retainScore: 3_600_000,
} as const

/** Below these a neighbour gets no gossip, no messages of our own, no hearing. */
export const scoreThresholds = {
  gossipThreshold: -10,
  publishThreshold: -50,
  graylistThreshold: -80,
  acceptPXThreshold: 10,
  opportunisticGraftThreshold: 1,
} as const
