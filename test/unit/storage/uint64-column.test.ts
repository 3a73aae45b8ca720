import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { registerUint64, uint64Blob, uint64OfBlob } from '../../../node/storage/uint64-column.ts'
import '../../support/property-seed.ts'

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

describe('a 64-bit column', () => {
  test('holds every amount and orders as the amounts do, in SQL too', () => {
    const database = new DatabaseSync(':memory:')
    onTestFinished(() => database.close())
    const less = database.prepare('SELECT ? < ? AS less')
    fc.assert(
      fc.property(uint64, uint64, (a, b) => {
        expect(uint64OfBlob(uint64Blob(a))).toBe(a)
        expect(less.get(uint64Blob(a), uint64Blob(b))?.less === 1).toBe(a < b)
      }),
    )
  })

  test('is summed exactly, or not at all beyond 64 bits', () => {
    const database = new DatabaseSync(':memory:')
    onTestFinished(() => database.close())
    registerUint64(database)
    const sum = database.prepare('SELECT uint64_sum(?, ?) AS sum')
    fc.assert(
      fc.property(uint64, uint64, (a, b) => {
        const run = (): bigint => uint64OfBlob(sum.get(uint64Blob(a), uint64Blob(b))!.sum as Uint8Array)
        if (a + b < 2n ** 64n) expect(run()).toBe(a + b)
        else expect(run).toThrow(RangeError)
      }),
    )
  })

  test('refuses what is no amount', () => {
    for (const wrong of [-1n, 2n ** 64n]) expect(() => uint64Blob(wrong)).toThrow(RangeError)
    expect(() => uint64OfBlob(new Uint8Array(7))).toThrow(RangeError)
  })
})
