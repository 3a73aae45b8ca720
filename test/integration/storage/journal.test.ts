import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SignedVoucher } from '../../../node/client/paying/client-journal.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { uint64OfBlob } from '../../../node/storage/uint64-column.ts'
import { FINAL_MS_MAX, FINAL_MS_MIN } from '../../../node/work/journal/prune-finals.ts'
import { BLOCK } from '../../../node/work/journal/sequence-counter.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type OpenJournal, openJournal } from '../../support/open-journal.ts'
import { attemptOf, finalOf, hashOfWord, OPERATOR, receiptOf } from '../../support/receipts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let path: string
beforeEach(() => {
  path = join(temporaryFolder(), 'node')
})
const now = (): number => systemClock.nowMs()

/** Closes and opens again: what is asked afterwards comes from the disk. */
async function reopen(opened: OpenJournal): Promise<OpenJournal> {
  await opened[Symbol.asyncDispose]()
  return openJournal(path)
}

describe('ends of attempts', () => {
  test('are known, and come back with their whole batch in the order of its leaves', async () => {
    const { miner } = (await openJournal(path)).journal
    await miner.recordFinals(
      10n,
      ['a', 'b', 'c'].map((word) => finalOf(word)),
    )
    await miner.recordFinals(11n, [finalOf('d')])
    expect(miner.knows(attemptOf('b'))).toBe(true)
    expect(miner.knows(attemptOf('never run'))).toBe(false)
    expect(miner.batchesOf(['c', 'never run', 'a'].map(attemptOf))).toEqual([
      { sequence: 10n, receipts: ['a', 'b', 'c'].map((word) => receiptOf(word)), asked: ['c', 'a'].map(attemptOf) },
    ])
  })

  test('are the same after a restart, field by field', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordFinals(10n, [finalOf('a', 'x', 2n ** 64n - 1n)])
    const { miner } = (await reopen(first)).journal
    expect(miner.batchesOf([attemptOf('a')])).toMatchObject([
      { sequence: 10n, receipts: [receiptOf('a', 2n ** 64n - 1n)] },
    ])
    expect(miner.unclean).toBe(false)
  })

  test('exist once: a second end refuses its whole batch, and no other batch', async () => {
    const { miner } = (await openJournal(path)).journal
    await miner.recordFinals(10n, [finalOf('a')])
    const [second, sameTime] = await Promise.allSettled([
      miner.recordFinals(11n, [finalOf('b', 'x'), finalOf('a', 'x')]),
      miner.recordFinals(12n, [finalOf('c', 'x')]),
    ])
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'BUG' } })
    expect(sameTime.status).toBe('fulfilled')
    expect(miner.knows(attemptOf('b'))).toBe(false)
    expect(miner.counter('x')!.due).toBe(1_000n)
    await expect(miner.recordFinals(12n, [finalOf('d')])).rejects.toMatchObject({ code: 'BUG' })
  })

  test('add up to what their counter owes', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordFinals(10n, [finalOf('a', 'x', 5n), finalOf('b', 'y', 7n), finalOf('c', 'x', 11n)])
    await first.journal.miner.recordFinals(11n, [finalOf('d', 'x', 13n)])
    const { miner } = (await reopen(first)).journal
    expect(miner.counter('x')!.due).toBe(29n)
    expect(miner.counter('y')!.due).toBe(7n)
    expect(miner.counter('z')).toBeUndefined()
  })
})

describe('what a miner lets go of', () => {
  test('stays gone, and the sum of the ends stays what it was', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordFinals(1n, [finalOf('a', 'x', 70n)])
    await first.journal.miner.recordForgiven('x', credits(30n))
    const { miner } = (await reopen(first)).journal
    expect(miner.counter('x')).toMatchObject({ due: 70n, forgiven: 30n })
  })
})

describe('receipts by counter', () => {
  test('are given to the counter whose attempts they end, and to nobody who only knows the attempt', async () => {
    const { journal } = await openJournal(path)
    await journal.miner.recordFinals(1n, [finalOf('a', 'x'), finalOf('b', 'y')])
    expect(journal.miner.batchesOf([attemptOf('a')], 'x').map(({ sequence }) => sequence)).toEqual([1n])
    expect(journal.miner.batchesOf([attemptOf('a')], 'y')).toEqual([])
    const [both] = journal.miner.batchesOf(['a', 'b'].map(attemptOf), 'y')
    expect(both?.asked).toEqual([attemptOf('b')])
    expect(journal.miner.batchesOf([attemptOf('a')]).map(({ sequence }) => sequence)).toEqual([1n])
  })
})

