import { expect, it } from 'vitest'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import { memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import { counterIdOf } from '../../../../node/client/paying/counter-books.ts'
import { PaymentLines } from '../../../../node/client/paying/payment-lines.ts'
import { purse } from '../../../../node/client/paying/purse.ts'
import { abortable } from '../../../../protocols/kernel/abortable.ts'
import { ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { directNetwork } from '../../../support/nodes/direct-network.ts'
import { newSigner } from '../../../support/nodes/test-client.ts'
import { offerOf } from '../../../support/offers.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

it('goes on with a miner that an earlier run owed, however many others were heard of before it', async () => {
  const network = Object.assign(
    // A miner that says nothing.
    directNetwork<never, never>(async function* (_first, _more, { signal }) {
      await abortable(new Promise<never>(() => undefined), signal)
    }),
    { self: 'caller', connectedPeers: () => [] },
  )
  const own = purse(domain, ZERO_ADDRESS, newSigner())
  const journal = memoryJournal()
  const owed = offerOf({ miner: 9_999 })
  const payable = { attempt: attemptOf('of an earlier run'), price: credits(10) }
  await journal.recordReceipts(counterIdOf(own, owed.miner), owed.miner, [payable])
  const clock = new ManualClock()
  await using lines = new PaymentLines({
    ...{ network, domain, clock, journal, purse: own, watch: noWatch },
    onEvent: () => undefined,
  })
  for (let miner = 1; miner <= 4_096; miner++) lines.recall([offerOf({ miner })])
  expect([lines.all().length, lines.unseen()]).toEqual([0, [owed.miner]])
  lines.recall([owed])
  expect([lines.all().map(({ books }) => books.miner), lines.unseen()]).toEqual([[owed.miner], []])
})
