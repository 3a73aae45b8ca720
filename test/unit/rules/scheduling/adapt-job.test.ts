import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adaptJob,
  type CardSituation,
  deviceLimits,
  type JobDemand,
  jobPrecisions,
} from '../../../../protocols/rules/scheduling/adapt-job.ts'
import '../../../support/property-seed.ts'

const MIB = 2 ** 20
const desk: CardSituation = {
  freeBytes: 8_192 * MIB,
  computes: new Set(jobPrecisions),
  isMobile: false,
  onBattery: false,
  processorFreeBytes: 0,
}
const demand: JobDemand = {
  batch: 16,
  splits: true,
  rowBytes: 100 * MIB,
  weights: [
    { precision: 'fp32', bytes: 4_000 * MIB },
    { precision: 'int8', bytes: 1_000 * MIB },
  ],
}

describe('a job on a card', () => {
  it('that has room for it is not changed', () => {
    expect(adaptJob(demand, desk)).toEqual({
      kind: 'fits',
      precision: 'fp32',
      rows: 16,
      chunks: 1,
      place: 'card',
      adaptations: [],
    })
  })

  it('that has less room runs in pieces of one size', () => {
    const fitted = adaptJob(demand, { ...desk, freeBytes: 5_000 * MIB })
    expect(fitted).toMatchObject({ precision: 'fp32', place: 'card', chunks: 4, rows: 4 })
    expect(fitted).toMatchObject({ adaptations: [{ kind: 'chunking', chunks: 4, rows: 4 }] })
  })

  it('that has no room for the weights takes a smaller form that the client allows', () => {
    const fitted = adaptJob(demand, { ...desk, freeBytes: 3_000 * MIB })
    expect(fitted).toMatchObject({ precision: 'int8', adaptations: [{ kind: 'precision', from: 'fp32', to: 'int8' }] })
  })

  it('is not changed in precision where the client allows one only', () => {
    const only = { ...demand, weights: demand.weights.slice(0, 1) }
    expect(adaptJob(only, { ...desk, freeBytes: 3_000 * MIB })).toEqual({
      kind: 'too-large',
      needBytes: Math.ceil(1.1 * 4_100 * MIB),
      freeBytes: 3_000 * MIB,
    })
  })

  it('that does not compute in its precision goes to the processor, or takes one that the card has', () => {
    const only = { ...demand, weights: demand.weights.slice(0, 1) }
    const card = { ...desk, computes: new Set(['int8'] as const), processorFreeBytes: 16_384 * MIB }
    expect(adaptJob(only, card)).toMatchObject({
      place: 'processor',
      adaptations: [{ kind: 'offload', to: 'processor' }],
    })
    expect(adaptJob(demand, card)).toMatchObject({ place: 'card', precision: 'int8' })
  })

  it('whose rows depend on each other is never run in pieces', () => {
    const whole = { ...demand, splits: false, weights: demand.weights.slice(0, 1) }
    expect(adaptJob(whole, { ...desk, freeBytes: 5_000 * MIB })).toMatchObject({ kind: 'too-large' })
  })

  it('of a phone takes the smallest form, small pieces, and one job at a time', () => {
    const fitted = adaptJob(demand, { ...desk, isMobile: true })
    expect(fitted).toMatchObject({ precision: 'int8', rows: 4, chunks: 4 })
    expect(fitted).toMatchObject({ adaptations: expect.arrayContaining([{ kind: 'concurrency', jobs: 1 }]) })
    expect(adaptJob(demand, { ...desk, isMobile: true, onBattery: true })).toMatchObject({ rows: 2, chunks: 8 })
    expect(deviceLimits({ isMobile: false, onBattery: true })).toMatchObject({ jobsMax: 1 })
  })

  it('whose memory is unknown is promised nothing', () => {
    expect(adaptJob(demand, { ...desk, freeBytes: undefined })).toEqual({ kind: 'unknown' })
  })

  it('always fits where it is said to, computes every row, and names each change', () => {
    const size = fc.integer({ min: 0, max: 4_000 }).map((mib) => mib * MIB)
    const any = fc.record({
      batch: fc.integer({ min: 1, max: 200 }),
      splits: fc.boolean(),
      rowBytes: size,
      weights: fc.uniqueArray(fc.record({ precision: fc.constantFrom(...jobPrecisions), bytes: size }), {
        minLength: 1,
        selector: ({ precision }) => precision,
      }),
    })
    const card = fc.record({
      freeBytes: size,
      computes: fc.subarray([...jobPrecisions]).map((of) => new Set(of)),
      isMobile: fc.boolean(),
      onBattery: fc.boolean(),
      processorFreeBytes: size,
    })
    fc.assert(
      fc.property(any, card, (job, on) => {
        const found = adaptJob(job, on)
        if (found.kind !== 'fits') return
        const bytes = job.weights.find(({ precision }) => precision === found.precision)!.bytes
        expect(bytes + found.rows * job.rowBytes).toBeLessThanOrEqual(
          found.place === 'card' ? on.freeBytes : on.processorFreeBytes,
        )
        expect(found.rows * found.chunks).toBeGreaterThanOrEqual(job.batch)
        expect(found.rows * (found.chunks - 1)).toBeLessThan(job.batch)
        if (!job.splits) expect(found.chunks).toBe(1)
        const kinds = found.adaptations.map(({ kind }) => kind)
        expect(kinds.includes('chunking')).toBe(found.chunks > 1)
        expect(kinds.includes('precision')).toBe(found.precision !== job.weights[0]!.precision)
        expect(kinds.includes('offload')).toBe(found.place === 'processor')
      }),
    )
  })

  it.each([
    ['no rows', { batch: 0 }],
    ['half a row', { batch: 0.5 }],
    ['rows of negative size', { rowBytes: -1 }],
    ['rows whose size is no number', { rowBytes: Number.NaN }],
    ['no weights', { weights: [] }],
    ['weights of negative size', { weights: [{ precision: 'fp32' as const, bytes: -1 }] }],
  ])('with %s is none', (_, change) => {
    expect(() => adaptJob({ ...demand, ...change }, desk)).toThrow(RangeError)
  })
})
