/** What energy costs the owner, in the currency of the bill, and from which price on work is worth it. */
import { CREDITS_PER_UNIT, type Credits, credits } from '../../kernel/money.ts'

/** Both in the same currency, in thousandths of it: whole numbers, for it is money. */
export interface EnergyPrice {
  readonly perKwhMilli: bigint
  /** What the owner takes one unit of the token (a million credits) to be worth. */
  readonly perTokenUnitMilli: bigint
}

/** Milliwatts times milliseconds. */
const MICROJOULES_PER_KWH = 3_600_000_000_000n

/**
 * Credits below which a job costs more energy than it brings, rounded up.
 * @param powerW drawn for it beyond what the card draws idle, which the owner pays anyway
 * @throws RangeError for power or time that is negative or no number, a negative price, and a token that is worth nothing
 */
export function energyFloor(powerW: number, computeMs: number, price: EnergyPrice): Credits {
  const { perKwhMilli, perTokenUnitMilli } = price
  if (!(powerW >= 0 && computeMs >= 0 && Number.isFinite(powerW * computeMs))) {
    throw new RangeError('power and time are numbers from 0')
  }
  if (perKwhMilli < 0n || perTokenUnitMilli <= 0n)
    throw new RangeError('prices are not negative, and a token is worth something')
  const microjoules = BigInt(Math.ceil(powerW * 1_000)) * BigInt(Math.ceil(computeMs))
  const cost = microjoules * perKwhMilli * CREDITS_PER_UNIT
  const each = MICROJOULES_PER_KWH * perTokenUnitMilli
  return credits((cost + each - 1n) / each)
}

const JOULES_PER_KWH = 3_600_000

/**
 * Work a second that one more watt has to bring: for {@link PowerTerms.perWattMin}.
 * @param creditsPerWork what a unit of work is paid
 */
export function workPerWattMin(creditsPerWork: Credits, { perKwhMilli, perTokenUnitMilli }: EnergyPrice): number {
  if (creditsPerWork === 0n) return perKwhMilli === 0n ? 0 : Number.POSITIVE_INFINITY
  const currencyPerWork = (Number(creditsPerWork) / Number(CREDITS_PER_UNIT)) * Number(perTokenUnitMilli)
  return Number(perKwhMilli) / JOULES_PER_KWH / currencyPerWork
}
