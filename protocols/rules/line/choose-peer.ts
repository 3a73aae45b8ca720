/** Which peer is timed next, so that few pings tell how far all regions are. */
import { fresh, type TimedPeer } from './typical-latencies.ts'

/** A peer that could be timed. */
export interface Candidate {
  readonly peer: string
  /** `undefined` while nobody has said it: it has to be asked first. */
  readonly region?: string | undefined
  /** As in {@link TimedPeer}. */
  readonly voter: string
  /** Monotonic; `undefined` where it was never looked at. */
  readonly lookedAtMs?: number | undefined
  /** Looks in a row that told nothing: it did not answer, or had no region to name yet. */
  readonly misses?: number
}

/** A peer, and a network, is looked at again after this: six times in the life of what was found. */
export const LOOK_AGAIN_MS = 30 * 60_000
/** One that told nothing may have been busy, or have started a moment before: it is looked at again this soon, then after twice as long each time. */
export const MISSED_AGAIN_MS = 20_000
/** Networks timed of one region: more would not move a median. */
export const VOTERS_MAX = 16

/** `undefined` where nobody is due. @param nowMs monotonic */
export function choosePeer<C extends Candidate>(
  candidates: Iterable<C>,
  timed: Iterable<TimedPeer>,
  nowMs: number,
): C | undefined {
  const votes = new Map<string, TimedPeer>()
  for (const each of fresh(timed, nowMs)) {
    const known = votes.get(each.voter)
    if (known === undefined || known.atMs < each.atMs) votes.set(each.voter, each)
  }
  const voters = new Map<string, number>()
  for (const { region } of votes.values()) voters.set(region, (voters.get(region) ?? 0) + 1)

  let best: { readonly candidate: C; readonly need: number; readonly sinceMs: number } | undefined
  for (const candidate of candidates) {
    const { region, voter, lookedAtMs = Number.NEGATIVE_INFINITY, misses = 0 } = candidate
    const vote = votes.get(voter)
    if (nowMs - lookedAtMs < lookAgainMs(misses) || (vote !== undefined && nowMs - vote.atMs < LOOK_AGAIN_MS)) continue
    const heard = region === undefined ? 0 : (voters.get(region) ?? 0)
    if (vote === undefined && heard >= VOTERS_MAX) continue
    // Of a region with no vote first; whoever must be asked for its region after those that need not; who told nothing after all others.
    const need = heard + (region === undefined ? 0.5 : 0) + (misses > 0 ? VOTERS_MAX : 0)
    if (best === undefined || need < best.need || (need === best.need && lookedAtMs < best.sinceMs))
      best = { candidate, need, sinceMs: lookedAtMs }
  }
  return best?.candidate
}

const lookAgainMs = (misses: number): number =>
  misses === 0 ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, MISSED_AGAIN_MS * 2 ** (misses - 1))