describe('vouchers at a miner', () => {
  const voucher = (cumulative: bigint, counter = 'x') => ({
    counter,
    cumulative: credits(cumulative),
    agreementsHash: hashOfWord(`paid ${cumulative}`),
    bytes: new TextEncoder().encode(`voucher ${cumulative}`),
    grant: cumulative > 100n ? new Uint8Array([1, 2, 3]) : undefined,
    atMs: Number(cumulative),
  })

  test('stand as the highest one, with the bytes to redeem it', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordVoucher(voucher(50n))
    await first.journal.miner.recordFinals(10n, [finalOf('a', 'x', 70n)])
    await first.journal.miner.recordVoucher(voucher(150n))
    const { miner } = (await reopen(first)).journal
    const grant = new Uint8Array([1, 2, 3])
    expect(miner.counter('x')).toEqual({
      cumulative: 150n,
      due: 70n,
      forgiven: 0n,
      agreementsHash: hashOfWord('paid 150'),
      grant,
    })
    const { atMs: _, ...held } = voucher(150n)
    expect(miner.unredeemed(10)).toEqual([{ ...held, redeemed: 0n, sinceMs: 50 }])
  })

  test('wait until the chain has paid them, and anew from the next one on', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordVoucher(voucher(50n))
    await first.journal.miner.recordVoucher(voucher(60n, 'y'))
    await first.journal.miner.recordRedeemed([{ counter: 'x', claimed: credits(50) }])
    await first.journal.miner.recordRedeemed([{ counter: 'x', claimed: credits(20) }])
    const second = await reopen(first)
    const { miner } = second.journal
    expect(miner.unredeemed(10).map(({ counter }) => counter)).toEqual(['y'])
    await miner.recordVoucher(voucher(80n))
    expect(miner.unredeemed(10)).toMatchObject([
      { counter: 'y', redeemed: 0n, sinceMs: 60 },
      { counter: 'x', redeemed: 50n, sinceMs: 80 },
    ])
    expect(miner.unredeemed(1)).toHaveLength(1)
  })

  test('wait again where the chain has forgotten that it paid them, and never for more than they were paid', async () => {
    const first = await openJournal(path)
    await first.journal.miner.recordVoucher(voucher(50n))
    await first.journal.miner.recordVoucher(voucher(60n, 'y'))
    await first.journal.miner.recordRedeemed([
      { counter: 'x', claimed: credits(50) },
      { counter: 'y', claimed: credits(60) },
    ])
    expect(first.journal.miner.lastRedeemed(1)).toMatchObject([{ counter: 'y', cumulative: 60n, redeemed: 60n }])
    await first.journal.miner.recordForgotten('x', credits(20))
    await first.journal.miner.recordForgotten('x', credits(40))
    const { miner } = (await reopen(first)).journal
    expect(miner.unredeemed(10)).toMatchObject([{ counter: 'x', cumulative: 50n, redeemed: 20n }])
    expect(miner.lastRedeemed(10).map(({ counter }) => counter)).toEqual(['y'])
    expect(miner.voucherOf('x')).toMatchObject({ redeemed: 20n, bytes: voucher(50n).bytes })
    expect(miner.voucherOf('z')).toBeUndefined()
  })

  test('of one payer are summed up as far as they are not redeemed', async () => {
    const [alice, bob] = [`0x${'a1'.repeat(20)}`, `0x${'b0'.repeat(20)}`] as Address[]
    const { miner } = (await openJournal(path)).journal
    for (const [counter, cumulative] of [
      [`${alice}/one/none`, 50n],
      [`${alice}/two/none`, 70n],
      [`${bob}/one/none`, 90n],
    ] as const)
      await miner.recordVoucher(voucher(cumulative, counter))
    await miner.recordRedeemed([{ counter: `${alice}/two/none`, claimed: credits(30) }])
    expect(miner.unredeemedOf(alice!)).toBe(90n)
    expect(miner.unredeemedOf(alice!, `${alice}/one/none`)).toBe(40n)
    expect(miner.unredeemedOf(bob!, `${bob}/one/none`)).toBe(0n)
  })

  test('never fall: an equal or lower one is refused whoever asked first', async () => {
    const { miner } = (await openJournal(path)).journal
    const outcomes = await Promise.allSettled(
      [5n, 9n, 9n, 7n].map((cumulative) => miner.recordVoucher(voucher(cumulative))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(miner.counter('x')!.cumulative).toBe(9n)
  })
})

