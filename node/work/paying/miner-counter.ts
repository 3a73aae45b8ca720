/** One counter of a client at this miner: what it owes, what it has promised, what runs on credit. */
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { type Counter, type CreditTerms, maybeAstray } from '../../../protocols/rules/settlement/credit-window.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'

export interface CounterRecord {
  readonly cumulative: Credits
  readonly agreementsHash: Hash32
  /** Sum of the prices of all finals of this counter. */
  readonly due: Credits
  /** Of that, what the client never saw and this miner let go of. */
  readonly forgiven: Credits
  /** The grant that its vouchers stood on, as received. */
  readonly grant: Uint8Array | undefined
}

export class MinerCounter implements Counter {
  readonly id: string
  #paid: Credits
  #due: Credits
  #forgiven: Credits
  /** Of that, what late answers were not worth: it is no loss, and uses up nobody's patience. */
  #late: Credits = credits(0)
  #reserved: Credits = credits(0)
  #agreementsHash: Hash32
  readonly #reservations = new Map<AttemptId, Credits>()

  constructor(id: string, record: CounterRecord) {
    this.id = id
    this.#paid = record.cumulative
    this.#due = record.due
    this.#forgiven = record.forgiven
    this.#agreementsHash = record.agreementsHash
  }

  get paid(): Credits {
    return this.#paid
  }

  /** What the client owes for, less what was let go of. */
  get due(): Credits {
    return credits(this.#due - this.#forgiven)
  }

  get forgiven(): Credits {
    return this.#forgiven
  }

  get reserved(): Credits {
    return this.#reserved
  }

  get agreementsHash(): Hash32 {
    return this.#agreementsHash
  }

  /** Jobs that run on this counter: it cannot be forgotten while there are any. */
  get open(): number {
    return this.#reservations.size
  }

  reserve(attempt: AttemptId, price: Credits): void {
    this.#reservations.set(attempt, price)
    this.#reserved = credits(this.#reserved + price)
  }

  /** The attempt ended: what it costs is due, what was set aside for it is free. */
  settle(attempt: AttemptId, price: Credits): void {
    const reserved = this.#reservations.get(attempt)
    if (reserved !== undefined) {
      this.#reservations.delete(attempt)
      this.#reserved = credits(this.#reserved - reserved)
    }
    this.#due = credits(this.#due + price)
  }

  /** How much would be let go of now: nothing while work runs, for its end may be on its way. */
  astray(terms: CreditTerms): Credits {
    if (this.open > 0 || this.due <= this.#paid) return credits(0)
    const gap = this.due - this.#paid
    const patience = maybeAstray(this, terms, this.#forgiven - this.#late)
    return credits(gap < patience ? gap : patience)
  }

  forgive(amount: Credits): void {
    this.#forgiven = credits(this.#forgiven + amount)
  }

  /** Of what was delivered, what it was not worth; no more than is due. */
  letOff(amount: Credits): void {
    const off = amount < this.due ? amount : this.due
    this.#late = credits(this.#late + off)
    this.forgive(off)
  }

  /** What was let go of could not be written. */
  takeBack(amount: Credits): void {
    this.#forgiven = credits(this.#forgiven - amount)
  }

  raise(hasher: Pick<Hasher, 'keccak256'>, cumulative: Credits, agreements: readonly AttemptId[]): void {
    this.#paid = cumulative
    this.#agreementsHash = agreementsHash(hasher, agreements, this.#agreementsHash)
  }
}
