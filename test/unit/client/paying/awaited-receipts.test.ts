import { describe, expect, it } from 'vitest'
import { type Awaited, AwaitedReceipts, receiptFault } from '../../../../node/client/paying/awaited-receipts.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { RECEIPT_MS_MAX } from '../../../../protocols/rules/jobs/attempt-states.ts'
import { type Receipt, receiptStatus } from '../../../../protocols/statements/struct-types.ts'
import { attemptOf, hashOfWord, receiptOf } from '../../../support/receipts.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

/** What a miner that keeps its word delivered with that receipt. */
function deliveredWith(receipt: Receipt): Awaited {
  const {
    agreement: attempt,
    price,
    weights,
    kernelClass,
    usage,
    waitedUs,
    computedUs,
    blockTime,
    outputRoot,
  } = receipt
  const facts = { price, weights, kernelClass, usage, waitedUs, computedUs, blockTime }
  const finished = { kind: 'finished', attempt, outputs: [], inline: new Uint8Array(0), ...facts } as const
  return { attempt, finished, outputRoot, priceMax: price, prepaid: false }
}

const awaited = (word: string): Awaited => deliveredWith(receiptOf(word))

describe('results that wait for their receipts', () => {
  function set() {
    const clock = new ManualClock()
    const late: [AttemptId, MeshError][] = []
    return { clock, late, waiting: new AwaitedReceipts(clock, (attempt, error) => late.push([attempt, error])) }
  }

  it('are taken once', () => {
    const { waiting, clock } = set()
    void waiting.add(awaited('a'))
    expect([waiting.has(attemptOf('a')), waiting.size, waiting.attempts()]).toEqual([true, 1, [attemptOf('a')]])
    expect(waiting.take(attemptOf('a'))?.attempt).toBe(attemptOf('a'))
    expect(waiting.take(attemptOf('a'))).toBeUndefined()
    expect([waiting.size, clock.pending]).toEqual([0, 0])
  })

  it('are told of when the receipt is late, and only then', () => {
    const { waiting, clock, late } = set()
    void waiting.add(awaited('a'))
    void waiting.add(awaited('b'))
    clock.advance(RECEIPT_MS_MAX - 1)
    waiting.take(attemptOf('b'))
    expect(late).toEqual([])
    clock.advance(1)
    expect(late).toMatchObject([[attemptOf('a'), { code: 'RECEIPT_WITHHELD' }]])
  })

  it('fail for those who ask, and quietly for those who do not', async () => {
    const { waiting } = set()
    const receipt = waiting.add(awaited('a'))
    const error = new MeshError('OUTPUT_MISMATCH', { field: 'price' })
    waiting.failed(attemptOf('a'), error)
    waiting.failed(attemptOf('a'), error)
    await expect(receipt).rejects.toBe(error)
  })
})

describe('a receipt', () => {
  const good = receiptOf('job')
  const delivered = deliveredWith(good)

  it('that says what was delivered has no fault', () => {
    expect(receiptFault(good, delivered)).toBeUndefined()
  })

  it.each([
    ['status', { status: receiptStatus.abortedError }],
    ['status', { status: 99 }],
    ['output root', { outputRoot: hashOfWord('another') }],
    ['price', { price: credits(999n) }],
    ['weights', { weights: hashOfWord('cheaper') }],
    ['kernelClass', { kernelClass: hashOfWord('another') }],
    ['usage', { usage: 2n }],
    ['waitedUs', { waitedUs: 0n }],
    ['computedUs', { computedUs: 0n }],
    ['blockTime', { blockTime: 0n }],
  ] as const)('with another %s is refused by name', (field, change) => {
    expect(receiptFault({ ...good, ...change }, delivered)).toMatchObject({ code: 'OUTPUT_MISMATCH', facts: { field } })
  })

  it('above the agreed price is refused, even where the answer had said the same', () => {
    const dear = { ...good, price: credits(1_001n) }
    const fault = receiptFault(dear, { ...deliveredWith(dear), priceMax: credits(1_000n) })
    expect(fault).toMatchObject({ code: 'OVERPRICED' })
  })
})
