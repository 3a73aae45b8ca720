import { describe, expect, it } from 'vitest'
import { counterId, type Opening } from '../../../../node/work/paying/counter-table.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { attemptOf, finalOf } from '../../../support/receipts.ts'
import { cast } from '../../../support/statement-vectors/cast.ts'
import {
  assuring,
  booksOf,
  granted,
  NOW_MS,
  opening,
  own,
  peer,
  purseWith,
  set,
  stranger,
  voucherOver,
} from './miner-counters.ts'

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
