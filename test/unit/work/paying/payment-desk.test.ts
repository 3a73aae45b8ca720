import { describe, expect, it } from 'vitest'
import type { Purse } from '../../../../node/client/paying/purse.ts'
import { counterId } from '../../../../node/work/paying/counter-table.ts'
import { paymentDesk } from '../../../../node/work/paying/payment-desk.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { receiptIsProven } from '../../../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../../../protocols/statements/signed.ts'
import { receiptBatchType } from '../../../../protocols/statements/struct-types.ts'
import type { PaymentResponse } from '../../../../protocols/wire/payment/payment-protocol.ts'
import { attemptOf, finalOf } from '../../../support/receipts.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { booksOf, miner, opening, own, peer, set, stranger, TERMS, voucherOver } from './miner-counters.ts'

describe('the payment desk', () => {
  function desk() {
    const all = set()
    const pending = new Set<string>()
    const { open } = paymentDesk({
      domain,
      signer: miner,
      counters: all.table,
      journal: all.journal,
      terms: () => TERMS,
      isPending: (attempt) => pending.has(attempt),
    })
    const call = (by: Purse = own) =>
      open({ kind: 'open', missing: [], ...opening(by), proof: opening(by).proof! }, peer)
    const id = counterId(own.payer, own.session)
    /** Its books, once a first answer of 100 is paid. */
    const callPaid = async () => {
      const books = await call()
      const counter = all.table.get(id)!
      const voucher = await voucherOver(booksOf(), 'a', 100)
      counter.books.settle(attemptOf('a'), credits(100))
      await books.voucher({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
      return { books, counter }
    }
    return { ...all, pending, open, call, callPaid, id }
  }

  it('opens the books to the session’s own peer alone', async () => {
    const { open, call } = desk()
    await call()
    const first = { kind: 'open', missing: [], ...opening(own), proof: opening(own).proof! } as const
    await expect(open(first, stranger)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })

  it('says how the books stand after each voucher', async () => {
    const { call } = desk()
    const books = await call()
    expect(books.state()).toMatchObject({ kind: 'books', cumulative: 0n, due: 0n })
    const { bytes: voucher, agreements } = await voucherOver(booksOf(), 'a', 10)
    const answer = await books.voucher({ kind: 'voucher', voucher, agreements })
    expect(answer).toEqual({ kind: 'voucher', cumulative: 10n, verdict: 'accepted' })
    expect(books.state()).toMatchObject({ cumulative: 10n })
  })

  it('hands out the receipts that it has, proven, and says which it will never have', async () => {
    const { call, journal, pending, id } = desk()
    const books = await call()
    const own3 = ['a', 'b', 'c'].map((word) => finalOf(word, id))
    const finals = [...own3, finalOf('of another', 'another')].map(({ receipt, counter }) => ({
      receipt: { ...receipt, operator: miner.address },
      counter,
    }))
    await journal.recordFinals(1n, finals)
    pending.add(attemptOf('runs'))
    const answers = await books.receipts(['a', 'c', 'runs', 'never', 'of another'].map(attemptOf))
    const [receipts, unknown] = answers as [Extract<PaymentResponse, { kind: 'receipts' }>, PaymentResponse]
    const batch = openSigned(domain, receiptBatchType, receipts.batch)
    expect(receipts.leaves.map(({ receipt }) => receipt.agreement)).toEqual([attemptOf('a'), attemptOf('c')])
    for (const leaf of receipts.leaves) expect(receiptIsProven(domain, { ...leaf, batch })).toBe(true)
    // Of another's receipt it says nothing but that it is not this counter's.
    expect(unknown).toEqual({ kind: 'unknown', attempts: ['never', 'of another'].map(attemptOf) })
  })

  it('lets go of what the client never saw, within its patience, and remembers it', async () => {
    const { callPaid, journal, id } = desk()
    const { books, counter } = await callPaid()
    counter.books.settle(attemptOf('lost'), credits(80))
    expect(await books.square()).toMatchObject({ kind: 'books', cumulative: 100n, due: 100n })
    counter.books.settle(attemptOf('lost too'), credits(80))
    expect(await books.square()).toMatchObject({ due: 155n })
    expect(await books.square()).toMatchObject({ due: 155n })
    expect(journal.counter(id)?.forgiven).toBe(105n)
  })

  it('lets go of nothing that it could not write down', async () => {
    const { callPaid, id, journal } = desk()
    const { books, counter } = await callPaid()
    counter.books.settle(attemptOf('lost'), credits(80))
    const record = journal.recordForgiven.bind(journal)
    journal.recordForgiven = () => Promise.reject(new MeshError('DISK_FULL', { path: '/data' }))
    await expect(books.square()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(counter.books.due).toBe(180n)
    journal.recordForgiven = record
    expect(await books.square()).toMatchObject({ due: 100n })
    expect(journal.counter(id)?.forgiven).toBe(80n)
  })

  it('lets go of what was lost with as much patience, whatever late answers were let off before', async () => {
    const { callPaid, table, id, journal } = desk()
    const { books, counter } = await callPaid()
    counter.books.settle(attemptOf('late'), credits(400))
    await table.letOff(counter, credits(300))
    expect(counter.books.due).toBe(200n)
    expect(await books.square()).toMatchObject({ due: 100n })
    expect(journal.counter(id)?.forgiven).toBe(400n)
  })

  it('tells of new receipts until it is not followed any more', async () => {
    const { call, table, id } = desk()
    const heard: PaymentResponse[] = []
    const following = (await call()).follow((receipts) => heard.push(receipts))
    expect(table.get(id)!.followers.size).toBe(1)
    following[Symbol.dispose]()
    expect(table.get(id)!.followers.size).toBe(0)
  })
})
