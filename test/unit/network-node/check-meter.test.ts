import { expect, test } from 'vitest'
import type { CheckAccount } from '../../../node/network/calls/charging.ts'
import { CheckMeter } from '../../../node/network-node/check-meter.ts'
import { fakeCrypto } from '../../support/fake-crypto.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

test('a check is charged to the peer that it is made for, also after an await and among others', async () => {
  const clock = new ManualClock()
  const meter = new CheckMeter(clock)
  const crypto = meter.metered(
    fakeCrypto(() => {
      clock.advance(2)
      return true
    }),
  )
  const check = (): boolean => crypto.verify(new Uint8Array(), new Uint8Array(), new Uint8Array())
  const accounts: CheckAccount[] = [1, 2].map(() => ({ checks: 0, checkMs: 0 }))
  const gate = Promise.withResolvers<void>()
  const work = accounts.map((account, i) =>
    meter.run(account, async () => {
      check()
      await gate.promise
      for (let left = i + 1; left > 0; left--) check()
    }),
  )
  // On nobody's behalf.
  expect(check()).toBe(true)
  gate.resolve()
  await Promise.all(work)
  expect(accounts).toEqual([
    { checks: 2, checkMs: 4 },
    { checks: 3, checkMs: 6 },
  ])
})
