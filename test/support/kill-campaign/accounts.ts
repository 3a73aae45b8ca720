/** What the processes of a campaign said, over all their lives, and what must hold of it. */
import { expect } from 'vitest'
import type { ClientMessage, MinerMessage, SaidReceipt } from './say.ts'

export class Accounts {
  readonly receipts = new Map<string, SaidReceipt>()
  /** Highest voucher that a miner said it accepted, by miner and counter. */
  readonly accepted = new Map<string, bigint>()
  /** Highest voucher that a client said it signed, by client and miner. */
  readonly signed = new Map<string, bigint>()
  readonly answered = new Map<string, string>()
  readonly failures = new Map<string, number>()

  learnClient(client: string, messages: readonly ClientMessage[]): void {
    for (const message of messages) {
      if (message.kind === 'receipt') this.#receipt(message)
      else if (message.kind === 'signed') this.#signed(`${client}/${message.miner}`, BigInt(message.cumulative))
      else if (message.kind === 'answered') {
        expect(this.answered.has(message.job), `job ${message.job} was answered twice`).toBe(false)
        this.answered.set(message.job, message.label)
      } else if (message.kind === 'failed') {
        this.failures.set(message.code, (this.failures.get(message.code) ?? 0) + 1)
      }
    }
  }

  learnMiner(miner: string, messages: readonly MinerMessage[]): void {
    for (const message of messages) {
      if (message.kind !== 'voucher') continue
      const key = `${miner}/${message.counter}`
      const before = this.accepted.get(key) ?? 0n
      expect(BigInt(message.cumulative), `a counter of ${miner} goes up only`).toBeGreaterThan(before)
      this.accepted.set(key, BigInt(message.cumulative))
    }
  }

  #receipt(receipt: SaidReceipt): void {
    const before = this.receipts.get(receipt.attempt)
    if (before !== undefined) expect(receipt.digest, `two results for attempt ${receipt.attempt}`).toBe(before.digest)
    this.receipts.set(receipt.attempt, receipt)
  }

  #signed(key: string, cumulative: bigint): void {
    expect(cumulative, `a client signs less than before on ${key}`).toBeGreaterThan(this.signed.get(key) ?? 0n)
    this.signed.set(key, cumulative)
  }
}
