/** The plan's multiplier for how quick a miner of the class realtime is: it ranks miners, and is in no price that anybody pays. */
import type { Rational } from '../../kernel/money.ts'

/** Quicker answers than this look cheaper, slower ones than that dearer. */
const QUICK_MS = 100
const SLOW_MS = 200
const QUICK: Rational = { n: 4n, d: 5n }
const SLOW: Rational = { n: 3n, d: 2n }
const BETWEEN: Rational = { n: 1n, d: 1n }

export function realtimePerformance(ms: number): Rational {
  if (ms < QUICK_MS) return QUICK
  return ms > SLOW_MS ? SLOW : BETWEEN
}
