import { expect, it } from 'vitest'
import { TransferPace } from '../../../node/content/fetch-progress.ts'
import { paceOf } from '../../../node/content/pace.ts'
import { ThroughputFloor } from '../../../node/content/throughput-floor.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const never = new AbortController().signal

it('what is sent waits for its turn, so that no more than so many bytes go in a second', async () => {
  const clock = new ManualClock()
  const pace = paceOf(clock, 1_000)
  const done: number[] = []
  const all = [500, 500, 1_000].map((bytes, i) => pace(bytes, never).then(() => done.push(i)))
  await Promise.resolve()
  await all[0]
  expect(done).toEqual([0])
  clock.advance(500)
  await all[1]
  expect(done).toEqual([0, 1])
  clock.advance(499)
  await Promise.resolve()
  expect(done).toEqual([0, 1])
  clock.advance(1)
  await all[2]
  expect(done).toEqual([0, 1, 2])
})

it('who waits for its turn can be told to stop', async () => {
  const stop = new AbortController()
  const pace = paceOf(new ManualClock(), 1)
  await pace(1_000, never)
  const waiting = pace(1, stop.signal)
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
})

it('a call that brings less than the floor in its time is ended, and one that brings it goes on', () => {
  const clock = new ManualClock()
  using floor = new ThroughputFloor(clock, 100, 1_000, never)
  floor.add(100)
  clock.advance(1_000)
  expect(floor.tripped).toBe(false)
  floor.add(99)
  clock.advance(1_000)
  expect(floor.tripped).toBe(true)
  expect(floor.signal.aborted).toBe(true)
})

it('the time left follows the pace of the last seconds', () => {
  const clock = new ManualClock()
  const pace = new TransferPace(clock)
  expect(pace.leftMs(100)).toBeUndefined()
  pace.add(10)
  expect(pace.leftMs(100)).toBeUndefined()
  clock.advance(1_000)
  pace.add(50)
  expect(pace.leftMs(100)).toBe(2_000)
  clock.advance(10_000)
  pace.add(100)
  expect(pace.leftMs(100)).toBe(10_000)
})
