/** A peer that served the mesh when this node last met it, and how it ranks as a way in. */
import { drawUint32 } from '../../protocols/kernel/draw.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Random } from '../../protocols/kernel/ports.ts'

export interface KnownPeer {
  readonly peer: PeerId
  /** Without the peer's name at their end, best first. */
  readonly addresses: readonly string[]
  /** Unix milliseconds. */
  readonly lastSeenMs: number
  /** Runs of this node in which they met, up to {@link MET_MAX}. */
  readonly met: number
  /** Times that it did not answer since, while others did, up to {@link FAILURES_MAX}. */
  readonly failures: number
}

/** More says no more: who was there on eight days is there tomorrow. */
export const MET_MAX = 8
/** At the fifth in a row a peer is forgotten. */
export const FAILURES_MAX = 5

const DAY_MS = 86_400_000

/** How much more likely one is tried first than another: often met and lately is best, each failure counts four times less. */
export function weightOf({ lastSeenMs, met, failures }: KnownPeer, nowMs: number): number {
  const days = Math.max(0, nowMs - lastSeenMs) / DAY_MS
  return met / ((1 + days) * 4 ** failures)
}

/**
 * The order in which to try: a draw without return by weight (Efraimidis and Spirakis 2006), so that the best come first
 * mostly, and no liar who came to look best is met first by everybody always.
 */
export function drawOrder(peers: Iterable<KnownPeer>, random: Random, nowMs: number): readonly KnownPeer[] {
  return [...peers]
    .map((known) => ({ known, key: Math.log(unit(random)) / weightOf(known, nowMs) }))
    .sort((a, b) => b.key - a.key)
    .map(({ known }) => known)
}

/** Above 0 and below 1. */
const unit = (random: Random): number => (drawUint32(random) + 0.5) / 2 ** 32
