/** What a fetch waits for, and how many it asks. */

export interface FetchTuning {
  /** Peers that send at once: enough to fill a line, and each may hold a chunk in memory here. */
  readonly giversMax: number
  /** Peers that are known at once, those that rest included. */
  readonly knownMax: number
  /** After the first list, for others to be heard before one is chosen. */
  readonly graceMs: number
  /** A peer that gives less than so many bytes a second, over {@link floorMs}, is left. */
  readonly floorBytesPerSecond: number
  readonly floorMs: number
  /** Between two looks for further peers. */
  readonly searchMs: number
  /** Before a partial copy is asked again what it has by now. */
  readonly askAgainMs: number
  /** After a lost call, doubled with each further one. */
  readonly restMs: number
  /** Without a chunk under one list, where there is another. */
  readonly quietMs: number
  /** Without a chunk from anybody. */
  readonly patienceMs: number
}

export const fetchTuning: FetchTuning = {
  giversMax: 8,
  knownMax: 32,
  graceMs: 300,
  // Below a modem of 1998: a model would take days. Over a time in which a busy line comes back.
  floorBytesPerSecond: 4_096,
  floorMs: 15_000,
  searchMs: 15_000,
  askAgainMs: 2_000,
  restMs: 1_000,
  quietMs: 10_000,
  patienceMs: 60_000,
}

/** Lost calls in a row after which a peer is forgotten; a later look may find it again. */
export const LOST_MAX = 4
/** Lists that turned out false: whoever makes more of them is many, and then patience does not help. */
export const FALSE_LISTS_MAX = 8
