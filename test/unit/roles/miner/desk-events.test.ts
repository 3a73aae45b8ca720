import { describe, expect, it } from 'vitest'
import { EventBus } from '../../../../node/events/event-bus.ts'
import type { NodeEvent } from '../../../../node/events/node-event.ts'
import { deskEvents } from '../../../../node/roles/miner/desk-events.ts'
import type { DeskEvent } from '../../../../node/work/desk-needs.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { receiptStatus } from '../../../../protocols/statements/struct-types.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const attempt = attemptOf('a')
const ended = { kind: 'ended', attempt, model: 'letters', price: credits(10), waitedUs: 30, computedUs: 900 } as const

function told(event: DeskEvent): readonly NodeEvent[] {
  const bus = new EventBus(new ManualClock(), { wants: () => false, write: () => undefined })
  const heard: NodeEvent[] = []
  bus.listen((stamped) => heard.push(stamped.event))
  deskEvents(bus)(event)
  return heard
}

describe('what happens at the desk', () => {
  it('is told as one event of the node each', () => {
    expect(told({ kind: 'accepted', attempt, model: 'letters', price: credits(10) })).toEqual([
      { kind: 'job:accepted', attempt, model: 'letters', price: 10n },
    ])
    expect(told({ ...ended, status: receiptStatus.finished })).toEqual([
      { kind: 'job:finished', attempt, model: 'letters', price: 10n, waitedUs: 30, computedUs: 900 },
    ])
  })

  it('is told of a refusal with its reason, and without the words that a stranger may have chosen', () => {
    const refused = { reason: 'INPUT', detail: 'the model has no input <words>', retryAfterMs: 0 } as const
    expect(told({ kind: 'refused', model: 'letters', refused })).toEqual([
      { kind: 'job:refused', model: 'letters', reason: 'INPUT' },
    ])
  })

  it.each([
    ['thermal', receiptStatus.abortedThermal],
    ['restart', receiptStatus.abortedRestart],
    ['cancelled', receiptStatus.abortedCancelled],
    ['error', receiptStatus.abortedError],
  ] as const)('is told of an end by %s, with the error where there is one', (cause, status) => {
    const error = new MeshError('ENGINE_CRASHED', { how: 'it fell' })
    expect(told({ ...ended, status })).toEqual([{ kind: 'job:aborted', attempt, model: 'letters', cause }])
    expect(told({ ...ended, status, error })).toEqual([
      { kind: 'job:aborted', attempt, model: 'letters', cause, error },
    ])
  })
})
