/**
 * Arithmetic of credit between one client counter and one miner, the same on both sides. Amounts are credits:
 * `due` = prices of what was delivered, `reserved` = ceilings of what runs, `paid` = the highest voucher.
 */
import { type Credits, credits } from '../../kernel/money.ts'

export interface Counter {
  readonly paid: Credits
  readonly due: Credits
  readonly reserved: Credits
}

/** What a miner lends: nothing to a stranger, as much as it has paid to a newcomer, then a few billing steps. */
export interface CreditTerms {
  readonly chunkCredits: Credits
  readonly windowChunks: number
}

/** A client that has paid for something once is no stranger. */
export const isStranger = (counter: Counter): boolean => counter.paid === 0n

/**
 * At most what was delivered and paid before: one credit of voucher does not buy a window of credit, and half of a first
 * chunk paid ahead does not buy the other half.
 */
export function windowCredits({ paid, due }: Pick<Counter, 'paid' | 'due'>, terms: CreditTerms): Credits {
  const whole = terms.chunkCredits * BigInt(terms.windowChunks)
  const proven = paid < due ? paid : due
  return credits(proven < whole ? proven : whole)
}

/** Voucher total that must stand before one more attempt of `price` may start; at most what is paid = it may start now. */
export function voucherNeeded(counter: Counter, terms: CreditTerms, price: Credits): Credits {
  const exposed = counter.due + counter.reserved + price
  const lent = windowCredits(counter, terms)
  return credits(exposed > lent ? exposed - lent : 0n)
}

export const mayStart = (counter: Counter, terms: CreditTerms, price: Credits): boolean =>
  voucherNeeded(counter, terms, price) <= counter.paid

/** Of what a counter has paid, this share may have gone astray over its life: lines break, and both sides are homes. */
const ASTRAY_DIVISOR = 20n

/**
 * What may still be let go of without being paid: results that one side made and the other never saw. One window, and a
 * twentieth of what was paid; so a client that says so too often is soon asked to pay first, and a miner that bills too
 * much is soon left.
 * @param gone what was let go of on this counter before
 */
export function maybeAstray(counter: Counter, terms: CreditTerms, gone: bigint): Credits {
  const patience = windowCredits(counter, terms) + counter.paid / ASTRAY_DIVISOR
  return credits(patience > gone ? patience - gone : 0n)
}

/** The client raises its voucher when half of its credit is used, so that work never waits for a signature. */
export function shouldRaise(payable: Credits, paid: Credits, terms: CreditTerms): boolean {
  return payable > paid && (payable - paid) * 2n >= windowCredits({ paid, due: payable }, terms)
}
