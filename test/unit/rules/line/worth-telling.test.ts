import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWorthTelling, type LineFigures } from '../../../../protocols/rules/line/worth-telling.ts'
import '../../../support/property-seed.ts'

const to = (...all: readonly (readonly [string, number])[]): LineFigures => ({
  latencies: all.map(([region, latencyMs]) => ({ region, latencyMs })),
})

describe('a profile is put again before its time', () => {
  it.each([
    ['a first figure', {}, { upKbps: 40_000 }, true],
    ['one that is gone', { downKbps: 40_000 }, {}, true],
    ['a line that carries a half more', { upKbps: 40_000 }, { upKbps: 60_000 }, true],
    ['a line that carries a third less', { upKbps: 60_000 }, { upKbps: 40_000 }, true],
    ['a line that carries a little more', { upKbps: 40_000 }, { upKbps: 59_999 }, false],
    ['a new region', to(['eu', 12]), to(['eu', 12], ['us', 90]), true],
    ['another region', to(['eu', 12]), to(['us', 12]), true],
    ['a region that is gone', to(['eu', 12], ['us', 90]), to(['eu', 12]), true],
    ['a way that is a half longer', to(['us', 90]), to(['us', 135]), true],
    ['a way that is a little longer', to(['us', 90]), to(['us', 134]), false],
    ['a way that is three times as long around the corner', to(['eu', 4]), to(['eu', 12]), false],
    ['nothing at all', {}, {}, false],
  ] as const)('for %s: from %j to %j it is %j', (_, told, now, isSo) => {
    expect(isWorthTelling(told, now)).toBe(isSo)
  })

  it('as little for a change back as for the change', () => {
    const kbps = fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined })
    const figures = fc.record({
      upKbps: kbps,
      latencies: fc.uniqueArray(
        fc.record({ region: fc.constantFrom('eu', 'us', 'asia'), latencyMs: fc.integer({ min: 1, max: 500 }) }),
        { selector: ({ region }) => region },
      ),
    }) as fc.Arbitrary<LineFigures>
    fc.assert(
      fc.property(figures, figures, (one, other) => {
        expect(isWorthTelling(one, one)).toBe(false)
        expect(isWorthTelling(one, other)).toBe(isWorthTelling(other, one))
      }),
    )
  })
})
