import { describe, expect, it } from 'vitest'
import { Attempt, type AttemptOwner } from '../../../node/work/attempt.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import type { JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import { attemptOf } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { run } from '../../support/wire-vectors/job-samples.ts'

const GONE: Extract<JobResponse, { kind: 'aborted' }> = {
  kind: 'aborted',
  attempt: attemptOf('a'),
  cause: 'cancelled',
  error: 1,
  detail: 'it was cancelled',
}

function set() {
  const clock = new ManualClock()
  const owner: AttemptOwner = {
    clock,
    outlook: () => ({ ahead: 0, etaMs: 0 }),
    inputArrived: () => undefined,
    left: () => undefined,
  }
  const growing = (): never => {
    throw new MeshError('BUG', { what: 'it came inline' })
  }
  const attempt = new Attempt(attemptOf('a'), run, peerId('client'), { bytesMax: 1_000, growing }, owner)
  attempt.queued()
  const listen = (): AsyncGenerator<JobResponse> => attempt.responses(0, new AbortController().signal)
  return { clock, attempt, listen }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('an attempt', () => {
  it('says that it is still there while nothing happens, and its end as soon as it has one', async () => {
    const { clock, attempt, listen } = set()
    const call = listen()
    const first = call.next()
    clock.advance(500)
    expect((await first).value).toMatchObject({ kind: 'progress', state: 'queued' })
    const second = call.next()
    attempt.abort(GONE)
    expect((await second).value).toBe(GONE)
    expect([(await call.next()).done, clock.pending]).toEqual([true, 0])
  })

  it('tells its end at once to a call that took over from one that was lost, whose patience ended meanwhile', async () => {
    const { clock, attempt, listen } = set()
    const lost = listen().next()
    clock.advance(400)
    const next = listen().next()
    expect((await lost).done).toBe(true)
    clock.advance(100)
    await turn()
    attempt.abort(GONE)
    expect((await Promise.race([next, turn()]))?.value).toBe(GONE)
    expect(clock.pending).toBe(0)
  })
})
