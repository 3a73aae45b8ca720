import { expect, it } from 'vitest'
import { jobCandidate } from '../../../../node/client/choosing/job-candidate.ts'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import { memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import type { LineEvent } from '../../../../node/client/paying/line-event.ts'
import { PaymentLines } from '../../../../node/client/paying/payment-lines.ts'
import { purse } from '../../../../node/client/paying/purse.ts'
import { JobAttempt } from '../../../../node/client/running/job-attempt.ts'
import type { JobEvent } from '../../../../node/client/running/job-event.ts'
import { systemRandom } from '../../../../node/network-node/system-random.ts'
import { abortable } from '../../../../protocols/kernel/abortable.ts'
import { type Address, jobId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { leafHasherHere } from '../../../../protocols/statements/leaf-hasher-here.ts'
import { directNetwork } from '../../../support/nodes/direct-network.ts'
import { newSigner } from '../../../support/nodes/test-client.ts'
import { offerOf } from '../../../support/offers.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

it('pays no stranger ahead, and tells of no attempt, where another miner answered before its stake was known', async () => {
  const clock = new ManualClock()
  const network = Object.assign(
    // A miner that says nothing.
    directNetwork<never, never>(async function* (_first, _more, { signal }) {
      await abortable(new Promise<never>(() => undefined), signal)
    }),
    { self: 'caller', connectedPeers: () => [] },
  )
  const own = purse(domain, `0x${'e'.repeat(40)}` as Address, newSigner())
  const told: (JobEvent | LineEvent)[] = []
  await using lines = new PaymentLines({
    ...{ network, domain, clock, journal: memoryJournal(), purse: own, watch: noWatch },
    onEvent: (_, event) => void told.push(event),
  })
  const book = new OfferBook(clock)
  book.put(offerOf({ miner: 1 }))
  const stakeKnown = Promise.withResolvers<void>()
  const [cancel, stop] = [new AbortController(), new AbortController()]
  const attempt = new JobAttempt(
    {
      ...{ network, domain, clock, random: systemRandom, leaves: leafHasherHere(domain.crypto, clock) },
      ...{ purse: own, lines, book, watch: noWatch },
      head: () => ({ blockNumber: 1n, blockTime: 1n }) as never,
      standing: { require: () => stakeKnown.promise },
    },
    {
      wish: {
        ...{ model, inputs: [], latencyClass: 'standard', latencyMsMax: undefined, priceMax: credits(1_000) },
        ...{ weights: weightsOf('latency'), hedges: true, deadlineMs: 60_000, endsAtMs: 60_000 },
        signal: cancel.signal,
        onEvent: (event) => void told.push(event),
      },
      job: jobId('hedged'),
      number: 1,
      candidate: jobCandidate(book.live(model)[0]!, model, 'standard'),
      because: {} as never,
      signal: cancel.signal,
      stop: stop.signal,
      onAnswer: () => undefined,
    },
  )
  const ended = attempt.run()
  stop.abort()
  stakeKnown.resolve()
  await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(told).toEqual([])
})
