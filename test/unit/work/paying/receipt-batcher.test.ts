import { describe, expect, it } from 'vitest'
import { ReceiptBatcher } from '../../../../node/work/paying/receipt-batcher.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { batchHolds } from '../../../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../../../protocols/statements/signed.ts'
import { receiptBatchType } from '../../../../protocols/statements/struct-types.ts'
import type { ReceiptLeaf } from '../../../../protocols/wire/payment/payment-protocol.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { finalOf } from '../../../support/receipts.ts'
import { cast, domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const { signer } = cast.operator
const full = new MeshError('DISK_FULL', { file: 'journal' })
const final = (word: string, counter?: string) => {
  const made = finalOf(word, counter)
  return { ...made, receipt: { ...made.receipt, operator: signer.address } }
}

/** What follows a batch closely waits so long for company. */
const STREAM_MS = 50

function set() {
  const clock = new ManualClock()
  const journal = new MemoryMinerJournal()
  const told: { readonly counter: string; readonly batch: Uint8Array; readonly leaves: readonly ReceiptLeaf[] }[] = []
  const failures: Error[] = []
  const batcher = new ReceiptBatcher({
    domain,
    signer,
    clock,
    journal,
    onSigned: (counter, { batch, leaves }) => told.push({ counter, batch, leaves }),
    onFailure: (error) => failures.push(error),
  })
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  return { clock, journal, told, failures, batcher, advance }
}

/** All promises that wait for nothing but each other have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the batcher of receipts', () => {
  it('lets a lone receipt wait a moment for company, and signs them together', async () => {
    const { batcher, journal, told, advance } = set()
    batcher.add(final('a'))
    await advance(9)
    batcher.add(final('b'))
    expect(told).toEqual([])
    await advance(1)
    expect(journal.batches.map(({ receipts }) => receipts.length)).toEqual([2])
    const [{ batch, leaves }] = told as [(typeof told)[0]]
    const { value } = openSigned(domain, receiptBatchType, batch)
    expect(value.sequence).toBe(journal.batches[0]!.sequence)
    for (const leaf of leaves) expect(batchHolds(domain, value, leaf.receipt, leaf)).toBe(true)
  })

  it('gathers a stream of receipts into fewer batches, and hurries again after a pause', async () => {
    const { batcher, journal, advance } = set()
    const sizes = (): readonly number[] => journal.batches.map(({ receipts }) => receipts.length)
    for (let ms = 0; ms < 110; ms++) {
      batcher.add(final(`${ms}`))
      await advance(1)
    }
    expect(sizes()).toEqual([10, 50, 50])
    await advance(200)
    batcher.add(final('after'))
    await advance(10)
    expect(sizes()).toEqual([10, 50, 50, 1])
  })

  it('signs at once what fills a batch, and the rest after it', async () => {
    const { batcher, journal, advance } = set()
    for (let i = 0; i < 150; i++) batcher.add(final(`${i}`))
    await advance(0)
    expect(journal.batches.map(({ receipts }) => receipts.length)).toEqual([64, 64])
    await advance(STREAM_MS)
    expect(journal.batches.map(({ receipts }) => receipts.length)).toEqual([64, 64, 22])
    expect(batcher.backlog).toBe(0)
  })

  it('knows what it will sign until that is durable, so that nobody who asks meanwhile is told that there is none', async () => {
    const { batcher, journal, advance } = set()
    const { receipt } = final('a')
    expect(batcher.holds(receipt.agreement)).toBe(false)
    journal.failure = full
    batcher.add(final('a'))
    await advance(10)
    expect(batcher.holds(receipt.agreement)).toBe(true)
    journal.failure = undefined
    await advance(10_000)
    expect(journal.batches).toHaveLength(1)
    expect(batcher.holds(receipt.agreement)).toBe(false)
  })

  it('tells each counter of its own receipts and of no other', async () => {
    const { batcher, told, advance } = set()
    for (const [word, counter] of [
      ['a', 'one'],
      ['b', 'two'],
      ['c', 'one'],
    ] as const)
      batcher.add(final(word, counter))
    await advance(10)
    expect(told.map(({ counter, leaves }) => [counter, leaves.map(({ index }) => index)])).toEqual([
      ['one', [0, 2]],
      ['two', [1]],
    ])
  })

  it('lets no signature out before the disk has what it covers', async () => {
    const { batcher, journal, told, advance } = set()
    const disk = Promise.withResolvers<void>()
    journal.gate = disk.promise
    batcher.add(final('a'))
    await advance(10)
    expect(told).toEqual([])
    disk.resolve()
    await settled()
    expect(told.length).toBe(1)
  })

  it('leaves no receipt behind that comes while a batch ends, at whatever moment', async () => {
    for (let moment = 0; moment < 24; moment++) {
      const { batcher, journal, clock } = set()
      batcher.add(final('first'))
      clock.advance(10)
      for (let turn = 0; turn < moment; turn++) await Promise.resolve()
      batcher.add(final('second'))
      await settled()
      clock.advance(STREAM_MS)
      await settled()
      expect([moment, journal.batches.flatMap(({ receipts }) => receipts).length]).toEqual([moment, 2])
    }
  })

  it('keeps what a full disk did not take, and asks it again in its own time and no sooner', async () => {
    const { batcher, journal, told, failures, advance } = set()
    journal.failure = full
    for (let i = 0; i < 64; i++) batcher.add(final(`${i}`))
    await advance(0)
    expect(failures).toEqual([full])
    for (let i = 64; i < 200; i++) batcher.add(final(`${i}`))
    await advance(1_999)
    expect([failures.length, batcher.backlog]).toEqual([1, 200])
    journal.failure = undefined
    await advance(1)
    expect(told.flatMap(({ leaves }) => leaves).length).toBe(192)
    batcher.add(final('after'))
    await advance(STREAM_MS)
    expect(told.flatMap(({ leaves }) => leaves).length).toBe(201)
  })

  it('signs what waits before it is gone, also what came while it was at work', async () => {
    const { batcher, journal } = set()
    for (let i = 0; i < 64; i++) batcher.add(final(`${i}`))
    batcher.add(final('late'))
    await batcher[Symbol.asyncDispose]()
    expect(journal.batches.flatMap(({ receipts }) => receipts).length).toBe(65)
  })

  it('does not wait for a disk that stays full when it has to go', async () => {
    const { batcher, journal, clock, told, failures } = set()
    journal.failure = full
    batcher.add(final('a'))
    await batcher[Symbol.asyncDispose]()
    expect([told.length, failures.length, clock.pending]).toEqual([0, 1, 0])
  })
})
