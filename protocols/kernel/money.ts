/** Money is an integer count of credits: 1 credit = 1e-6 of the token's unit = 1 base unit of MeshToken (6 decimals). */

declare const brand: unique symbol
export type Credits = bigint & { readonly [brand]: 'Credits' }

/** Amounts travel as uint64: larger ones do not exist on the wire or in a voucher. */
export const CREDITS_MAX: Credits = (2n ** 64n - 1n) as Credits
export const CREDITS_PER_UNIT = 1_000_000n

/** @throws RangeError outside 0..2^64-1. */
export function credits(amount: bigint | number): Credits {
  const value = BigInt(amount)
  if (value < 0n || value > CREDITS_MAX) throw new RangeError(`${value} credits do not fit 0..2^64-1`)
  return value as Credits
}

/** A factor without float dust: 1.5 is { n: 3n, d: 2n }. `d` is positive. */
export interface Rational {
  readonly n: bigint
  readonly d: bigint
}

/** amount x factors, rounded half up once at the end, so that the order of factors never changes a price. */
export function scale(amount: Credits, ...factors: readonly Rational[]): Credits {
  let n: bigint = amount
  let d = 1n
  for (const factor of factors) {
    n *= factor.n
    d *= factor.d
  }
  return credits((2n * n + d) / (2n * d))
}

/** `1.25` from 1_250_000 credits: the token's unit, as people read it. */
export function formatCredits(amount: bigint): string {
  const sign = amount < 0n ? '-' : ''
  const absolute = amount < 0n ? -amount : amount
  const fraction = (absolute % CREDITS_PER_UNIT).toString().padStart(6, '0').replace(/0+$/, '')
  return `${sign}${absolute / CREDITS_PER_UNIT}${fraction === '' ? '' : `.${fraction}`}`
}

/** Credits of a decimal text in the token's unit; `undefined` where it is no amount or has more than six decimals. */
export function parseCredits(text: string): Credits | undefined {
  const match = /^(\d{1,14})(?:\.(\d{1,6}))?$/.exec(text.trim())
  if (match === null) return undefined
  const value = BigInt(match[1]!) * CREDITS_PER_UNIT + BigInt((match[2] ?? '').padEnd(6, '0'))
  return value > CREDITS_MAX ? undefined : (value as Credits)
}
