import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockStanding } from '../../../protocols/rules/clock/clock-standing.ts'
import '../../support/property-seed.ts'

describe('what a node makes of its clock', () => {
  it.each([
    ['too few others', undefined, [-400_000], 'right'],
    ['others a little apart', 9_000, [45_000], 'right'],
    ['others further apart', 12_000, [12_000], 'off'],
    ['others far apart, and nobody else to ask', 45_000, [], 'off'],
    ['others far apart, and a witness that sides with us', 45_000, [300], 'off'],
    ['others far apart, and a witness far on the other side', 45_000, [-45_000], 'off'],
    ['others far apart, and a witness as well', 45_000, [44_000], 'stopped'],
    ['others far behind, and one of two witnesses as well', -45_000, [100, -90_000], 'stopped'],
  ] as const)('%s', (_, others, witnesses, standing) => {
    expect(clockStanding(others, witnesses)).toBe(standing)
  })

  it('is never silenced by peers alone', () => {
    fc.assert(fc.property(fc.integer(), (others) => clockStanding(others, []) !== 'stopped'))
  })

  it('is never silenced by witnesses alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_000, max: 30_000 }), fc.array(fc.integer()), (others, witnesses) => {
        expect(clockStanding(others, witnesses)).not.toBe('stopped')
      }),
    )
  })
})
