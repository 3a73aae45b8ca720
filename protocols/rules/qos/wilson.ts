/** How much of what a miner computes is right, at least, by audits of which so many matched. */

/** 1.96^2 in ten-thousandths: 95 % of both sides. */
const Z2 = 38_416n
const Z2_UNIT = 10_000n
/** Tallies that are summed exactly; a day holds no more audits of one miner. */
const AUDITS_MAX = 1_000_000

/**
 * Lower end of Wilson's interval in hundredths of a point, rounded down: (k + z²/2 − z √(k(n−k)/n + z²/4)) / (n + z²). By integers alone,
 * so that two nodes have the same bytes.
 * @throws RangeError for no audit, negative tallies, or more than a million
 * @example wilsonCenti({ matched: 20, mismatched: 0 }) === 8388
 */
export function wilsonCenti({ matched, mismatched }: AuditTally): number {
  const total = matched + mismatched
  if (![matched, mismatched].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError('audits are counted')
  }
  if (total < 1 || total > AUDITS_MAX) throw new RangeError(`between 1 and ${AUDITS_MAX} audits, not ${total}`)
  const [k, n] = [BigInt(matched), BigInt(total)]
  // All of it times n and the unit of z², the root squared with them: z²k(n−k)/n + z⁴/4, times (2·unit)²·n.
  const root = squareRoot(n * (4n * Z2 * Z2_UNIT * k * (n - k) + Z2 * Z2 * n))
  const above = 2n * Z2_UNIT * k * n + Z2 * n - root
  const below = 2n * n * (Z2_UNIT * n + Z2)
  return above <= 0n ? 0 : Number((10_000n * above) / below)
}

export interface AuditTally {
  readonly matched: number
  readonly mismatched: number
}

/** Rounded up, so that the bound stays one. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (guess + value / guess) >> 1n
    if (next >= guess) return guess * guess === value ? guess : guess + 1n
    guess = next
  }
}
