/** The miner's answers to the payment protocol: opens counters, takes vouchers, hands out receipts. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { CreditTerms } from '../../../protocols/rules/settlement/credit-window.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { CounterBooks, PaymentDesk } from '../../../protocols/wire/payment/payment-handler.ts'
import type { PaymentResponse } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { MinerJournal } from '../miner-journal.ts'
import type { CounterTable, OpenCounter } from './counter-table.ts'
import { signBatch } from './sign-batch.ts'

export interface PaymentDeskNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly counters: CounterTable
  readonly journal: MinerJournal
  readonly terms: () => CreditTerms
  /** Attempts whose end is not durable yet but will be, steps of leases included: the client waits for those. */
  readonly isPending: (attempt: AttemptId) => boolean
}

export function paymentDesk(needs: PaymentDeskNeeds): PaymentDesk {
  return {
    async open(request, peer) {
      const counter = await needs.counters.open(request, peer)
      if (counter === undefined) {
        throw new MeshError('NOT_AUTHORISED', { what: `speaking for the session ${request.session}` })
      }
      return booksOf(counter, needs)
    },
  }
}

function booksOf(counter: OpenCounter, needs: PaymentDeskNeeds): CounterBooks {
  const { books } = counter
  const state = (): PaymentResponse => ({
    kind: 'books',
    cumulative: books.paid,
    due: books.due,
    agreementsHash: books.agreementsHash,
  })
  return {
    state,
    async voucher({ voucher, agreements }) {
      const verdict = await needs.counters.raise(counter, voucher, agreements)
      return { kind: 'voucher', cumulative: books.paid, verdict }
    },
    async receipts(attempts) {
      return receiptsOf(attempts, books.id, needs)
    },
    async square() {
      await needs.counters.square(counter, needs.terms())
      return state()
    },
    follow(deliver) {
      counter.followers.add(deliver)
      return { [Symbol.dispose]: () => counter.followers.delete(deliver) }
    },
  }
}

function receiptsOf(
  attempts: readonly AttemptId[],
  counter: string,
  needs: PaymentDeskNeeds,
): readonly PaymentResponse[] {
  const missing = new Set(attempts)
  const answers: PaymentResponse[] = []
  for (const { sequence, receipts, asked } of needs.journal.batchesOf(attempts, counter)) {
    const { batch, leaves } = signBatch(needs.domain, needs.signer, sequence, receipts)
    // A batch holds receipts of others too; who knows their ids learns no more of them here.
    const own = new Set(asked)
    answers.push({ kind: 'receipts', batch, leaves: leaves.filter(({ receipt }) => own.has(receipt.agreement)) })
    for (const attempt of asked) missing.delete(attempt)
  }
  const unknown = [...missing].filter((attempt) => !needs.isPending(attempt))
  if (unknown.length > 0) answers.push({ kind: 'unknown', attempts: unknown })
  return answers
}