describe('vouchers of a client', () => {
  const line = 'payer/session/miner'
  const voucher = (cumulative: bigint, before: string, after: string, ...paid: string[]): SignedVoucher => ({
    cumulative: credits(cumulative),
    hashBefore: hashOfWord(before),
    hashAfter: hashOfWord(after),
    agreements: paid.map(attemptOf),
    bytes: new TextEncoder().encode(after),
  })
  const owed = (...words: string[]) => words.map((word, i) => ({ attempt: attemptOf(word), price: credits(i + 1) }))

  test('pay receipts: what they name is owed no more, the rest in its order', async () => {
    const first = await openJournal(path)
    await first.journal.client.recordReceipts(line, OPERATOR, owed('c', 'a', 'b'))
    await first.journal.client.recordReceipts('another', OPERATOR, owed('other'))
    await first.journal.client.recordVoucher(line, OPERATOR, voucher(3n, 'start', 'one', 'a', 'prepaid'))
    const { client } = (await reopen(first)).journal
    expect(client.counter(line)).toEqual({
      voucher: voucher(3n, 'start', 'one', 'a', 'prepaid'),
      unpaid: [
        { attempt: attemptOf('c'), price: 1n },
        { attempt: attemptOf('b'), price: 3n },
      ],
    })
    expect(client.counter('another').unpaid).toHaveLength(1)
    expect(client.owing().toSorted()).toEqual(['another', line].toSorted())
    expect(client.counter('unknown')).toEqual({ voucher: undefined, unpaid: [] })
  })

  test('owe an attempt once, however often its receipt comes', async () => {
    const { client } = (await openJournal(path)).journal
    await client.recordReceipts(line, OPERATOR, owed('a'))
    await client.recordReceipts(line, OPERATOR, owed('a', 'b'))
    expect(client.counter(line).unpaid.map(({ attempt }) => attempt)).toEqual([attemptOf('a'), attemptOf('b')])
  })

  test('continue the counter: one that forks or does not rise is refused, and pays nothing', async () => {
    const { client } = (await openJournal(path)).journal
    await client.recordReceipts(line, OPERATOR, owed('a'))
    await client.recordVoucher(line, OPERATOR, voucher(5n, 'start', 'one'))
    for (const wrong of [
      voucher(9n, 'start', 'fork', 'a'),
      voucher(5n, 'one', 'two', 'a'),
      voucher(4n, 'one', 'two', 'a'),
    ]) {
      await expect(client.recordVoucher(line, OPERATOR, wrong)).rejects.toMatchObject({ code: 'BUG' })
    }
    expect(client.counter(line)).toMatchObject({ voucher: { cumulative: 5n, hashAfter: hashOfWord('one') } })
    expect(client.counter(line).unpaid).toHaveLength(1)
  })
})

describe('sequences', () => {
  test('are on the disk before anybody has them', async () => {
    const { folder, journal } = await openJournal(path)
    const sequence = await journal.miner.nextSequence('offer', now())
    // In one step with the answer, by a reader of its own: what the journal has in memory does not count.
    using disk = new DatabaseSync(folder.file('journal'), { readOnly: true })
    const row = disk.prepare('SELECT reserved FROM sequence WHERE id = 0').get()
    expect(uint64OfBlob(row!.reserved as Uint8Array)).toBeGreaterThanOrEqual(sequence)
  })

  test('are the time in milliseconds, or one more than the last', async () => {
    const { miner } = (await openJournal(path)).journal
    const nowMs = 1_800_000_000_000
    expect(await miner.nextSequence('offer', nowMs)).toBe(1_800_000_000_000n)
    expect(await miner.nextSequence('batch', nowMs)).toBe(1_800_000_000_001n)
    expect(await miner.nextSequence('offer', nowMs + 5)).toBe(1_800_000_000_005n)
    expect(await miner.nextSequence('offer', nowMs - 20_000)).toBe(1_800_000_000_006n)
  })

  test('are handed out once, also to many that ask at once', async () => {
    const { miner } = (await openJournal(path)).journal
    const nowMs = now()
    const asked = await Promise.all(Array.from({ length: 3_000 }, () => miner.nextSequence('batch', nowMs)))
    expect(new Set(asked).size).toBe(3_000)
    expect(asked).toEqual([...asked].sort((a, b) => (a < b ? -1 : 1)))
  })

  test('go on after a clean restart without a gap, although the clock stands still', async () => {
    const first = await openJournal(path)
    const last = await first.journal.miner.nextSequence('offer', 1_800_000_000_000)
    const { miner } = (await reopen(first)).journal
    expect(await miner.nextSequence('offer', 1_800_000_000_000)).toBe(last + 1n)
  })

  test('are not made where peers would refuse them as from the future', async () => {
    const { miner } = (await openJournal(path)).journal
    const nowMs = now()
    await miner.nextSequence('offer', nowMs + 3_600_000)
    await expect(miner.nextSequence('offer', nowMs)).rejects.toMatchObject({
      code: 'CLOCK_OFF',
      facts: { seconds: 3600 },
    })
    expect(await miner.nextSequence('offer', nowMs + 3_600_000)).toBe(BigInt(nowMs) + 3_600_001n)
  })
})

