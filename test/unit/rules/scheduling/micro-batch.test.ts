import { describe, expect, it } from 'vitest'
import { batchShape, fitsBatch, gatherMs } from '../../../../protocols/rules/scheduling/micro-batch.ts'
import type { TensorType } from '../../../../protocols/wire/job/tensor.ts'

const header = (name: string, dims: readonly number[], type: TensorType = 'float32', bytes = 4) => ({
  name,
  type,
  dims,
  byteLength: Math.ceil(dims.reduce((a, b) => a * b, 1) * bytes),
})

describe('jobs that may run together', () => {
  it('have the same shapes but for their rows', () => {
    const one = batchShape([header('x', [1, 28, 28]), header('m', [1, 3])])
    const three = batchShape([header('x', [3, 28, 28]), header('m', [3, 3])])
    expect(one).toEqual({ rows: 1, bytes: 4 * (784 + 3), key: three!.key })
    expect(three!.rows).toBe(3)
    expect(batchShape([header('x', [1, 28, 27]), header('m', [1, 3])])!.key).not.toBe(one!.key)
    expect(batchShape([header('x', [1, 28, 28], 'int32'), header('m', [1, 3])])!.key).not.toBe(one!.key)
  })

  it.each([
    ['a scalar', [header('x', [])]],
    ['no input', []],
    ['no rows', [header('x', [0, 4])]],
    ['inputs of different rows', [header('x', [2, 4]), header('y', [1, 4])]],
    ['strings', [header('x', [1], 'string')]],
    ['more rows than a run holds', [header('x', [33, 1])]],
    ['more bytes than are copied', [header('x', [1, 300_000])]],
    ['rows of 4-bit elements that end inside a byte', [header('x', [2, 3], 'uint4', 0.5)]],
  ])('are none with %s', (_, headers) => {
    expect(batchShape(headers)).toBeUndefined()
  })

  it('fill a run to the last row and the last byte', () => {
    expect(fitsBatch({ rows: 31, bytes: 1_048_575 }, { rows: 1, bytes: 1 })).toBe(true)
    expect(fitsBatch({ rows: 31, bytes: 0 }, { rows: 2, bytes: 1 })).toBe(false)
    expect(fitsBatch({ rows: 1, bytes: 1_048_576 }, { rows: 1, bytes: 1 })).toBe(false)
  })

  it('wait for others only where others were there, and never longer than the limit or their own slack', () => {
    expect(gatherMs(1, 1, 0, 100)).toBe(0)
    expect(gatherMs(0, 32, 0, 100)).toBe(0)
    expect(gatherMs(16, 32, 0, 100)).toBe(0)
    expect(gatherMs(3, 32, 0, 100)).toBe(2)
    expect(gatherMs(3, 32, 1.5, 100)).toBe(0.5)
    expect(gatherMs(3, 32, 5, 100)).toBe(0)
    expect(gatherMs(3, 32, 0, 0.25)).toBe(0.25)
    expect(gatherMs(3, 32, 0, -4)).toBe(0)
  })
})
