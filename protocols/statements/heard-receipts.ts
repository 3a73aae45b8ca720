/** Receipts that miners signed and somebody heard, so that a second one of an attempt is held against the first. */
import { AgeingMap } from '../kernel/ageing-map.ts'
import type { Address, AttemptId } from '../kernel/ids.ts'
import { type Contradiction, receiptsContradict } from './contradiction.ts'
import { batchHolds, type ProvenReceipt, receiptIsProven } from './receipt-batch.ts'
import type { SigningDomain } from './struct-hash.ts'

/** Miners that one client works with, several times over. */
export const OPERATORS_MAX = 32
/** The newest of each, so that none pushes out another's: with those above 20 MB at the most. */
export const RECEIPTS_MAX = 512

export class HeardReceipts {
  readonly #domain: SigningDomain
  readonly #operators = new AgeingMap<Address, AgeingMap<AttemptId, ProvenReceipt>>()

  constructor(domain: SigningDomain) {
    this.#domain = domain
  }

  /**
   * The contradiction that this receipt makes with one that was heard before. Costs a look into a map where there is none,
   * and signatures only where both paths hold, so a miner that tells nonsense makes no work.
   * @param proven of a batch whose signature was checked; its path may be anything
   */
  hear(proven: ProvenReceipt): Contradiction | undefined {
    const { operator } = proven.batch.value
    const heard = this.#of(operator)
    const { agreement } = proven.receipt
    const known = heard.get(agreement)
    if (known === undefined) {
      if (heard.size >= RECEIPTS_MAX) heard.delete(heard.oldest()!)
      heard.set(agreement, proven)
      return undefined
    }
    if (!receiptsContradict(known.receipt, proven.receipt) || !this.#isInBatch(proven)) return undefined
    if (!this.#isInBatch(known)) {
      // Told first to stand in the way of this one.
      heard.set(agreement, proven)
      return undefined
    }
    if (!receiptIsProven(this.#domain, known) || !receiptIsProven(this.#domain, proven)) return undefined
    return { kind: 'receipts', a: known, b: proven }
  }

  #of(operator: Address): AgeingMap<AttemptId, ProvenReceipt> {
    const known = this.#operators.get(operator)
    if (known !== undefined) return known
    if (this.#operators.size >= OPERATORS_MAX) this.#operators.delete(this.#operators.oldest()!)
    const made = new AgeingMap<AttemptId, ProvenReceipt>()
    this.#operators.set(operator, made)
    return made
  }

  #isInBatch(proven: ProvenReceipt): boolean {
    return batchHolds(this.#domain, proven.batch.value, proven.receipt, proven)
  }
}
