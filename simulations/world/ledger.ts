/**
 * The chain as a table: who has how many credits, and how many were burned as fees. Nothing comes into being and nothing is lost;
 * {@link Ledger.assertConserved} holds the table to it.
 */
import { assert } from '../../protocols/kernel/errors.ts'

const BASIS_POINTS = 10_000n

export interface Payment {
  /** What reached the payee. */
  readonly paid: bigint
  readonly fee: bigint
}

export class Ledger {
  readonly #feeBasisPoints: bigint
  readonly #balances = new Map<string, bigint>()
  readonly #burnedBy = new Map<string, bigint>()
  /** By payer, then by payee. */
  readonly #burnedTo = new Map<string, Map<string, bigint>>()
  #minted = 0n
  #burned = 0n

  /** @param feeBasisPoints of each payment, burned; 100 as contracts/deploy deploys it */
  constructor(feeBasisPoints = 100n) {
    this.#feeBasisPoints = feeBasisPoints
  }

  /** Fees burned by all. */
  get burned(): bigint {
    return this.#burned
  }

  /** Out of nothing, as only the beginning of a scenario may. */
  mint(owner: string, amount: bigint): void {
    assert(amount >= 0n, 'no less than nothing is minted')
    this.#balances.set(owner, this.balanceOf(owner) + amount)
    this.#minted += amount
  }

  balanceOf(owner: string): bigint {
    return this.#balances.get(owner) ?? 0n
  }

  /** Fees burned of what this owner paid. */
  burnedBy(owner: string): bigint {
    return this.#burnedBy.get(owner) ?? 0n
  }

  /** Of that, what was burned of payments to this one. */
  burnedTo(payer: string, payee: string): bigint {
    return this.#burnedTo.get(payer)?.get(payee) ?? 0n
  }

  /** Undefined, and nothing moved, where the payer has less. The fee is taken from what the payee gets, rounded down. */
  pay(payer: string, payee: string, amount: bigint): Payment | undefined {
    assert(amount >= 0n, 'no less than nothing is paid')
    const before = this.balanceOf(payer)
    if (before < amount) return undefined
    const fee = (amount * this.#feeBasisPoints) / BASIS_POINTS
    const paid = amount - fee
    this.#balances.set(payer, before - amount)
    this.#balances.set(payee, this.balanceOf(payee) + paid)
    this.#burned += fee
    this.#burnedBy.set(payer, this.burnedBy(payer) + fee)
    const to = this.#burnedTo.get(payer) ?? new Map<string, bigint>()
    this.#burnedTo.set(payer, to.set(payee, (to.get(payee) ?? 0n) + fee))
    return { paid, fee }
  }

  /** @throws MeshError BUG where credits came into being or were lost */
  assertConserved(): void {
    let held = 0n
    for (const balance of this.#balances.values()) {
      assert(balance >= 0n, 'nobody has less than nothing')
      held += balance
    }
    assert(held + this.#burned === this.#minted, 'what is held and what was burned is what was minted')
  }
}
