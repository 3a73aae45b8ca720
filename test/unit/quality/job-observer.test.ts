import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../../node/client/client-needs.ts'
import { JobObserver } from '../../../node/quality/job-observer.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type AttemptId, jobId, modelId } from '../../../protocols/kernel/ids.ts'
import type { Observation } from '../../../protocols/rules/qos/observation.ts'
import { attemptOf, OPERATOR, receiptOf } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function observer(doubtPercent = 0) {
  const seen: Observation[] = []
  const receipts: AttemptId[] = []
  const paid: AttemptId[] = []
  const it = new JobObserver({
    clock: new ManualClock(1_790_000_000_900),
    doubtPercent: () => doubtPercent,
    latencyClassOf: (job) => (job === 'a' ? 'fast' : undefined),
    onSeen: (each) => seen.push(each),
    onReceipt: (attempt) => receipts.push(attempt),
    onPaid: (attempts) => paid.push(...attempts),
  })
  return { it, seen, receipts, paid }
}

const of = (event: object): ClientEvent =>
  ({ kind: 'job', job: jobId('a'), model: modelId('m'), event: { miner: OPERATOR, ...event } }) as ClientEvent
const line = (event: object): ClientEvent => ({ kind: 'line', miner: OPERATOR, event }) as ClientEvent
const attempt = attemptOf('one')
const finished = of({ kind: 'finished', attempt, roundTripMs: 123.6 })
const receipt = line({ kind: 'receipt', attempt, receipt: receiptOf('one', 2_000n) })
const failed = (error: MeshError) => of({ kind: 'failed', error })

describe('what is seen of jobs', () => {
  it('is an answer when its receipt was checked, with what the receipt says of price and model', () => {
    const { it: observing, seen, receipts } = observer(7)
    observing.take(finished)
    expect(seen).toEqual([])
    observing.take(receipt)
    const { weights, usage } = receiptOf('one')
    expect(seen).toEqual([
      {
        kind: 'answered',
        atS: 1_790_000_000,
        miner: OPERATOR,
        doubtPercent: 7,
        attempt,
        latencyMs: 124,
        latencyClass: 'fast',
        weights,
        usage,
        price: 2_000n,
      },
    ])
    expect(receipts).toEqual([attempt])
    observing.take(receipt)
    expect(seen).toHaveLength(1)
  })

  it('is a failure where the receipt is withheld or wrong, and nothing where the trouble is about money alone', () => {
    const { it: observing, seen } = observer()
    observing.take(finished)
    const error = new MeshError('RECEIPT_WITHHELD', { attempt, ms: 1 })
    observing.take(line({ kind: 'dispute', attempt, error }))
    observing.take(line({ kind: 'dispute', attempt: undefined, error }))
    observing.take(receipt)
    expect(seen.map(({ kind }) => kind)).toEqual(['failed'])
  })

  it('is a failure where the miner or the way to it failed, and not where this side did', () => {
    const { it: observing, seen } = observer()
    for (const error of [
      new MeshError('ENGINE_FAILED', { why: 'it died' }),
      new MeshError('STREAM_LOST', { peer: 'p', why: 'gone' }),
    ])
      observing.take(failed(error))
    expect(seen).toMatchObject([
      // Or the input was what no engine can run.
      { kind: 'failed', doubtPercent: 50 },
      { kind: 'failed', doubtPercent: 0 },
    ])
    for (const error of [new MeshError('CANCELLED'), new MeshError('DISK_FULL', { file: 'f' })])
      observing.take(failed(error))
    expect(seen).toHaveLength(2)
  })

  it('is as good as a refusal where a card had to cool, and where the miner refused', () => {
    const { it: observing, seen } = observer()
    observing.take(failed(new MeshError('ATTEMPT_ABORTED', { why: 'thermal: hot', cause: 'thermal' })))
    observing.take(of({ kind: 'refused', reason: 'BUSY', detail: '' }))
    observing.take(failed(new MeshError('ATTEMPT_ABORTED', { why: 'error: x', cause: 'error' })))
    expect(seen.map(({ kind }) => kind)).toEqual(['refused', 'refused', 'failed'])
  })

  it('is paid when a voucher names it', () => {
    const { it: observing, paid } = observer()
    observing.take(line({ kind: 'signed', voucher: { agreements: [attempt] }, raisedBy: 1n }))
    expect(paid).toEqual([attempt])
  })
})
