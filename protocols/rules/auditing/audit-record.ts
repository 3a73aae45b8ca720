/**
 * What several audits say of one miner. Only audited jobs count for it, one mismatch is never more than a doubt, and what an audit could not
 * find out counts for nothing.
 */
import type { AuditOutcome } from './audit-verdict.ts'

export interface AuditNote {
  /** Unix ms. */
  readonly atMs: number
  readonly outcome: AuditOutcome
}

export interface AuditTally {
  readonly matched: number
  readonly mismatched: number
  readonly inconclusive: number
}

/** Older ones are about another machine. Who was barred begins anew after it, and is looked at each time. */
export const AUDIT_WINDOW_MS = 604_800_000
/** As many matched, and nothing else lately, make a miner proven: at 5 % some four hundred jobs. */
export const PROVEN_MIN = 20
/** So many in a row clear a doubt: who lies in one job of five fails that in 89 of 100 tries. */
export const CLEARED_BY = 10
/** Mismatches that bar. An honest miner whose memory flips a bit now and then, or a tie that falls the other way, is seen once. */
export const BARRED_FROM = 3
/**
 * And at least one of so many that were judged: an honest miner of which one answer in a thousand is off passes three in long service. Who
 * lies more rarely than that earns less by it than the doubt costs.
 */
const BARRED_IN = 20

/** `untested`: no audit has said anything of it. `unproven`: nothing is held against it, and little is known. */
export type AuditStanding = 'untested' | 'unproven' | 'proven' | 'doubted' | 'lying'

/** An audit has found an answer of it to be right, and nothing is held against it. */
export const isTested = (standing: AuditStanding): boolean => standing === 'unproven' || standing === 'proven'

/** @param notes in any order */
export function tallyOf(notes: readonly AuditNote[], nowMs: number, windowMs: number = AUDIT_WINDOW_MS): AuditTally {
  const tally = { matched: 0, mismatched: 0, inconclusive: 0 }
  for (const { outcome, atMs } of notes) if (atMs > nowMs - windowMs) tally[outcome]++
  return tally
}

/** @param notes in the order of their times */
export function auditStanding(notes: readonly AuditNote[], nowMs: number): AuditStanding {
  const { matched, mismatched } = tallyOf(notes, nowMs)
  if (mismatched >= BARRED_FROM && mismatched * BARRED_IN >= matched + mismatched) return 'lying'
  if (doubtsIn(notes, nowMs) > 0) return 'doubted'
  if (matched === 0) return 'untested'
  return matched >= PROVEN_MIN ? 'proven' : 'unproven'
}

/** Mismatches that have not been cleared by {@link CLEARED_BY} matched ones behind them. */
function doubtsIn(notes: readonly AuditNote[], nowMs: number): number {
  let [doubts, matched] = [0, 0]
  for (const { outcome, atMs } of notes) {
    if (atMs <= nowMs - AUDIT_WINDOW_MS || outcome === 'inconclusive') continue
    if (outcome === 'mismatched') {
      doubts++
      matched = 0
    } else if (++matched >= CLEARED_BY) doubts = 0
  }
  return doubts
}

/** By how much worse its offers look to who found it out, for each doubt. */
const DOUBT_FACTOR = 4
/**
 * For so long after each mismatch. Then it is asked as before, and each answer looked at: who were never asked again could not clear itself, and
 * who lies again is worth three lies in three hours.
 */
export const STARVED_MS = 3_600_000

/** 1 for who is not in doubt, or was asked nothing for an hour. Who lies gets no work at all. */
export function auditFactor(notes: readonly AuditNote[], nowMs: number): number {
  const isStarved = notes.some(({ outcome, atMs }) => outcome === 'mismatched' && atMs > nowMs - STARVED_MS)
  return isStarved ? DOUBT_FACTOR ** Math.min(doubtsIn(notes, nowMs), BARRED_FROM) : 1
}

/** Miners of one kernel class and model, each with what was found of it there. */
const UNSTEADY_MINERS_MIN = 4

/**
 * Where most who were audited for a model in one kernel class were found to differ, it is the model or the class: such mismatches are held
 * against nobody. One liar among three is none of that.
 * @param mismatched of each miner that was audited there: whether any of its answers differed
 */
export const isUnsteady = (mismatched: readonly boolean[]): boolean =>
  mismatched.length >= UNSTEADY_MINERS_MIN && 2 * mismatched.filter(Boolean).length > mismatched.length
