import { describe, expect, it } from 'vitest'
import { stepsTo } from '../../../../node/chain/transactions/step-report.ts'
import type { TransactionRecord, TransactionStep } from '../../../../node/chain/transactions/transaction-record.ts'
import { EventBus } from '../../../../node/events/event-bus.ts'
import type { LogWriter } from '../../../../node/events/log-writer.ts'
import { expositionOf } from '../../../../node/metrics/exposition.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { address, hash32 } from '../../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const HASH = hash32(`0x${'ab'.repeat(32)}`)
const planned: TransactionRecord = {
  purpose: 'stake/1',
  to: address(`0x${'11'.repeat(20)}`),
  data: '0x',
  valueWei: 0n,
  feePerGasMax: 100n,
  sender: address(`0x${'22'.repeat(20)}`),
  state: 'planned',
  plannedAtMs: 1,
  nonce: undefined,
  mined: undefined,
  reason: undefined,
}
const mined = { hash: HASH, blockNumber: 7n, blockHash: HASH, gasUsed: 21_000n, feeWei: 42_000_000_000_000n }
const confirmed: TransactionRecord = { ...planned, state: 'confirmed', nonce: 0n, mined }

/** What is told of these steps: lines of the log, and metrics. */
function told(steps: readonly TransactionStep[]) {
  const lines: string[] = []
  const log: LogWriter = { wants: () => true, write: ({ level, text }) => void lines.push(`${level}: ${text}`) }
  const bus = new EventBus(new ManualClock(), log)
  for (const step of steps) stepsTo(bus)(step)
  return { lines, metrics: expositionOf([...bus.metrics.book.families()]) }
}

describe('the steps of a transaction', () => {
  it('are told with the level of who must act', () => {
    const high = new MeshError('FEES_HIGH', { purpose: 'stake/1', asked: 200n, max: 100n })
    const { lines } = told([
      { kind: 'changed', record: planned },
      { kind: 'waiting', record: planned, error: high },
      { kind: 'raised', record: confirmed, fees: { feeMax: 90n, tipMax: 1n } },
      { kind: 'displaced', record: planned, by: HASH },
      { kind: 'unmined', record: planned },
      { kind: 'changed', record: confirmed },
      { kind: 'changed', record: { ...confirmed, state: 'failed', reason: 'not today' } },
    ])
    expect(lines).toEqual([
      'debug: stake/1 is planned',
      'warn: stake/1 waits: the chain asks for 200 wei of fee per gas, and at most 100 may be paid',
      'info: blocks pass stake/1 by: it offers 90 wei per gas now, of at most 100',
      `warn: another program of this account used the number of stake/1, for ${HASH}: it gets a new one`,
      'info: the chain has given up the block of stake/1: it is sent again',
      'info: stake/1 is confirmed in block 7, for 0.000042 of gas money',
      'warn: stake/1 is failed in block 7, for 0.000042 of gas money: not today',
    ])
  })

  it('are counted once they settle, by what they were for, with the gas money that they took', () => {
    const { metrics } = told([
      { kind: 'changed', record: planned },
      { kind: 'changed', record: confirmed },
      { kind: 'changed', record: { ...confirmed, purpose: 'redeem/0x12/1' } },
      { kind: 'changed', record: { ...confirmed, state: 'failed', reason: 'not today' } },
      { kind: 'changed', record: { ...planned, state: 'failed', reason: 'it would be refused' } },
    ])
    expect(metrics).toContain('aitbc_transactions_total{purpose="stake",outcome="confirmed"} 1')
    expect(metrics).toContain('aitbc_transactions_total{purpose="stake",outcome="failed"} 2')
    expect(metrics).toContain('aitbc_transactions_total{purpose="redeem",outcome="confirmed"} 1')
    expect(metrics).toContain('aitbc_transaction_fees_wei_total 126000000000000')
  })
})
