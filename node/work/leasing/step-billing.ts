/** What a step of a lease costs its lessee's counter, and what that is let off where the card did not work all of it. */
import { type AttemptId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { stepLength, stepPrice } from '../../../protocols/rules/leasing/lease-price.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { type ProposedLease, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import type { MinerJournal } from '../miner-journal.ts'
import { type CounterTable, counterId, type OpenCounter } from '../paying/counter-table.ts'
import type { ReceiptBatcher } from '../paying/receipt-batcher.ts'
import type { LetOff } from './lease-journal.ts'

export interface StepBillingNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly journal: Pick<MinerJournal, 'counter' | 'knows'>
  readonly counters: Pick<CounterTable, 'get' | 'raise' | 'ceilingOf'>
  readonly batcher: Pick<ReceiptBatcher, 'add'>
}

/** Why a step is not paid. */
export interface Unpaid {
  readonly reason: 'ESCROW' | 'UNPAID'
  readonly detail: string
  readonly credits: Credits
}

export class StepBilling {
  readonly #needs: StepBillingNeeds

  constructor(needs: StepBillingNeeds) {
    this.#needs = needs
  }

  /** Sets the price of a step aside where it is paid ahead in full: no credit is given for time. */
  async take(
    counter: OpenCounter,
    lease: ProposedLease,
    step: number,
    voucher: Uint8Array | undefined,
  ): Promise<Unpaid | undefined> {
    const { counters } = this.#needs
    const id = this.#idOf(lease, step)
    const price = stepPrice(lease, step)
    if (voucher !== undefined) {
      const verdict = await counters.raise(counter, voucher, [id])
      if (verdict === 'unassured') {
        return { reason: 'ESCROW', detail: 'the escrow does not assure it', credits: counters.ceilingOf(counter) }
      }
      if (verdict !== 'accepted' && verdict !== 'not-higher') {
        return { reason: 'UNPAID', detail: `the voucher is refused: ${verdict}`, credits: credits(0) }
      }
    }
    const { books } = counter
    const needed = credits(books.due + books.reserved + price)
    if (needed > books.paid) return { reason: 'UNPAID', detail: 'a step is paid before it begins', credits: needed }
    books.reserve(id, price)
    return undefined
  }

  /** The step is not begun: what was set aside is free. */
  free({ books }: OpenCounter, lease: ProposedLease, step: number): void {
    books.settle(this.#idOf(lease, step), credits(0))
  }

  /** The step is owed, and receipted: its time is its work. */
  bill({ books }: OpenCounter, lease: ProposedLease, step: number, blockTime: bigint): void {
    books.settle(this.#idOf(lease, step), stepPrice(lease, step))
    this.#receipt(books.id, lease, step, blockTime)
  }

  /** A miner that died between the step and its receipt has signed none, and would give the step away. */
  billAgain(lease: ProposedLease, step: number, blockTime: bigint): void {
    if (this.#needs.journal.knows(this.#idOf(lease, step))) return
    this.#receipt(counterId(lease.payer, lease.session), lease, step, blockTime)
  }

  /**
   * What was paid and not delivered stands on the lessee's counter again, as soon as it is recorded.
   * @param record writes it, with what it is let off for
   */
  async letOff(
    { payer, session }: ProposedLease,
    wanted: bigint,
    record: (letOff: LetOff | undefined) => Promise<void>,
  ): Promise<void> {
    const { counters, journal } = this.#needs
    const counter = counterId(payer, session)
    const open = counters.get(counter)
    const { due = 0n, forgiven = 0n } = journal.counter(counter) ?? {}
    // Of what it owes: a receipt that was lost with an earlier life of this miner is let off already.
    const owed = open?.books.due ?? due - forgiven
    const amount = credits(wanted < owed ? wanted : owed)
    if (amount === 0n) return record(undefined)
    // Before the wait: others may let it off something meanwhile, and each writes the whole.
    open?.books.forgive(amount)
    try {
      await record({ counter, forgiven: open?.books.forgiven ?? credits(forgiven + amount) })
    } catch (error) {
      open?.books.takeBack(amount)
      throw error
    }
  }

  #receipt(counter: string, lease: ProposedLease, step: number, blockTime: bigint): void {
    const { signer, batcher } = this.#needs
    batcher.add({
      counter,
      receipt: {
        ...{ operator: signer.address, agreement: this.#idOf(lease, step), status: receiptStatus.finished },
        ...{ outputRoot: ZERO_HASH, weights: ZERO_HASH, kernelClass: ZERO_HASH },
        ...{ price: stepPrice(lease, step), usage: stepLength(lease, step), waitedUs: 0n, computedUs: 0n, blockTime },
      },
    })
  }

  #idOf(lease: ProposedLease, step: number): AttemptId {
    const { domain, signer } = this.#needs
    return stepId(domain, signer.address, lease, step)
  }
}
