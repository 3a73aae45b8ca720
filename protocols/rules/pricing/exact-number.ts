/** Numbers of measurements as the exact fractions that they are written as: 0.1 is a tenth, and no float dust gets into a price. */
import { MeshError } from '../../kernel/errors.ts'
import { CREDITS_MAX, type Credits, credits, type Rational } from '../../kernel/money.ts'

export interface NumberRange {
  readonly min: number
  readonly max: number
}

export const ONE: Rational = { n: 1n, d: 1n }

/**
 * The fraction that JavaScript writes the number as.
 * @throws MeshError PRICE_INPUT for NaN, infinity, and what lies outside its range
 */
export function exactOf(value: number, what: string, { min, max }: NumberRange): Rational {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    const why = Number.isFinite(value) ? `it lies outside ${min} to ${max}` : 'it is no number'
    throw new MeshError('PRICE_INPUT', { what, value: String(value), why, needed: `a number from ${min} to ${max}` })
  }
  const [mantissa, exponent = '0'] = String(Math.abs(value)).split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const digits = BigInt(whole + fraction) * (value < 0 ? -1n : 1n)
  const power = Number(exponent) - fraction.length
  return power >= 0 ? { n: digits * 10n ** BigInt(power), d: 1n } : reduced({ n: digits, d: 10n ** BigInt(-power) })
}

export const times = (a: Rational, b: Rational): Rational => reduced({ n: a.n * b.n, d: a.d * b.d })
export const plus = (a: Rational, b: Rational): Rational => reduced({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })

/** Half up, for what is not negative. */
export const rounded = ({ n, d }: Rational): bigint => (2n * n + d) / (2n * d)
export const roundedUp = ({ n, d }: Rational): bigint => (n + d - 1n) / d

/** @throws MeshError PRICE_OVERFLOW above `max` */
export function creditsAtMost(amount: bigint, max: Credits): Credits {
  if (amount <= max) return credits(amount)
  throw new MeshError('PRICE_OVERFLOW', { price: amount > CREDITS_MAX ? CREDITS_MAX : amount, max })
}

/** For people: at most four decimals, without what is cut off. */
export function exactText({ n, d }: Rational): string {
  const tenThousandths = rounded({ n: n * 10_000n, d })
  const fraction = (tenThousandths % 10_000n).toString().padStart(4, '0').replace(/0+$/, '')
  return `${tenThousandths / 10_000n}${fraction === '' ? '' : `.${fraction}`}`
}

function reduced({ n, d }: Rational): Rational {
  let [a, b] = [n < 0n ? -n : n, d]
  while (b > 0n) [a, b] = [b, a % b]
  return a > 1n ? { n: n / a, d: d / a } : { n, d }
}
