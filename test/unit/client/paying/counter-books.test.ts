import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../support/property-seed.ts'
import { type ClientJournal, memoryJournal, type SignedVoucher } from '../../../../node/client/paying/client-journal.ts'
import { CounterBooks } from '../../../../node/client/paying/counter-books.ts'
import { purse } from '../../../../node/client/paying/purse.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { mayStart } from '../../../../protocols/rules/settlement/credit-window.ts'
import { agreementsHash } from '../../../../protocols/statements/agreements-hash.ts'
import { openSigned, signStruct } from '../../../../protocols/statements/signed.ts'
import { sessionGrantType, voucherType } from '../../../../protocols/statements/struct-types.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { cast, crypto, domain } from '../../../support/statement-vectors/cast.ts'
import { grantOf } from '../../../support/wire-vectors/job-samples.ts'

const MINER = cast.operator.signer.address
const TERMS = { chunkCredits: credits(100), windowChunks: 4 }
const own = purse(domain, ZERO_ADDRESS, cast.payer.signer)

const booksOn = (journal: ClientJournal = memoryJournal(), by = own): CounterBooks =>
  new CounterBooks(crypto, by, MINER, journal)

/** Runs one attempt to its receipt. */
function deliver(books: CounterBooks, word: string, price: number): void {
  books.reserve(attemptOf(word), credits(price))
  books.receipted({ attempt: attemptOf(word), price: credits(price) }, false)
}

describe('the books of a counter', () => {
  it('set a price aside while an attempt runs, and once for all', () => {
    const books = booksOn()
    books.reserve(attemptOf('a'), credits(30))
    books.reserve(attemptOf('b'), credits(12))
    expect([books.reserved, books.running]).toEqual([42n, 2])
    books.release(attemptOf('a'))
    books.release(attemptOf('a'))
    expect([books.reserved, books.reservedAttempts()]).toEqual([12n, [attemptOf('b')]])
  })

  it('owe what was receipted, and sign it in the order of the receipts', async () => {
    const books = booksOn()
    deliver(books, 'a', 30)
    deliver(books, 'b', 12)
    expect([books.due, books.owes, books.reserved, books.unpaid]).toEqual([42n, true, 0n, 2])
    const voucher = await books.raise()
    expect(voucher?.agreements).toEqual([attemptOf('a'), attemptOf('b')])
    const { value } = openSigned(domain, voucherType, voucher!.bytes)
    expect(value).toMatchObject({ miner: MINER, cumulative: 42n, agreementsHash: voucher!.hashAfter })
    expect(value.agreementsHash).toBe(agreementsHash(crypto, [attemptOf('a'), attemptOf('b')]))
    expect([books.owes, books.unpaid, books.paid]).toEqual([false, 0, 42n])
  })

  it('sign nothing where nothing is owed', async () => {
    const books = booksOn()
    expect(await books.raise()).toBeUndefined()
    deliver(books, 'a', 30)
    await books.raise()
    expect(await books.raise()).toBeUndefined()
  })

  it('name an attempt that is paid ahead once, before it is run and not after', async () => {
    const books = booksOn()
    const ahead = await books.raise({ attempt: attemptOf('ahead'), terms: TERMS, price: credits(30) })
    expect(ahead).toMatchObject({ cumulative: 30n, agreements: [attemptOf('ahead')] })
    books.reserve(attemptOf('ahead'), credits(30))
    books.receipted({ attempt: attemptOf('ahead'), price: credits(30) }, true)
    expect([books.due, books.owes]).toEqual([30n, false])
    deliver(books, 'next', 5)
    expect(await books.raise()).toMatchObject({ cumulative: 35n, agreements: [attemptOf('next')] })
  })

  it('keep what was covered by an amount and not yet by name for the next voucher', async () => {
    const books = booksOn()
    deliver(books, 'a', 30)
    const ahead = await books.raise({ attempt: attemptOf('ahead'), terms: TERMS, price: credits(500) })
    expect(ahead?.agreements).toEqual([attemptOf('ahead')])
    expect(books.unpaid).toBe(1)
    books.concede(credits(1_000))
    expect(await books.raise()).toMatchObject({ agreements: [attemptOf('a')] })
    expect(books.unpaid).toBe(0)
  })

  it('believe a miner that counts less, and not one that counts more', () => {
    const books = booksOn()
    deliver(books, 'a', 30)
    books.believe(credits(100))
    expect(books.due).toBe(30n)
    books.believe(credits(20))
    expect(books.due).toBe(20n)
  })

  it('promise no miner more than the grant allows, and go on below', async () => {
    const grant = signStruct(domain, sessionGrantType, { ...grantOf(), maxPerMiner: credits(40) }, cast.payer.signer)
    const books = booksOn(memoryJournal(), purse(domain, ZERO_ADDRESS, cast.session.signer, grant))
    deliver(books, 'a', 30)
    await books.raise()
    const dear = books.raise({ attempt: attemptOf('dear'), terms: TERMS, price: credits(100) })
    await expect(dear).rejects.toMatchObject({ code: 'ESCROW_SHORT', facts: { assured: 40n } })
    deliver(books, 'b', 10)
    expect(await books.raise()).toMatchObject({ cumulative: 40n })
  })

  it('let no voucher out that the journal does not have, and change nothing then', async () => {
    const journal = memoryJournal()
    let full = true
    const failing: ClientJournal = {
      ...journal,
      recordVoucher: async (...facts) => {
        if (full) throw new MeshError('DISK_FULL', { file: 'journal' })
        await journal.recordVoucher(...facts)
      },
    }
    const books = booksOn(failing)
    deliver(books, 'a', 30)
    await expect(books.raise()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect([books.paid, books.unpaid, books.last]).toEqual([0n, 1, undefined])
    full = false
    expect(await books.raise()).toMatchObject({ cumulative: 30n })
  })

  it('go on after a restart where the journal stands', async () => {
    const journal = memoryJournal()
    const before = booksOn(journal)
    const record = async (word: string, price: number): Promise<void> => {
      deliver(before, word, price)
      await journal.recordReceipts(before.id, MINER, [{ attempt: attemptOf(word), price: credits(price) }])
    }
    await record('a', 30)
    await before.raise()
    await record('b', 12)
    const after = booksOn(journal)
    expect([after.paid, after.due, after.unpaid, after.last?.cumulative]).toEqual([30n, 42n, 1, 30n])
    const next = await after.raise()
    expect(next).toMatchObject({ cumulative: 42n, agreements: [attemptOf('b')], hashBefore: before.last!.hashAfter })
  })

  it('raise the voucher when half of the credit is used, or many receipts wait for one', () => {
    const books = booksOn()
    deliver(books, 'a', 1)
    expect(books.shouldRaise(TERMS)).toBe(true)
    const free = booksOn()
    for (let i = 0; i < 499; i++) deliver(free, `free ${i}`, 0)
    expect(free.shouldRaise(TERMS)).toBe(false)
    deliver(free, 'one more', 0)
    expect(free.shouldRaise(TERMS)).toBe(true)
  })
})

type Act =
  | { readonly kind: 'job'; readonly price: number; readonly ends: 'receipt' | 'nothing' | 'later' }
  | { readonly kind: 'raise' }

const acts = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('job' as const),
      price: fc.integer({ min: 0, max: 600 }),
      ends: fc.constantFrom('receipt' as const, 'nothing' as const, 'later' as const),
    }),
    fc.constant({ kind: 'raise' as const }),
  ),
  { maxLength: 60 },
)

