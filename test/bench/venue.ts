/**
 * What the choice between edge and cloud adds to a job at the edge: `npx node test/bench/venue.ts`. A runner that only chooses its miner is
 * asked directly (the baseline), through the layer of venues by jobs that allow no cloud, and by jobs that have one to fall back on, for
 * which the known offers are weighed once more. In turns, in one process; nothing is sent.
 */

import { edgeView } from '../../node/client/choosing/edge-view.ts'
import { MinerChoice } from '../../node/client/choosing/miner-choice.ts'
import { memoryCloudBudget } from '../../node/client/cloud/cloud-budget.ts'
import { CloudDesk } from '../../node/client/cloud/cloud-desk.ts'
import { OfferBook } from '../../node/client/finding/offer-book.ts'
import { noWatch } from '../../node/client/miner-watch.ts'
import type { JobAnswer } from '../../node/client/running/job-event.ts'
import { type EdgePort, type VenueWish, venues } from '../../node/client/running/venues.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { jobId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { benchModel, benchOffers } from './support/bench-offers.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

/** One of each serves the model of the bench for every fourteen offers. */
const OFFERS = [140, 1_400, 14_000]
const JOBS = 500

const nothing = { n: 0n, d: 1n }
const tariff = { perCall: nothing, per1kTokensIn: nothing, per1kTokensOut: nothing, unitWorth: { n: 1n, d: 1n } }
const cloud = new CloudDesk({
  clock: systemClock,
  provider: 'bench',
  budget: memoryCloudBudget(systemClock, 'bench', credits(1_000_000)),
  tariff,
  models: new Map([[benchModel, { operation: 'infer', name: 'm' }]]),
  adapter: {
    usageMax: () => ({ tokensIn: 0n, tokensOut: 0n }),
    run: () => Promise.reject(new Error('nothing goes to the cloud here')),
    describe: async () => ({ inputs: [], outputs: [] }),
  },
})
const answer = { job: jobId('bench') } as JobAnswer
const weights = weightsOf('latency')
const signal = new AbortController().signal

function wishOf(consent: VenueWish['consent']): VenueWish {
  return {
    ...{ model: benchModel, inputs: [], latencyClass: 'standard', latencyMsMax: undefined, weights, hedges: false },
    ...{ policy: 'latency', consent, isSensitive: false, priceMax: credits(1_000_000), deadlineMs: 60_000, signal },
    endsAtMs: systemClock.monotonicMs() + 60_000,
    onEvent: () => undefined,
  }
}

async function measure(offers: number): Promise<void> {
  const book = new OfferBook(systemClock, noWatch)
  for (const offer of benchOffers(offers)) book.put(offer)
  const known = book.live(benchModel)
  const choice = new MinerChoice(book, () => 0)
  const edge: EdgePort = {
    prepare: async () => undefined,
    run: async (wish) => {
      choice.next(wish, () => true)
      return answer
    },
    view: (wish) => edgeView(book.live(wish.model), wish),
  }
  const layer = venues({ clock: systemClock, random: systemRandom, cloud, edge })
  const ways = {
    directly: () => edge.run(wishOf('never')),
    'no consent': () => layer.run(wishOf('never')),
    'fall-back': () => layer.run(wishOf('fallback')),
  }
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, [] as number[]]))
  for (let i = 0; i < JOBS; i++) {
    for (const [way, run] of Object.entries(ways)) {
      const startedMs = performance.now()
      await run()
      times[way]!.push((performance.now() - startedMs) * 1_000)
    }
  }
  const atMs = (way: string, share: number): number =>
    percentile(
      times[way]!.toSorted((a, b) => a - b),
      share,
    ) / 1_000
  for (const [way, what] of [
    ['no consent', 'of a job that allows no cloud'],
    ['fall-back', 'of a job that may fall back on a cloud'],
  ] as const)
    tell({
      asks: `choosing where a job runs, ${known.length} miners of its model, ${what}`,
      found: `${msText(atMs(way, 0.5))} at p50, ${msText(atMs(way, 0.99))} at p99`,
      baseline: `${msText(atMs('directly', 0.5))} for the choice of a miner alone`,
      ratio: atMs(way, 0.5) / atMs('directly', 0.5),
    })
}

tellMachine()
for (const offers of OFFERS) await measure(offers)
