/** What the nodes of a simulated market see of the ledger: who owns whom, and what was burned for whose word. */
import type { Address } from '../../protocols/kernel/ids.ts'
import { type BurnedFee, raterWeight } from '../../protocols/rules/qos/rater-weight.ts'
import type { Ledger } from './ledger.ts'

/** An account of the ledger has a name in the scenario, and an address by which nodes know it. */
export class WorldChain {
  readonly #ledger: Ledger
  readonly #onPaid: (payer: string, miner: Address, amount: bigint) => void
  readonly #names = new Map<Address, string>()
  readonly #owners = new Map<Address, Address>()

  /** @param onPaid hears of each payment, by the payer's name */
  constructor(ledger: Ledger, onPaid: (payer: string, miner: Address, amount: bigint) => void) {
    this.#ledger = ledger
    this.#onPaid = onPaid
  }

  open(account: Address, name: string): void {
    this.#names.set(account, name)
  }

  bind(miner: Address, owner: Address): void {
    this.#owners.set(miner, owner)
  }

  /** Who answers for a miner; the miner itself where nobody does. */
  ownerOf(miner: Address): Address {
    return this.#owners.get(miner) ?? miner
  }

  burned(rater: Address, owner: Address): BurnedFee {
    const payer = this.#nameOf(rater)
    return { there: this.#ledger.burnedTo(payer, this.#nameOf(owner)), inAll: this.#ledger.burnedBy(payer) }
  }

  /** What a rater's word about miners of this owner weighs. */
  weightOf(rater: Address, owner: Address): bigint {
    return raterWeight(this.burned(rater, owner))
  }

  hasBurned(rater: Address): boolean {
    return this.#ledger.burnedBy(this.#nameOf(rater)) > 0n
  }

  /** False where the payer has not enough. */
  pay(payer: Address, miner: Address, price: bigint): boolean {
    const name = this.#nameOf(payer)
    const isPaid = this.#ledger.pay(name, this.#nameOf(this.ownerOf(miner)), price) !== undefined
    if (isPaid) this.#onPaid(name, miner, price)
    return isPaid
  }

  #nameOf(account: Address): string {
    return this.#names.get(account) ?? account
  }
}
