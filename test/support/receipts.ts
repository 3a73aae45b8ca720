/** Receipts and finals whose content does not matter, only that they differ. */
import { createHash } from 'node:crypto'
import type { Final } from '../../node/work/miner-journal.ts'
import { type Address, type AttemptId, address, type Hash32 } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { type Receipt, receiptStatus } from '../../protocols/statements/struct-types.ts'

export const OPERATOR: Address = address(`0x${'ab'.repeat(20)}`)

/** A hash that only this word has. */
export const hashOfWord = (word: string): Hash32 => `0x${createHash('sha256').update(word).digest('hex')}` as Hash32
export const attemptOf = (word: string): AttemptId => hashOfWord(`attempt ${word}`)

export function receiptOf(word: string, price = 1_000n): Receipt {
  return {
    operator: OPERATOR,
    agreement: attemptOf(word),
    status: receiptStatus.finished,
    outputRoot: hashOfWord(`output ${word}`),
    weights: hashOfWord('weights'),
    kernelClass: hashOfWord('class'),
    usage: 1n,
    price: credits(price),
    waitedUs: 20n,
    computedUs: 900n,
    blockTime: 1_800_000_000n,
  }
}

export const finalOf = (word: string, counter = 'counter', price = 1_000n): Final => ({
  receipt: receiptOf(word, price),
  counter,
})
