import { expect, it } from 'vitest'
import { OwnerStakes } from '../../../../node/client/service-level/owner-stakes.ts'
import { ServiceLevel } from '../../../../node/client/service-level/service-level.ts'
import type { Address, AttemptId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import { defaultTerms } from '../../../../protocols/rules/service-level/granted-terms.ts'
import type { Finished } from '../../../../protocols/wire/job/job-messages.ts'
import { offerOf } from '../../../support/offers.ts'
import { attemptOf, receiptOf } from '../../../support/receipts.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

it.each([1n, 1_000n, 2n ** 64n - 1n])('is one job to be judged, though its miner counts %s', async (usage) => {
  const clock = new ManualClock()
  const stakes = new OwnerStakes({ clock, standingOf: () => new Promise(() => undefined) })
  using level = new ServiceLevel({ network: {} as Network, domain, clock, stakes, operators: () => [] })
  const offer = offerOf({ miner: 1, body: { terms: defaultTerms(credits(1)) } })
  const agreed = level.agree(offer, model, 'standard')!
  const attempt: AttemptId = attemptOf('witnessed')
  const payer = `0x${'a'.repeat(40)}` as Address
  using watch = level.watch({ attempt, agreed, offer, payer, signal: new AbortController().signal })
  const receipt = { ...receiptOf('witnessed', 100n), usage }
  // What a miner says at the end is what it signs then.
  const { owed } = watch.answered(receipt as unknown as Finished, receipt.outputRoot)
  expect((await watch.report).verdict).toMatchObject({ kind: 'unknown', paid: 100n })
  expect(await owed(receipt)).toBe(100n)
})