/** Plays the acts; raises run as they come, several at once. */
async function play(books: CounterBooks, list: readonly Act[]): Promise<readonly SignedVoucher[]> {
  const vouchers: SignedVoucher[] = []
  const running: (() => void)[] = []
  const raises: Promise<unknown>[] = []
  const keep = (voucher: SignedVoucher | undefined): void => {
    if (voucher !== undefined) vouchers.push(voucher)
  }
  for (const [i, act] of list.entries()) {
    if (act.kind === 'raise') {
      raises.push(books.raise().then(keep))
      continue
    }
    const attempt = attemptOf(`${i}`)
    const price = credits(act.price)
    const prepaid = !mayStart(books, TERMS, price)
    if (prepaid) keep(await books.raise({ attempt, terms: TERMS, price }))
    books.reserve(attempt, price)
    const end = (): void => books.receipted({ attempt, price }, prepaid)
    if (act.ends === 'receipt') end()
    else if (act.ends === 'nothing') books.release(attempt)
    else running.push(end)
  }
  for (const end of running) end()
  await Promise.all(raises)
  keep(await books.raise())
  return vouchers
}

describe('whatever happens on a counter', () => {
  it('its vouchers rise, each continues the hash before it, and no attempt is named twice', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const books = booksOn()
        const vouchers = await play(books, list)
        let [cumulative, hash] = [0n, agreementsHash(crypto, [])]
        for (const voucher of vouchers) {
          expect(voucher.cumulative).toBeGreaterThan(cumulative)
          expect(voucher.hashBefore).toBe(hash)
          expect(voucher.hashAfter).toBe(agreementsHash(crypto, voucher.agreements, hash))
          ;[cumulative, hash] = [voucher.cumulative, voucher.hashAfter]
        }
        const named = vouchers.flatMap(({ agreements }) => agreements)
        expect(new Set(named).size).toBe(named.length)
        expect(books.paid).toBe(cumulative)
        expect(books.reserved).toBe(0n)
        expect(books.owes).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})
