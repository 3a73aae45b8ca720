/** What a cloud's bill is in credits, exactly: its prices are decimals of some currency, and the owner says what the token is worth. */
import { CREDITS_MAX, CREDITS_PER_UNIT, type Credits, credits, type Rational } from '../../kernel/money.ts'

/** In the currency of the bill. */
export interface CloudTariff {
  readonly perCall: Rational
  readonly per1kTokensIn: Rational
  readonly per1kTokensOut: Rational
  /** What one unit of the token (a million credits) is worth to the owner, in the same currency; above 0. */
  readonly unitWorth: Rational
}

/** As the cloud counts it; 0 where it counts no tokens. */
export interface CloudUsage {
  readonly tokensIn: bigint
  readonly tokensOut: bigint
}

export const NO_TOKENS: CloudUsage = { tokensIn: 0n, tokensOut: 0n }

/**
 * Credits of one call, rounded up once: a budget never counts less than the bill says.
 * @throws RangeError where usage or prices are negative, the token is worth nothing, or the amount does not fit
 */
export function cloudPrice(tariff: CloudTariff, { tokensIn, tokensOut }: CloudUsage = NO_TOKENS): Credits {
  const { perCall, per1kTokensIn, per1kTokensOut, unitWorth } = tariff
  if (tokensIn < 0n || tokensOut < 0n) throw new RangeError('usage is not negative')
  for (const price of [perCall, per1kTokensIn, per1kTokensOut]) {
    if (price.n < 0n || price.d <= 0n) throw new RangeError('prices are not negative')
  }
  if (unitWorth.n <= 0n || unitWorth.d <= 0n) throw new RangeError('a token is worth something')
  const bill = [
    perCall,
    { n: per1kTokensIn.n * tokensIn, d: per1kTokensIn.d * 1_000n },
    { n: per1kTokensOut.n * tokensOut, d: per1kTokensOut.d * 1_000n },
  ].reduce((sum, part) => ({ n: sum.n * part.d + part.n * sum.d, d: sum.d * part.d }), { n: 0n, d: 1n })
  const n = bill.n * CREDITS_PER_UNIT * unitWorth.d
  const d = bill.d * unitWorth.n
  const price = (n + d - 1n) / d
  if (price > CREDITS_MAX) throw new RangeError(`${price} credits do not fit 0..2^64-1`)
  return credits(price)
}

/** A chat wraps what is said into its own form: a few dozen tokens of it, however it is counted. */
const FRAME_TOKENS = 64n

/**
 * The most that a call over texts may use: a token is at least one byte of text.
 * @param tokensOutMax what the call allows the answer
 */
export const usageMax = (texts: readonly Uint8Array[], tokensOutMax: number): CloudUsage => ({
  tokensIn: texts.reduce((sum, { length }) => sum + BigInt(length) + FRAME_TOKENS, 0n),
  tokensOut: BigInt(tokensOutMax),
})
