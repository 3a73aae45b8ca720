/**
 * How far away the peers of each region are, mostly. Each network has one vote, in one region, and the median of a region's votes decides:
 * it takes half of the networks that were timed there to move it out of what the others are.
 */
import { lowerMedian } from '../../kernel/lower-median.ts'
import { PROFILE_LATENCIES_MAX, type RegionLatency } from '../../wire/profile/profile-body.ts'

/** How far away one peer was found to be. */
export interface TimedPeer {
  readonly region: string
  /** The network that it calls from; itself where its address names none. */
  readonly voter: string
  /** The quickest of its latest round trips. */
  readonly ms: number
  /** Monotonic. */
  readonly atMs: number
}

export interface TypicalLatency extends RegionLatency {
  /** Networks that were timed. */
  readonly voters: number
}

/** As long as a profile lives: routes change within hours, and who was not timed again may be gone. */
export const TIMED_FOR_MS = 3 * 3_600_000
/** Among fewer voters a single one that lies about its region would be the median, or half of it. */
export const PUBLIC_VOTERS_MIN = 3
/** On one machine, or in one LAN, all peers are their owner's, and there may be two. */
export const PRIVATE_VOTERS_MIN = 1
/** What the record holds; around the earth takes a third of a second. */
const LATENCY_MS_MAX = 0xffff

/**
 * By region; of more than {@link PROFILE_LATENCIES_MAX} regions those with most voters.
 * @param nowMs monotonic
 */
export function typicalLatencies(
  timed: Iterable<TimedPeer>,
  { nowMs, votersMin }: { readonly nowMs: number; readonly votersMin: number },
): readonly TypicalLatency[] {
  const votes = new Map<string, number[]>()
  for (const peers of Map.groupBy(fresh(timed, nowMs), ({ voter }) => voter).values()) {
    const { region, ms } = voteOf(peers)
    const known = votes.get(region)
    if (known === undefined) votes.set(region, [ms])
    else known.push(ms)
  }
  return [...votes]
    .filter(([, { length }]) => length >= votersMin)
    .map(([region, all]) => ({ region, latencyMs: inRecord(lowerMedian(all)), voters: all.length }))
    .sort((one, other) => other.voters - one.voters || compare(one.region, other.region))
    .slice(0, PROFILE_LATENCIES_MAX)
    .sort((one, other) => compare(one.region, other.region))
}

/** What still says something, and is a number of this world. */
export function fresh<T extends TimedPeer>(timed: Iterable<T>, nowMs: number): readonly T[] {
  return [...timed].filter(({ ms, atMs }) => nowMs - atMs < TIMED_FOR_MS && ms >= 0 && Number.isFinite(ms))
}

/** One network speaks for the region of most of its peers. */
function voteOf(peers: readonly TimedPeer[]): { readonly region: string; readonly ms: number } {
  const [region, own] = [...Map.groupBy(peers, (peer) => peer.region)].reduce((one, other) =>
    other[1].length > one[1].length || (other[1].length === one[1].length && other[0] < one[0]) ? other : one,
  )
  return { region, ms: lowerMedian(own.map(({ ms }) => ms)) }
}

/** What lies on the same machine is a millisecond away: 0 is no figure in a profile. */
const inRecord = (ms: number): number => Math.min(Math.max(1, Math.round(ms)), LATENCY_MS_MAX)

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
