import { describe, expect, it } from 'vitest'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { assuring, booksOf, granted, purseWith, set, voucherOver } from './miner-counters.ts'

describe('a voucher', () => {
  it('is taken once, durable before it counts, and told of with what it raised', async () => {
    const { table, open, journal, raised } = set()
    const counter = await open()
    const books = booksOf()
    const disk = Promise.withResolvers<void>()
    journal.gate = disk.promise
    const first = await voucherOver(books, 'a', 10)
    const verdict = table.raise(counter, first.bytes, first.agreements)
    await new Promise((resolve) => setImmediate(resolve))
    expect(counter.books.paid).toBe(0n)
    disk.resolve()
    expect(await verdict).toBe('accepted')
    const second = await voucherOver(books, 'b', 5)
    expect(await table.raise(counter, second.bytes, second.agreements)).toBe('accepted')
    expect(await table.raise(counter, first.bytes, first.agreements)).toBe('not-higher')
    expect([counter.books.paid, counter.books.agreementsHash]).toEqual([15n, second.hashAfter])
    expect(raised).toEqual([10n, 10n, 15n, 5n])
    expect(journal.vouchers.map(({ bytes }) => bytes)).toEqual([first.bytes, second.bytes])
  })

  it('is judged after the one before it, however close they come', async () => {
    const { table, open } = set()
    const counter = await open()
    const books = booksOf()
    const [first, second] = [await voucherOver(books, 'a', 10), await voucherOver(books, 'b', 5)]
    const verdicts = [first, second].map(({ bytes, agreements }) => table.raise(counter, bytes, agreements))
    expect(await Promise.all(verdicts)).toEqual(['accepted', 'accepted'])
  })

  it('is refused where its hash does not continue the counter’s', async () => {
    const { table, open } = set()
    const counter = await open()
    const voucher = await voucherOver(booksOf(), 'a', 10)
    expect(await table.raise(counter, voucher.bytes, [attemptOf('another')])).toBe('wrong-hash')
    expect(counter.books.paid).toBe(0n)
  })

  it('is refused above what is assured, and where the payer owes what it signed before', async () => {
    const voucher = await voucherOver(booksOf(), 'a', 10)
    for (const account of [assuring(9), { ...assuring(100), payer: 'owes' as const }]) {
      const { chain, open, table } = set()
      chain.account = account
      expect(await table.raise(await open(), voucher.bytes, voucher.agreements)).toBe('unassured')
    }
  })

  it('above what was assured is taken where the payer has set more aside meanwhile, and the chain is not asked in one go', async () => {
    const { chain, clock, open, table } = set()
    chain.account = assuring(9)
    const counter = await open()
    const voucher = await voucherOver(booksOf(), 'a', 10)
    const raise = () => table.raise(counter, voucher.bytes, voucher.agreements)
    chain.account = assuring(10)
    expect([await raise(), chain.asked]).toEqual(['unassured', 1])
    clock.advance(1_000)
    expect([await raise(), chain.asked]).toEqual(['accepted', 2])
  })

  it('is refused where other vouchers of its payer hold what is assured', async () => {
    const journal = new MemoryMinerJournal()
    const { chain, open, table } = set(journal)
    chain.account = assuring(100)
    const other = purseWith(granted())
    const first = await voucherOver(booksOf(other), 'a', 91)
    expect(await table.raise(await open(other), first.bytes, first.agreements)).toBe('accepted')
    const books = booksOf()
    const small = await voucherOver(books, 'b', 9)
    expect(await table.raise(await open(), small.bytes, small.agreements)).toBe('accepted')
    const large = await voucherOver(books, 'c', 1)
    expect(await table.raise(await open(), large.bytes, large.agreements)).toBe('unassured')
  })

  it('that a full disk did not take leaves the counter as it was, and is taken later', async () => {
    const { table, open, journal } = set()
    const counter = await open()
    const voucher = await voucherOver(booksOf(), 'a', 10)
    journal.failure = new MeshError('DISK_FULL', { file: 'journal' })
    await expect(table.raise(counter, voucher.bytes, voucher.agreements)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(counter.books.paid).toBe(0n)
    journal.failure = undefined
    expect(await table.raise(counter, voucher.bytes, voucher.agreements)).toBe('accepted')
  })

  it('that is none breaks the call', async () => {
    const { table, open } = set()
    await expect(table.raise(await open(), new Uint8Array([1]), [])).rejects.toMatchObject({ code: 'MALFORMED' })
  })
})
