import { describe, expect, it } from 'vitest'
import { JobCharge } from '../../../../node/client/running/job-charge.ts'
import type { JobEvent } from '../../../../node/client/running/job-runner.ts'
import { type ErrorCode, MeshError } from '../../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'

const miner = '0xminer' as Address
const trying = (attempt: string, price: number) =>
  ({ kind: 'trying', attempt: attempt as AttemptId, miner, price: credits(price) }) as JobEvent
const refused: Extract<JobEvent, { kind: 'refused' }> = { kind: 'refused', miner, reason: 'BUSY', detail: '' }
const failed = (code: ErrorCode): JobEvent => ({ kind: 'failed', miner, error: new MeshError(code) })
const finished = (attempt: string, price: number) =>
  ({ kind: 'finished', attempt: attempt as AttemptId, miner, finished: { price: credits(price) } }) as JobEvent
const provider = 'cloud'
const asked = (price: number): JobEvent => ({
  kind: 'cloud-asked',
  provider,
  target: 'm',
  priceMax: credits(price),
  why: 'edge-ended',
})
const answered = (price: number): JobEvent => ({
  kind: 'cloud-answered',
  provider,
  served: 'm',
  price: credits(price),
  tookMs: 1,
  isCut: false,
  outputs: [],
})
const cloudFailed = (mayCost: number): JobEvent => ({
  kind: 'cloud-failed',
  provider,
  error: new MeshError('CLOUD_BUSY'),
  mayCost: credits(mayCost),
})

const outrun = (attempt: string, paid: number): JobEvent => ({
  kind: 'outrun',
  attempt: attempt as AttemptId,
  miner,
  paid: credits(paid),
})

describe('what a job counts against the budget of its key', () => {
  it.each<[string, readonly JobEvent[], bigint]>([
    ['nothing, where no miner was asked', [], 0n],
    ['the price that was charged, which may be below the offer', [trying('a', 9), finished('a', 7)], 7n],
    ['nothing for a refusal', [trying('a', 9), refused, trying('b', 5), finished('b', 5)], 5n],
    ['nothing for an attempt that its miner ended', [trying('a', 9), failed('ATTEMPT_ABORTED')], 0n],
    ['nothing for a miner that could not be reached', [trying('a', 9), failed('DIAL_FAILED')], 0n],
    ['the price of an attempt that was lost', [trying('a', 9), failed('STREAM_LOST')], 9n],
    [
      'both, where one was lost and another answered',
      [trying('a', 9), failed('STALLED'), trying('b', 5), finished('b', 5)],
      14n,
    ],
    [
      'the price of the winner alone, where the other was stopped',
      [trying('a', 9), trying('b', 5), finished('b', 5), outrun('a', 0)],
      5n,
    ],
    ['both, where the other had answered too', [trying('a', 9), trying('b', 5), finished('b', 5), outrun('a', 9)], 14n],
    ['both, while nobody knows how the other ends', [trying('a', 9), trying('b', 5), finished('b', 5)], 14n],
    [
      'the price of the one that is named, where two run',
      [trying('a', 9), trying('b', 5), { ...refused, attempt: 'a' as AttemptId }, finished('b', 5)],
      5n,
    ],
    ['the price of an attempt during which the caller hung up', [trying('a', 9)], 9n],
    ['the price of the cloud, where that answered', [refused, asked(9), answered(4)], 4n],
    ['what the cloud may bill, where its end is in doubt', [asked(9)], 9n],
    [
      'nothing for a cloud that took nothing, and what was lost before',
      [trying('a', 9), failed('STALLED'), asked(20), cloudFailed(0)],
      9n,
    ],
    ['the ceiling and no more', [trying('a', 60), failed('STREAM_LOST'), trying('b', 60), failed('STREAM_LOST')], 100n],
  ])('is %s', (_, events, expected) => {
    const charge = new JobCharge()
    for (const event of events) charge.take(event)
    expect(charge.total(credits(100))).toBe(expected)
  })
})
