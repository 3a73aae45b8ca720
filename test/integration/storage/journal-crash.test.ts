/**
 * The journal under SIGKILL at random moments. It shows order and atomicity: that what was acknowledged reached the files
 * whole. A power cut also loses what the operating system had not written; against that stands the sync in every commit,
 * which a test in a process cannot take away.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { SigningJournal } from '../../../node/work/journal/signing-journal.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import type { JournalMessage } from '../../support/processes/write-journal.ts'
import { attemptOf } from '../../support/receipts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import '../../support/property-seed.ts'

/** All that was ever acknowledged on one folder. */
class Memory {
  readonly finals = new Map<string, bigint>()
  readonly vouchers = new Map<string, bigint>()
  readonly signed = new Map<string, bigint>()
  /** Receipts of a counter that no acknowledged voucher has paid. */
  readonly owed = new Map<string, Set<string>>()
  highest = 0n
  /** Contradictions that the journal refused: the test means little without any. */
  refused = 0

  /** @param fresh all that the last process said */
  learn(fresh: readonly JournalMessage[]): void {
    const before = this.highest
    const sequences: bigint[] = []
    const paid = new Set<string>()
    for (const message of fresh) {
      if (message.kind === 'sequence') sequences.push(BigInt(message.sequence))
      else if (message.kind === 'finals') this.#finals(message)
      else if (message.kind === 'voucher') raise(this.vouchers, message.counter, BigInt(message.cumulative))
      else if (message.kind === 'signed') {
        raise(this.signed, message.counter, BigInt(message.cumulative))
        for (const attempt of message.paid) paid.add(attempt)
      } else if (message.kind === 'receipt') this.#receipt(message)
      else if (message.kind === 'refused') this.refused++
    }
    // At the end: a voucher may be acknowledged before a receipt that it pays.
    for (const words of this.owed.values()) for (const attempt of paid) words.delete(attempt)
    expect(new Set(sequences).size, 'no sequence is handed out twice').toBe(sequences.length)
    for (const sequence of sequences) {
      expect(sequence, 'sequences rise across restarts').toBeGreaterThan(before)
      if (sequence > this.highest) this.highest = sequence
    }
  }

  #finals({ sequence, words }: Extract<JournalMessage, { kind: 'finals' }>): void {
    for (const word of words) {
      expect(this.finals.has(word), `${word} ended twice`).toBe(false)
      this.finals.set(word, BigInt(sequence))
    }
  }

  #receipt({ counter, word }: Extract<JournalMessage, { kind: 'receipt' }>): void {
    const attempts = this.owed.get(counter) ?? new Set()
    attempts.add(attemptOf(word))
    this.owed.set(counter, attempts)
  }
}

function raise(totals: Map<string, bigint>, counter: string, cumulative: bigint): void {
  const before = totals.get(counter) ?? -1n
  expect(cumulative, 'counters only rise').toBeGreaterThan(before)
  totals.set(counter, cumulative)
}

function compare({ miner, client }: SigningJournal, memory: Memory): void {
  for (const [word, sequence] of memory.finals) {
    const batches = miner.batchesOf([attemptOf(word)])
    expect(batches.map((batch) => batch.sequence)).toEqual([sequence])
    expect(batches[0]!.receipts.filter(({ agreement }) => agreement === attemptOf(word))).toHaveLength(1)
  }
  for (const [counter, cumulative] of memory.vouchers) {
    expect(miner.counter(counter)!.cumulative).toBeGreaterThanOrEqual(cumulative)
  }
  for (const { cumulative, bytes } of miner.unredeemed(1_000)) {
    expect(new TextDecoder().decode(bytes), 'counter and voucher change together').toBe(String(cumulative))
  }
  for (const [counter, cumulative] of memory.signed) {
    expect(client.counter(counter).voucher!.cumulative).toBeGreaterThanOrEqual(cumulative)
  }
  for (const [counter, attempts] of memory.owed) {
    const { unpaid, voucher } = client.counter(counter)
    // The last voucher may have been written and not acknowledged.
    const held = [...unpaid.map(({ attempt }) => attempt), ...(voucher?.agreements ?? [])]
    expect(held).toEqual(expect.arrayContaining([...attempts]))
    for (const attempt of attempts) if (!unpaid.some((it) => it.attempt === attempt)) attempts.delete(attempt)
  }
}

async function killedAfter(path: string, seed: number, writes: number, memory: Memory): Promise<void> {
  await using process = new ScriptProcess<JournalMessage>('write-journal.ts', [path, String(seed)])
  await process.until((messages) => messages.length > writes)
  await process.kill()
  memory.learn(process.messages)

  using folder = DataFolder.open(path, { clock: systemClock, bytes: 65_536 })
  expect(folder.wasUnclean).toBe(true)
  const failures: unknown[] = []
  await using journal = await SigningJournal.open(folder, {
    clock: systemClock,
    onFailure: (error) => failures.push(error),
  })
  expect(journal.miner.unclean).toBe(true)
  compare(journal, memory)
  // Also where the clock was set back meanwhile: the journal remembers, not the clock.
  const backMs = memory.highest === 0n ? systemClock.nowMs() : Number(memory.highest) - 5_000
  const next = await journal.miner.nextSequence('batch', backMs)
  expect(next).toBeGreaterThan(memory.highest)
  memory.highest = next
  folder.markStarted()
  expect(failures).toEqual([])
}

describe('a journal whose process is killed at random moments', () => {
  test('has lost nothing it acknowledged and contradicts nothing it may have signed', async () => {
    const crash = fc.record({ seed: fc.nat(), writes: fc.integer({ min: 0, max: 400 }) })
    let refused = 0
    let finals = 0
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { minLength: 2, maxLength: 3 }), async (crashes) => {
        const path = join(temporaryFolder(), 'node')
        const memory = new Memory()
        for (const [run, { seed, writes }] of crashes.entries()) await killedAfter(path, seed + run, writes, memory)
        refused += memory.refused
        finals += memory.finals.size
      }),
      { numRuns: 4, endOnFailure: true },
    )
    expect(refused).toBeGreaterThan(0)
    expect(finals).toBeGreaterThan(100)
  })
})
