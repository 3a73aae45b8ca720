import { describe, expect, it } from 'vitest'
import { type ClientJournal, memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import { CounterBooks } from '../../../../node/client/paying/counter-books.ts'
import { type Purse, purse } from '../../../../node/client/paying/purse.ts'
import { CounterTable, counterId, type OpenCounter, type Opening } from '../../../../node/work/paying/counter-table.ts'
import { paymentDesk } from '../../../../node/work/paying/payment-desk.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId, ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Assurance, ChainView } from '../../../../protocols/kernel/ports.ts'
import { receiptIsProven } from '../../../../protocols/statements/receipt-batch.ts'
import { openSigned, type Signed, signStruct } from '../../../../protocols/statements/signed.ts'
import { receiptBatchType, type SessionGrant, sessionGrantType } from '../../../../protocols/statements/struct-types.ts'
import type { PaymentResponse } from '../../../../protocols/wire/payment/payment-protocol.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { attemptOf, finalOf } from '../../../support/receipts.ts'
import { cast, crypto, domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { grantOf } from '../../../support/wire-vectors/job-samples.ts'

const NOW_MS = 1_790_000_000_000
const TERMS = { chunkCredits: credits(100), windowChunks: 4 }
const miner = cast.operator.signer
const peer = peerId('peer of the client')
const stranger = peerId('peer of a stranger')

const granted = (change: Partial<SessionGrant> = {}): Signed<SessionGrant> =>
  signStruct(domain, sessionGrantType, { ...grantOf(), ...change }, cast.payer.signer)
const purseWith = (grant: Signed<SessionGrant>): Purse => purse(domain, ZERO_ADDRESS, cast.session.signer, grant)
const own = purse(domain, ZERO_ADDRESS, cast.payer.signer)

const opening = (by: Purse, of: PeerId | undefined = peer, nowMs = NOW_MS): Opening => ({
  payer: by.payer,
  session: by.session,
  grant: by.grant,
  proof: of === undefined ? undefined : by.prove(miner.address, of, nowMs),
})

const assuring = (amount: number): Assurance => ({
  assured: credits(amount),
  claimed: credits(0),
  spent: credits(0),
  payer: 'good',
})

function set(journal = new MemoryMinerJournal()) {
  const clock = new ManualClock(NOW_MS)
  const chain = {
    asked: 0,
    account: assuring(1_000_000),
    gate: undefined as Promise<void> | undefined,
    async assuranceOf() {
      chain.asked++
      await chain.gate
      return chain.account
    },
  }
  const raised: bigint[] = []
  const table = new CounterTable({
    domain,
    clock,
    chain: chain as unknown as ChainView,
    journal,
    miner: miner.address,
    escrow: ZERO_ADDRESS,
    onVoucher: (_, cumulative, raisedBy) => raised.push(cumulative, raisedBy),
  })
  const open = async (by: Purse = own): Promise<OpenCounter> => (await table.open(opening(by), peer))!
  return { clock, chain, journal, raised, table, open }
}

/** The client's books with this miner. */
const booksOf = (by: Purse = own, journal: ClientJournal = memoryJournal()): CounterBooks =>
  new CounterBooks(crypto, by, miner.address, journal)

async function voucherOver(books: CounterBooks, word: string, price: number) {
  books.receipted({ attempt: attemptOf(word), price: credits(price) }, false)
  return (await books.raise())!
}

describe('a counter', () => {
  it('is opened for the peer that its session key speaks for', async () => {
    const { table } = set()
    const counter = await table.open(opening(own), peer)
    expect(counter?.books.id).toBe(counterId(own.payer, own.session))
    expect(await table.open({ ...opening(own), proof: undefined }, peer)).toBe(counter)
  })

  it.each([
    ['without a proof', (): Opening => opening(own, undefined)],
    ['with the proof of another peer', (): Opening => opening(own)],
    [
      'with a proof for another miner',
      () => ({ ...opening(own), proof: own.prove(cast.owner.signer.address, stranger, NOW_MS) }),
    ],
    [
      'with the proof of another key',
      () => ({ ...opening(own), proof: opening(purseWith(granted()), stranger).proof }),
    ],
    ['with a proof that has expired', (): Opening => opening(own, stranger, NOW_MS - 7_200_000)],
    ['with bytes that are none', () => ({ ...opening(own), proof: new Uint8Array([1, 2]) })],
  ])('is opened for nobody %s, known or not', async (_, of) => {
    const { table, open } = set()
    expect(await table.open(of(), stranger)).toBeUndefined()
    expect(table.get(counterId(own.payer, own.session))).toBeUndefined()
    await open()
    expect(await table.open(of(), stranger)).toBeUndefined()
  })

  it.each([
    ['the grant is missing', (): Opening => ({ ...opening(purseWith(granted())), grant: undefined })],
    ['the grant has expired', () => opening(purseWith(granted({ notAfter: 1_790_000_000n })))],
    ['the grant is for collections alone', () => opening(purseWith(granted({ collectionsHash: attemptOf('x') })))],
  ])('is refused where %s', async (_, of) => {
    await expect(set().table.open(of(), peer)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })

  it('is refused where the grant is no grant', async () => {
    const broken = { ...opening(purseWith(granted())), grant: new Uint8Array([0x80]) }
    await expect(set().table.open(broken, peer)).rejects.toMatchObject({ code: 'MALFORMED' })
  })

  it('takes a renewed grant from its own peer, and no older one that a stranger has seen', async () => {
    const { table, open } = set()
    const [old, renewed] = [purseWith(granted()), purseWith(granted({ nonce: 2n }))]
    const counter = await open(old)
    expect(await open(renewed)).toBe(counter)
    const replay = { ...opening(old, stranger), proof: undefined }
    expect(await table.open(replay, stranger)).toBeUndefined()
    const voucher = await voucherOver(booksOf(renewed), 'a', 10)
    expect(await table.raise(counter, voucher.bytes, voucher.agreements)).toBe('accepted')
  })

  it('is refused where a false grant is shown that names itself older than the one that the journal keeps', async () => {
    const journal = new MemoryMinerJournal()
    const good = purseWith(granted({ nonce: 2n }))
    const before = set(journal)
    const voucher = await voucherOver(booksOf(good), 'a', 10)
    const counter = await before.open(good)
    expect(await before.table.raise(counter, voucher.bytes, voucher.agreements)).toBe('accepted')
    // After a new start nothing but the journal is known of the counter.
    const { value } = granted({ nonce: 1n, maxTotal: credits(2n ** 63n), maxPerMiner: credits(2n ** 63n) })
    const forged = { ...granted(), value }
    await expect(set(journal).open(purseWith(forged))).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
    expect(await set(journal).open(purseWith(granted({ nonce: 1n })))).toMatchObject({ grants: [{}, {}] })
  })

  it('asks the chain for the escrow once, and again when that is old', async () => {
    const { chain, clock, open } = set()
    await open()
    clock.advance(15_000)
    await open()
    expect(chain.asked).toBe(1)
    clock.advance(1)
    chain.account = assuring(5)
    expect((await open()).assurance.assured).toBe(5n)
  })

  it('goes on with the last answer while the chain is away, for half an hour, and waits for it once in a while only', async () => {
    const { chain, clock, open } = set()
    const counter = await open()
    chain.gate = new Promise(() => undefined)
    clock.advance(15_001)
    const waiting = open()
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(1_000)
    expect(await waiting).toBe(counter)
    // The chain hangs still, and nobody waits for it again at once.
    expect(await open()).toBe(counter)
    expect(chain.asked).toBe(2)
    const answered = Promise.withResolvers<void>()
    const failing = set()
    await failing.open()
    failing.chain.gate = answered.promise
    answered.reject(new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' }))
    failing.clock.advance(1_800_000)
    for (let i = 0; i < 10; i++) expect((await failing.open()).assurance.assured).toBe(1_000_000n)
    expect(failing.chain.asked).toBe(2)
    failing.clock.advance(1)
    await expect(failing.open()).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    failing.chain.gate = undefined
    failing.chain.account = assuring(5)
    expect((await failing.open()).assurance.assured).toBe(5n)
  })

  it('is one, also where it is opened twice at the same time', async () => {
    const { open } = set()
    const [one, other] = await Promise.all([open(), open()])
    expect(one).toBe(other)
  })

  it('stands where the journal stands when the chain has answered, not when it was asked', async () => {
    const journal = new MemoryMinerJournal()
    const { chain, open } = set(journal)
    const slow = Promise.withResolvers<void>()
    chain.gate = slow.promise
    const opened = open()
    await journal.recordFinals(1n, [finalOf('a', counterId(own.payer, own.session), 30n)])
    slow.resolve()
    expect((await opened).books.due).toBe(30n)
  })
})

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
    return { ...all, pending, open, call, id: counterId(own.payer, own.session) }
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
    const { call, journal, open: _, table, id } = desk()
    const books = await call()
    const counter = table.get(id)!
    const voucher = await voucherOver(booksOf(), 'a', 100)
    counter.books.settle(attemptOf('a'), credits(100))
    await books.voucher({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
    counter.books.settle(attemptOf('lost'), credits(80))
    expect(await books.square()).toMatchObject({ kind: 'books', cumulative: 100n, due: 100n })
    counter.books.settle(attemptOf('lost too'), credits(80))
    expect(await books.square()).toMatchObject({ due: 155n })
    expect(await books.square()).toMatchObject({ due: 155n })
    expect(journal.counter(id)?.forgiven).toBe(105n)
  })

  it('lets go of nothing that it could not write down', async () => {
    const { call, table, id, journal } = desk()
    const books = await call()
    const counter = table.get(id)!
    const voucher = await voucherOver(booksOf(), 'a', 100)
    counter.books.settle(attemptOf('a'), credits(100))
    await books.voucher({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
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
    const { call, table, id, journal } = desk()
    const books = await call()
    const counter = table.get(id)!
    const voucher = await voucherOver(booksOf(), 'a', 100)
    counter.books.settle(attemptOf('a'), credits(100))
    await books.voucher({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
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