describe('a folder that is older than what its key signed', () => {
  const seenBy = async (opened: OpenJournal): Promise<bigint> =>
    (await opened.journal.miner.nextSequence('offer', now())) + 10n * BLOCK

  test('signs nothing final until the owner confirms, and then continues above what was seen', async () => {
    const told: MeshError[] = []
    const opened = await openJournal(path, { journal: { onStopped: (error) => told.push(error) } })
    const { miner, client } = opened.journal
    const seen = await seenBy(opened)
    for (const _ of [1, 2]) expect(await opened.journal.checkAgainst(seen)).toBe('restored')
    expect(told, 'told once').toMatchObject([{ code: 'DATA_FOLDER_RESTORED', facts: { seen } }])
    expect(miner.stopped).toEqual(told[0])
    const line = {
      cumulative: credits(1),
      hashBefore: hashOfWord('a'),
      hashAfter: hashOfWord('b'),
      agreements: [],
      bytes: new Uint8Array(1),
    }
    const refused = { code: 'DATA_FOLDER_RESTORED', facts: { seen } }
    await expect(miner.nextSequence('offer', now())).rejects.toMatchObject(refused)
    await expect(miner.recordFinals(1n, [finalOf('a')])).rejects.toMatchObject(refused)
    await expect(client.recordVoucher('line', OPERATOR, line)).rejects.toMatchObject(refused)
    await opened.journal.confirmRestored()
    expect(miner.stopped).toBeUndefined()
    expect(await miner.nextSequence('offer', now())).toBeGreaterThan(seen)
    await miner.recordFinals(1n, [finalOf('a')])
  })

  test('does not forget it over a restart', async () => {
    const first = await openJournal(path)
    await first.journal.checkAgainst(await seenBy(first))
    const second = await reopen(first)
    await expect(second.journal.miner.nextSequence('offer', now())).rejects.toMatchObject({
      code: 'DATA_FOLDER_RESTORED',
    })
    await second.journal.confirmRestored()
    const third = await reopen(second)
    await third.journal.miner.nextSequence('offer', now())
  })

  test('is not suspected for what it said itself', async () => {
    const opened = await openJournal(path)
    const said = await opened.journal.miner.nextSequence('offer', now())
    expect(await opened.journal.checkAgainst(said)).toBe('own')
    const again = await reopen(opened)
    expect(await again.journal.checkAgainst(said)).toBe('own')
    expect(await again.journal.checkAgainst(said + 1n)).toBe('restored')
  })
})

describe('old receipts', () => {
  const wordsOf = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `${from + i}`)

  async function open(bytesMax?: number) {
    const opened = await openJournal(path, { journal: bytesMax === undefined ? {} : { bytesMax } })
    const { miner } = opened.journal
    return {
      opened,
      miner,
      batch: (sequence: number, words: readonly string[]): Promise<void> =>
        miner.recordFinals(
          BigInt(sequence),
          words.map((word) => finalOf(word)),
        ),
      known: (word: string): boolean => miner.knows(attemptOf(word)),
    }
  }

  test('are forgotten after the evidence window, and their debts are not', async () => {
    const { opened, miner, batch, known } = await open()
    const old = Math.trunc(now()) - FINAL_MS_MAX
    for (let i = 0; i < 40; i++) await batch(old - 1_000 + i, wordsOf(i * 2, 2))
    await batch(old + 60_000, ['young'])
    expect(await opened.journal.pruner.prune()).toBe(40)
    expect(known('0') || known('79')).toBe(false)
    expect(known('young')).toBe(true)
    expect(miner.batchesOf([attemptOf('0')])).toEqual([])
    expect(miner.counter('counter')!.due).toBe(81_000n)
    expect(opened.failures).toEqual([])
  })

  test('go earlier where there are too many, but never within the hour', async () => {
    const { opened, batch, known } = await open(100_000)
    const hourAgo = Math.trunc(now()) - FINAL_MS_MIN
    for (let i = 0; i < 20; i++) await batch(hourAgo - 1_000 + i, wordsOf(i * 64, 64))
    for (let i = 0; i < 20; i++) await batch(hourAgo + 60_000 + i, wordsOf(2_000 + i * 64, 64))
    const pruned = await opened.journal.pruner.prune()
    expect(pruned).toBe(20)
    expect(known('0')).toBe(false)
    expect(known('2000')).toBe(true)
  })
})

test('an id that is no hash is a bug, not a row', async () => {
  const { miner } = (await openJournal(path)).journal
  expect(() => miner.knows('0xnothing' as Hash32)).toThrow(expect.objectContaining({ code: 'BUG' }))
})
