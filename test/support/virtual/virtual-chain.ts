/** A chain under a virtual clock: blocks come by it, and nobody lacks anything. */
import { type Address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead, ChainView, Clock } from '../../../protocols/kernel/ports.ts'

/** What every payer has. */
const ESCROW_CREDITS = credits(1_000_000_000)
const BLOCK_SECONDS = 12

/** Everybody's view of the chain: blocks come by the clock, and all accounts are full. */
export const virtualChain = (clock: Clock): ChainView & { readonly now: () => ChainHead } => {
  const now = (): ChainHead => {
    const blockNumber = BigInt(Math.floor(clock.nowMs() / 1_000 / BLOCK_SECONDS))
    return { blockNumber, blockTime: blockNumber * BigInt(BLOCK_SECONDS), blockHash: ZERO_HASH }
  }
  return {
    settles: false,
    now,
    head: async () => now(),
    assuranceOf: async () => ({ assured: ESCROW_CREDITS, claimed: credits(0), spent: credits(0), payer: 'good' }),
    spentBy: async () => credits(0),
    standingOf: async (operator: Address) => ({ owner: operator, isActive: true, stake: ESCROW_CREDITS }),
  }
}

/** The head of a node that has not found the chain back since it was away; asked again, it has. */
export class LateHead {
  readonly #now: () => ChainHead
  readonly #lateSeconds: bigint
  #isBack = false
  /** How often it was asked again. */
  asked = 0

  constructor(clock: Clock, lateSeconds: bigint) {
    this.#now = virtualChain(clock).now
    this.#lateSeconds = lateSeconds
  }

  readonly head = (): ChainHead => {
    const { blockTime, ...head } = this.#now()
    return { ...head, blockTime: this.#isBack ? blockTime : blockTime - this.#lateSeconds }
  }

  readonly headAgain = async (): Promise<ChainHead> => {
    this.asked++
    this.#isBack = true
    return this.head()
  }
}
