/** What the log and the metrics make of a step of a transaction. */
import { type LogLevel, project } from '../../../protocols/kernel/error-projections.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { MetricBook } from '../../metrics/metric-book.ts'
import { coins } from './coins.ts'
import type { TransactionStep } from './transaction-record.ts'

/** For a desk's `onStep`. @example new TransactionDesk({ ..., onStep: stepsTo(bus) }) */
export const stepsTo =
  (bus: Pick<EventBus, 'emit'>): ((step: TransactionStep) => void) =>
  (step) =>
    bus.emit({ kind: 'transaction:step', step })

/** Who must act: a failed one, or one whose number somebody else used, is for the owner. */
export function stepLevel(step: TransactionStep): LogLevel {
  if (step.kind === 'waiting') return project(step.error.code).log
  if (step.kind === 'displaced') return 'warn'
  if (step.kind !== 'changed') return 'info'
  if (step.record.state === 'failed') return 'warn'
  return step.record.state === 'confirmed' ? 'info' : 'debug'
}

export function stepText(step: TransactionStep): string {
  const { purpose, state, reason, mined, feePerGasMax } = step.record
  switch (step.kind) {
    case 'waiting':
      return step.error.message
    case 'unmined':
      return `the chain has given up the block of ${purpose}: it is sent again`
    case 'displaced':
      return `another program of this account used the number of ${purpose}, for ${step.by}: it gets a new one`
    case 'raised':
      return `blocks pass ${purpose} by: it offers ${step.fees.feeMax} wei per gas now, of at most ${feePerGasMax}`
    case 'changed': {
      const fee = mined === undefined ? '' : ` in block ${mined.blockNumber}, for ${coins(mined.feeWei)} of gas money`
      return `${purpose} is ${state}${fee}${reason === undefined ? '' : `: ${reason}`}`
    }
  }
}

/** One word: the state that it came to, or what else happened to it. */
export const stepWord = (step: TransactionStep): string =>
  step.kind === 'changed' ? step.record.state : step.kind === 'waiting' ? step.error.code : step.kind

/** Settled ones by the kind of their purpose, and the gas money that they took. */
export function measureStep(step: TransactionStep, book: MetricBook): void {
  if (step.kind !== 'changed') return
  const { purpose, state, mined } = step.record
  if (state !== 'confirmed' && state !== 'failed') return
  book.add('aitbc_transactions_total', 1, purpose.split('/', 1)[0]!, state)
  if (mined !== undefined) book.add('aitbc_transaction_fees_wei_total', Number(mined.feeWei))
}
