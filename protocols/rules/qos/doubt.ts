/**
 * When a failure says little of who failed. A node that is overloaded or offline doubts itself first; and where most of a region fails at
 * once, something befell the region, and none of its miners.
 */

/** What a node knows of itself at that moment. */
export interface OwnState {
  /** Peers that it is connected to. */
  readonly peers: number
  /** How late its own timers come. */
  readonly lagMs: number
}

/** A timer that is so late is a busy process as any; ten times as late, and every time that it takes is its own. */
const LAG_MS_MIN = 50
const LAG_MS_MAX = 500

/** 0..100. @throws RangeError where the state is none */
export function selfDoubtPercent({ peers, lagMs }: OwnState): number {
  if (!(peers >= 0) || !(lagMs >= 0)) throw new RangeError('peers and lateness are counted from 0')
  if (peers === 0) return 100
  const late = Math.min(LAG_MS_MAX, Math.max(LAG_MS_MIN, lagMs)) - LAG_MS_MIN
  return Math.floor((100 * late) / (LAG_MS_MAX - LAG_MS_MIN))
}

/** An outage begins for all within it; two that fail in the same quarter of an hour need not have failed together. */
export const SLOT_S = 300
/** Fewer that fail together may be chance. */
const OTHERS_MIN = 3

/** Attempts and probes of one owner's miners in one slot. */
export interface SlotTally {
  answered: number
  failed: number
}

/**
 * 0..100: how far a failure of a miner of `owner` is put down to its region, by the share of the others there that failed in the same slot;
 * nothing below a half.
 * @param slot of one region, by owner
 */
export function regionExcusePercent<Owner>(slot: ReadonlyMap<Owner, Readonly<SlotTally>>, owner: Owner): number {
  let [others, failing] = [0, 0]
  for (const [other, { answered, failed }] of slot) {
    if (other === owner) continue
    others++
    if (failed > answered) failing++
  }
  if (failing < OTHERS_MIN || 2 * failing < others) return 0
  return Math.floor((100 * failing) / others)
}

/** What is left of a failure that is doubted by both, in percent. */
export const failureWeightPercent = (doubtPercent: number, excusePercent: number): number =>
  Math.floor(((100 - doubtPercent) * (100 - excusePercent)) / 100)
