import { describe, expect, it } from 'vitest'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

describe('a deadline', () => {
  it('ends its signal when the time is over, and not a millisecond before', () => {
    const clock = new ManualClock()
    using deadline = new Deadline(clock, 100, 'the job')
    clock.advance(99)
    expect(deadline.signal.aborted).toBe(false)
    clock.advance(1)
    expect(deadline.signal.reason).toMatchObject({ code: 'TIMEOUT', facts: { what: 'the job', ms: 100 } })
    expect(deadline.isOver).toBe(true)
    expect(() => deadline.throwIfGivenUp()).not.toThrow()
  })

  it('ends with the signal above it, for the same reason', () => {
    const parent = new AbortController()
    using deadline = new Deadline(new ManualClock(), 100, 'the job', parent.signal)
    const reason = new MeshError('STALLED', { peer: 'p', ms: 1 })
    parent.abort(reason)
    expect(deadline.signal.reason).toBe(reason)
  })

  it('has ended from the start where the signal above it has', () => {
    using deadline = new Deadline(new ManualClock(), 100, 'the job', AbortSignal.abort())
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED' })
  })

  it('ends with an error of its own where it is given one', () => {
    const clock = new ManualClock()
    const reason = new MeshError('STALLED', { peer: 'p', ms: 100 })
    using deadline = new Deadline(clock, 100, () => reason)
    clock.advance(100)
    expect(deadline.signal.reason).toBe(reason)
  })

  it('tells who gave up from the time that ran out, of whichever of several signals', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    using deadline = new Deadline(new ManualClock(), 100, 'the job', one.signal, undefined, other.signal)
    const reason = new MeshError('STALLED', { peer: 'p', ms: 1 })
    other.abort(reason)
    one.abort()
    expect(deadline.signal.reason).toBe(reason)
    expect(deadline.isOver).toBe(false)
    expect(() => deadline.throwIfGivenUp()).toThrow(MeshError)
  })

  it('keeps the first reason', () => {
    const clock = new ManualClock()
    const parent = new AbortController()
    using deadline = new Deadline(clock, 100, 'the job', parent.signal)
    parent.abort()
    clock.advance(100)
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED' })
  })

  it('leaves neither a timer nor a listener behind', () => {
    const clock = new ManualClock()
    const parent = new AbortController()
    const deadline = new Deadline(clock, 100, 'the job', parent.signal)
    deadline[Symbol.dispose]()
    expect(clock.pending).toBe(0)
    parent.abort()
    expect(deadline.signal.aborted).toBe(false)
  })
})
