import { describe, expect, it } from 'vitest'
import { Deadline } from '../../../node/client/deadline.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const late = (): MeshError => new MeshError('TIMEOUT', { what: 'the job', ms: 100 })

describe('a deadline', () => {
  it('ends its signal when the time is over, and not a millisecond before', () => {
    const clock = new ManualClock()
    using deadline = new Deadline(clock, 100, late)
    clock.advance(99)
    expect(deadline.signal.aborted).toBe(false)
    clock.advance(1)
    expect(deadline.signal.reason).toMatchObject({ code: 'TIMEOUT' })
  })

  it('ends with the signal above it, for the same reason', () => {
    const parent = new AbortController()
    using deadline = new Deadline(new ManualClock(), 100, late, parent.signal)
    const reason = new MeshError('STALLED', { peer: 'p', ms: 1 })
    parent.abort(reason)
    expect(deadline.signal.reason).toBe(reason)
  })

  it('has ended from the start where the signal above it has', () => {
    using deadline = new Deadline(new ManualClock(), 100, late, AbortSignal.abort())
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED' })
  })

  it('keeps the first reason', () => {
    const clock = new ManualClock()
    const parent = new AbortController()
    using deadline = new Deadline(clock, 100, late, parent.signal)
    parent.abort()
    clock.advance(100)
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED' })
  })

  it('leaves neither a timer nor a listener behind', () => {
    const clock = new ManualClock()
    const parent = new AbortController()
    const deadline = new Deadline(clock, 100, late, parent.signal)
    deadline[Symbol.dispose]()
    expect(clock.pending).toBe(0)
    parent.abort()
    expect(deadline.signal.aborted).toBe(false)
  })
})
