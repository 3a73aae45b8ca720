/**
 * How often a miner is audited, and what that deters. Shares are parts in a million, whole numbers: client and miner must come to the same
 * answer where one lies at the edge.
 */
import { type Credits, credits } from '../../kernel/money.ts'
import type { AuditStanding } from './audit-record.ts'

export const PPM = 1_000_000
/** A client's own share unless it says otherwise: one of twenty answers. */
export const SHARE_STANDARD = 50_000
/** Part of the lies that an audit finds: the rest falls into runs without a referee, or is within the tolerance. Nine in ten is an estimate. */
export const SENSITIVITY = 900_000

/**
 * Who was never looked at gets little work until it was (rules/routing), and so is looked at first. Who is proven is looked at half as often: never less, or honesty would be worth its while only until a record is good. Who is in doubt is
 * looked at each time, so that an honest miner is rid of the doubt soon and a liar of its work.
 */
const PART_OF_BASE: Readonly<Record<AuditStanding, readonly [n: number, d: number] | 'always'>> = {
  untested: 'always',
  unproven: [1, 1],
  proven: [1, 2],
  doubted: 'always',
  lying: 'always',
}

/** @param base the client's own share, 0 for who audits nobody */
export function shareOf(base: number, standing: AuditStanding): number {
  if (base === 0) return 0
  const part = PART_OF_BASE[standing]
  return part === 'always' ? PPM : Math.ceil((base * part[0]) / part[1])
}

/**
 * What a miner must have to lose, in stake or in future work, so that lying for `gain` a job does not pay: more than
 * g (1 - q d) / (q d), rounded up.
 * @returns undefined where nothing deters, for nobody looks or nothing is found
 * @example stakeToDeter(credits(1_000), 50_000) === 21_223n, of a job of 1,000 credits at 5 %: 21 times the gain
 */
export function stakeToDeter(gain: Credits, share: number, sensitivity: number = SENSITIVITY): Credits | undefined {
  const found = BigInt(share) * BigInt(sensitivity)
  if (found <= 0n) return undefined
  const whole = BigInt(PPM) * BigInt(PPM)
  return credits((gain * (whole - found)) / found + 1n)
}
