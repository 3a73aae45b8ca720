import { describe, expect, it } from 'vitest'
import {
  jobsUnderCare,
  type ModelStanding,
  refuseByBlock,
  refuseByLease,
  refuseByPrice,
  refuseBySpec,
  refuseByStanding,
  type Standing,
} from '../../../node/work/admission.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type CareVerdict, careCauses, unhindered } from '../../../protocols/rules/care/care-verdict.ts'
import type { JobSpec } from '../../../protocols/wire/job/job-messages.ts'
import { image, model } from '../../support/wire-vectors/job-samples.ts'

const idle: Standing = {
  draining: false,
  paused: false,
  clockStopped: false,
  journal: 'good',
  care: unhindered,
  jobs: 0,
  jobsMax: 2,
  jobsOfPayer: 0,
  inputBytes: 0,
  inputBytesMax: 16,
}
const ready: ModelStanding = {
  inputs: [{ name: 'image', type: 'float32', dims: ['n', 2] }],
  waitMs: 0,
  etaMs: 0,
  fit: { kind: 'fits' },
}
const spec: JobSpec = { model, latencyClass: 'standard', deadlineMs: 1_000, inputs: [image] }

describe('a miner', () => {
  it('that is idle takes what fits', () => {
    expect(refuseByStanding(idle)).toBeUndefined()
    expect(refuseBySpec(spec, ready, idle)).toBeUndefined()
  })

  it.each([
    ['DRAINING', 'stopping', { draining: true, paused: true, journal: 'stopped' }],
    ['DRAINING', 'until it is started again', { paused: true, journal: 'stopped' }],
    ['POLICY', 'paused', { paused: true, journal: 'full' }],
    ['CLOCK', 'clock is off', { clockStopped: true, journal: 'full' }],
    ['DISK_FULL', 'no space', { journal: 'full' }],
    ['BUSY', 'slow disk', { journal: 'behind' }],
  ] as const)('refuses everything with %s (%s), the lasting reason first', (reason, detail, change) => {
    expect(refuseByStanding({ ...idle, ...change })).toMatchObject({
      reason,
      detail: expect.stringContaining(detail),
    })
  })

  it('names a time to come back where the reason passes by itself', () => {
    const waits = (['full', 'behind', 'stopped'] as const).map(
      (journal) => refuseByStanding({ ...idle, journal })?.retryAfterMs,
    )
    expect(waits).toEqual([60_000, 2_000, 0])
  })

  it.each([
    ['INPUT', { spec: { inputs: [{ ...image, name: 'picture' }] } }, 'picture'],
    ['BUSY', { standing: { jobs: 2 } }, '2 jobs here, at most 2'],
    ['MEMORY', { standing: { inputBytes: 9 } }, 'inputs of 8 bytes, 7 free'],
    [
      'MEMORY',
      { model: { fit: { kind: 'too-large', needBytes: 900, bytesMax: 800 } } },
      'about 900 bytes needed, at most 800',
    ],
    ['DEADLINE', { spec: { deadlineMs: 0 } }, 'its time is over'],
    ['DEADLINE', { model: { waitMs: 750, etaMs: 1_000.1 } }, 'about 1001 ms needed'],
  ] as const)('refuses a job with %s, and says why', (reason, change, detail) => {
    const { spec: specChange, standing, model: modelChange } = { spec: {}, standing: {}, model: {}, ...change }
    const refused = refuseBySpec({ ...spec, ...specChange }, { ...ready, ...modelChange }, { ...idle, ...standing })
    expect(refused).toMatchObject({ reason })
    expect(refused?.detail).toContain(detail)
  })

  it('takes what fills it to the last byte and the last millisecond', () => {
    expect(refuseBySpec(spec, ready, { ...idle, jobs: 1, inputBytes: 8 })).toBeUndefined()
    expect(refuseBySpec(spec, { ...ready, waitMs: 750, etaMs: 1_000 }, idle)).toBeUndefined()
  })

  it('that is full says when half of its work will be done', () => {
    const busy = refuseBySpec(spec, { ...ready, waitMs: 133.2, etaMs: 166.5 }, { ...idle, jobs: 2 })
    expect(busy?.retryAfterMs).toBe(67)
  })

  it('whose card is leased refuses everybody but the lessee, until the lease is over', () => {
    expect(refuseByLease({ kind: 'everybody' })).toBeUndefined()
    expect(refuseByLease({ kind: 'lessee' })).toBeUndefined()
    expect(refuseByLease({ kind: 'another', leftSeconds: 90n })).toEqual({
      ...{ reason: 'POLICY', detail: 'the card is leased', retryAfterMs: 90_000 },
    })
    // The longest lease fits the message.
    expect(refuseByLease({ kind: 'another', leftSeconds: 604_800n })!.retryAfterMs).toBeLessThan(2 ** 32)
  })

  it('refuses a ceiling below its price, and takes one that equals it', () => {
    expect(refuseByPrice(credits(11), credits(10))).toMatchObject({ reason: 'PRICE_TOO_LOW' })
    expect(refuseByPrice(credits(10), credits(10))).toBeUndefined()
  })

  it('refuses a block more than a minute away from its own, on either side', () => {
    expect([refuseByBlock(1_000n, 1_060n), refuseByBlock(1_060n, 1_000n)]).toEqual([undefined, undefined])
    expect(refuseByBlock(1_000n, 1_061n)).toMatchObject({ reason: 'CLOCK' })
    expect(refuseByBlock(1_061n, 1_000n)).toMatchObject({ reason: 'CLOCK' })
  })
})

describe('a miner under care', () => {
  const resting = (cause: (typeof careCauses)[number]): CareVerdict => ({
    ...unhindered,
    admits: false,
    reasons: [{ cause, text: 'the editor /home/ann/bin/secret runs' }],
  })

  it.each(careCauses)('that admits nothing because of %s says so without a word on its owner', (cause) => {
    const refused = refuseByStanding({ ...idle, care: resting(cause) })
    expect(refused?.reason).toBe(cause === 'heat' ? 'THERMAL' : 'POLICY')
    expect(refused?.detail).not.toContain('secret')
    expect(refused?.retryAfterMs).toBeGreaterThan(0)
  })

  it('refuses without a reason of care too', () => {
    expect(refuseByStanding({ ...idle, care: { ...unhindered, admits: false } })).toMatchObject({ reason: 'POLICY' })
  })

  it('takes as many jobs as its share of load allows, and refuses the next with the reason of care', () => {
    const warm: CareVerdict = { ...unhindered, loadShare: 0.6, reasons: [{ cause: 'heat', text: '85 C' }] }
    const standing = { ...idle, jobsMax: 10, care: warm }
    expect(refuseBySpec(spec, ready, { ...standing, jobs: 5 })).toBeUndefined()
    expect(refuseBySpec(spec, ready, { ...standing, jobs: 6 })).toMatchObject({ reason: 'THERMAL' })
    expect(refuseBySpec(spec, ready, { ...standing, jobs: 10 })).toMatchObject({ reason: 'BUSY' })
  })

  it.each([
    [1, 4],
    [0.25, 1],
    [0.01, 1],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [7, 4],
  ])('with a share of %d runs %d of 4 jobs', (loadShare, jobs) => {
    expect(jobsUnderCare(4, { ...unhindered, loadShare })).toBe(jobs)
  })
})
