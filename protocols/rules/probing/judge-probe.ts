/** What one probe says of a claim. Time is the prober's, and whatever can be said for the miner is. */
import { type CardClaim, expectedMs, filledBytesOf, handedMs, operationsOf, type ProbeSize } from './probe-size.ts'

export interface ProbeTimings {
  /** The shortest of several. */
  readonly rttMs: number
  /** From the seed to the roots. */
  readonly workedMs: number
  /** From the nonce to the root over all that was to be held. */
  readonly recalledMs: number
  /** The longest that this process itself slept through while it waited. */
  readonly stalledMs: number
}

export type ProbeOutcome =
  /** Lower bounds: so much it did, so much it held. */
  | { readonly kind: 'shown'; readonly gflops: number; readonly heldBytes: number }
  /** Slower than its claim by more than load and heat explain; `gflops` where it ended at all. */
  | { readonly kind: 'slow'; readonly claimed: number; readonly gflops?: number }
  /** It made again what it should have held. */
  | { readonly kind: 'forgetful'; readonly heldBytes: number; readonly askedBytes: number }
  /** It committed to what the work does not give. */
  | { readonly kind: 'false'; readonly why: string }
  /** Says nothing of the claim. */
  | { readonly kind: 'unsure'; readonly why: string }

/** A hot card, a program of the owner, another job: three times as slow is nobody's lie. A claim of ten times is. */
export const TOLERANCE = 3
/** After this many times what its claim would take, nobody waits any more. */
export const PATIENCE = 6
/** A claim beyond all cards is asked for the largest probe, and that would be over at once. */
const PATIENCE_MS_MIN = 2_000
/** So long a miner works at one; then it was slow, whatever is allowed for handing over. */
const PATIENCE_MS_MAX = 30_000
/** Of what was filled. The recall of an honest miner is some hashing, a tenth of the time that the work took. */
const HELD_SHARE_MIN = 0.5
/** Of the expected time: what is taken off for the way is not the miner's to stretch. */
const WAY_SHARE_MAX = 0.25

/** How long to wait for the work, beside the way. Whoever is not done by then is slow. */
export const patienceMs = (size: ProbeSize, claim: CardClaim): number =>
  Math.min(PATIENCE_MS_MAX, Math.max(PATIENCE_MS_MIN, PATIENCE * expectedMs(size, claim)) + handedMs(size))

export function judgeProbe(size: ProbeSize, claim: CardClaim, timings: ProbeTimings): ProbeOutcome {
  const { rttMs, workedMs, recalledMs, stalledMs } = timings
  const way = Math.min(rttMs, expectedMs(size, claim) * WAY_SHARE_MAX)
  const workMs = Math.max(workedMs - way, 1)
  const gflopsIn = (ms: number): number => operationsOf(size) / Math.max(ms, 1) / 1e6
  const isSlowIn = (ms: number): boolean => gflopsIn(ms) * TOLERANCE < claim.fp32Gflops
  // What the card itself took at least: its program hands matrices over meanwhile.
  const cardMs = workMs - handedMs(size)
  if (isSlowIn(cardMs)) {
    if (!isSlowIn(cardMs - stalledMs)) return tooBusy
    return { kind: 'slow', claimed: claim.fp32Gflops, gflops: gflopsIn(cardMs) }
  }
  // Who holds a share f makes the rest again, and at its own speed that takes 1 - f of what the work took.
  const shareIn = (ms: number): number => Math.max(0, 1 - Math.max(ms, 0) / workMs)
  const share = shareIn(recalledMs - way)
  const askedBytes = filledBytesOf(size)
  const heldBytes = Math.floor(share * askedBytes)
  if (share >= HELD_SHARE_MIN) return { kind: 'shown', gflops: gflopsIn(workMs), heldBytes }
  if (shareIn(recalledMs - way - stalledMs) >= HELD_SHARE_MIN) return tooBusy
  return { kind: 'forgetful', heldBytes, askedBytes }
}

/** What this process slept through it cannot tell from the miner's time. */
const tooBusy: ProbeOutcome = { kind: 'unsure', why: 'this node was too busy to take the time' }
