import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { restsUntil } from '../../../../protocols/rules/scheduling/pace.ts'

/** Share of the time that a card computes where its runs take so long and timers come late by up to so much. */
function shareDone(runMs: number, loadShare: number, lateMs: (run: number) => number): number {
  let nowMs = 0
  let restedUntilMs = 0
  let computedMs = 0
  for (let run = 0; run < 2_000; run++) {
    const waits = restedUntilMs > nowMs
    if (waits) nowMs = restedUntilMs + lateMs(run)
    restedUntilMs = restsUntil(restedUntilMs, nowMs, nowMs + runMs, loadShare)
    nowMs += runMs
    computedMs += runMs
  }
  return computedMs / Math.max(nowMs, restedUntilMs)
}

describe('the rest between runs', () => {
  it('leaves a card the share that it may work, however short its runs and however late timers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 50, noNaN: true }),
        fc.double({ min: 0.3, max: 0.99, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (runMs, loadShare, late) => {
          const share = shareDone(runMs, loadShare, (run) => late[run % late.length]!)
          expect(share).toBeLessThanOrEqual(loadShare + 0.02)
          expect(share).toBeGreaterThan(loadShare - 0.03)
        },
      ),
    )
  })

  it('is not saved up while there was nothing to do', () => {
    expect(restsUntil(0, 60_000, 60_100, 0.5)).toBeGreaterThanOrEqual(60_180)
  })
})
