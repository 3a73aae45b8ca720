/** When a client sets more of its escrow aside for a miner that it works with. */
import { type Credits, credits } from '../../kernel/money.ts'

/** What one miner is assured, and what it was promised of it. */
export interface ChannelUse {
  /** Up to which total this client's vouchers are certain to be paid there, by the chain's last word. */
  readonly ceiling: Credits
  /** How much of that was free when the chain gave it. */
  readonly freeThen: Credits
  readonly promised: Credits
}

/**
 * A channel is filled up when half of what was free is used, or less than half of a filling is left: a transaction takes a while, and
 * jobs should not wait for it.
 */
export function needsFilling({ ceiling, freeThen, promised }: ChannelUse, filling: Credits): boolean {
  if (filling === 0n) return false
  const free = ceiling > promised ? ceiling - promised : 0n
  const low = freeThen < filling ? freeThen : filling
  return free * 2n <= low
}

/**
 * Whether a miner that refuses work for want of escrow can be right, by what the chain says itself: less is free than may run there
 * unpaid. One that lies locks nothing of the client's escrow.
 * @param atOnceMax all of the credit window, and the price of one job
 */
export const isShort = ({ ceiling, promised }: ChannelUse, atOnceMax: Credits): boolean =>
  ceiling < promised + atOnceMax

/**
 * Fillings for some miners out of one balance: all alike, as many as it reaches for in the order given, the last one perhaps smaller.
 * @returns an amount for each miner that gets something
 */
export function shareOut<Miner>(
  miners: readonly Miner[],
  filling: Credits,
  balance: Credits,
): readonly { readonly miner: Miner; readonly amount: Credits }[] {
  let left: bigint = balance
  return miners.flatMap((miner) => {
    const amount = filling < left ? filling : left
    left -= amount
    return amount === 0n ? [] : [{ miner, amount: credits(amount) }]
  })
}
