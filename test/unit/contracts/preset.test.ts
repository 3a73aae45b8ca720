import { describe, expect, test } from 'vitest'
import { presets } from '../../../contracts/deploy/preset.ts'

const RING_BUCKETS = 16n

describe.each(Object.entries(presets))('the %s preset', (_, preset) => {
  test('lets evidence end before the thaw, and the thaw before a change of who slashes', () => {
    expect(preset.stakeThawSeconds > preset.evidenceSeconds).toBe(true)
    expect(preset.moduleDelaySeconds > preset.stakeThawSeconds).toBe(true)
  })
  test('has an evidence window of whole buckets that the ring can hold', () => {
    expect(preset.evidenceSeconds % preset.bucketSeconds).toBe(0n)
    expect(preset.evidenceSeconds / preset.bucketSeconds <= RING_BUCKETS - 2n).toBe(true)
  })
  test('takes a fee of a tenth at most, and a supply that credits can count', () => {
    expect(preset.feeBasisPoints <= 1_000n).toBe(true)
    expect(preset.supply < 1n << 64n).toBe(true)
  })
})
