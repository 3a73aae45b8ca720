/**
 * What choosing a miner costs a job whose client knows 4,096 of them: `npx node test/bench/choice.ts`. The client's book with its scores,
 * coordinates and owners, asked for the next miner of one job after another, against the same offers weighed without them.
 */
import { MinerChoice } from '../../node/client/choosing/miner-choice.ts'
import { OfferBook } from '../../node/client/finding/offer-book.ts'
import { OwnCoordinates } from '../../node/client/finding/own-coordinates.ts'
import { type MinerWatch, noWatch } from '../../node/client/miner-watch.ts'
import { OthersWord } from '../../node/quality/others-word.ts'
import { OwnWindow } from '../../node/quality/own-window.ts'
import { QualityBook } from '../../node/quality/quality-book.ts'
import { distanceWatch } from '../../node/roles/network/coordinates.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { type Address, address, type Hash32, modelId, peerId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { coordinatesToBytes } from '../../protocols/rules/coordinates/coordinates-bytes.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { type Offer, shortOf } from '../../protocols/wire/offer/offer.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const MINERS = 4_096
/** Of them this client has worked with. */
const KNOWN = 200
const JOBS = 600

const random = new SeededRandom('choice')
const below = (n: number): number => random.uint32() % n
const model = modelId('bafkreiazgcti3jjsyr3v7ibuo44bw7v65qejxwspkzjz23p5lqvfopflyi')
const regions = ['eu-west', 'us-east', 'asia-south', 'earth']

const miners = Array.from({ length: MINERS }, (_, i) => address(`0x${(i + 1).toString(16).padStart(40, '0')}`))

function offerOf(miner: Address, i: number): Offer {
  const vectorMs = Array.from({ length: 8 }, () => below(100) - 50)
  return {
    miner,
    peer: peerId(`16Uiu2HAmPeer${i}`),
    hash: `0x${i.toString(16).padStart(64, '0')}` as Hash32,
    head: { operator: miner, sequence: 1n, expiresAtMs: BigInt(Date.now() + 600_000), bodyHash: ZERO_HASH },
    body: {
      region: regions[i % 4]!,
      gpuClass: 'gpu-8g',
      models: [{ short: shortOf(model), base: credits(900 + below(200)) }],
      jobs: below(4),
      jobsMax: 8,
      coordinates: coordinatesToBytes({ vectorMs, heightMs: 2, adjustmentMs: 0, error: 0.1 * (1 + below(8)) }),
    },
  } as unknown as Offer
}

function watchOf(): MinerWatch {
  const own = new OwnWindow({
    clock: systemClock,
    subjectOf: (miner) => ({ miner, owner: miner, region: 'eu-west', cardClass: 'gpu-8g' }),
    isOwn: () => false,
  })
  const others = new OthersWord({
    clock: systemClock,
    self: undefined,
    burned: undefined,
    hasBurned: () => false,
    ownerOf: () => undefined,
  })
  for (let i = 0; i < 4_000; i++) {
    const [miner, atS] = [miners[below(KNOWN)]!, Math.trunc(Date.now() / 1_000)]
    const attempt = `0x${i.toString(16).padStart(64, '0')}` as Hash32
    const latency = { latencyMs: 100 + below(900), latencyClass: 'standard' } as const
    own.note({ kind: 'answered', miner, atS, doubtPercent: 0, attempt, ...latency, ...paid })
  }
  const book = new QualityBook({ clock: systemClock, own, others, ownReviews: () => [], onTier: () => undefined })
  const place = new OwnCoordinates({ random, region: 'eu-west' })
  place.sample(peerId('16Uiu2HAmPeer'), { vectorMs: Array(8).fill(0), heightMs: 1, adjustmentMs: 0, error: 0.1 }, 20)
  return { ...distanceWatch(noWatch, place), scoreOf: (miner) => book.scoreOf(miner), groupOf: (miner) => miner }
}
const paid = { weights: ZERO_HASH, price: credits(1_000), usage: 1n }

/** Milliseconds of each job. */
function choose(watch: MinerWatch): readonly number[] {
  const book = new OfferBook(systemClock, watch)
  for (const [i, miner] of miners.entries()) book.put(offerOf(miner, i))
  const choice = new MinerChoice(book, () => below(1_000) / 1_000)
  const wish = {
    model,
    latencyClass: 'standard',
    priceMax: credits(5_000),
    latencyMsMax: undefined,
    weights: weightsOf('latency'),
  } as unknown as Parameters<MinerChoice['next']>[0]
  return Array.from({ length: JOBS }, () => {
    const startedMs = performance.now()
    choice.next(wish, () => true)
    return performance.now() - startedMs
  })
    .slice(JOBS / 6)
    .sort((a, b) => a - b)
}

tellMachine()
const [all, bare] = [choose(watchOf()), choose(noWatch)]
tell({
  asks: `whom a job asks, ${MINERS.toLocaleString('en')} miners of its model known, with scores, coordinates and owners`,
  found: `${msText(percentile(all, 0.5))} at p50, ${msText(percentile(all, 0.99))} at p99, ${msText(all[0]!)} at least`,
  baseline: `${msText(percentile(bare, 0.5))} at p50 by the offers alone`,
  ratio: percentile(all, 0.5) / percentile(bare, 0.5),
  wanted: {
    value: Number(percentile(all, 0.5).toFixed(2)),
    atMost: 5,
    unit: ' ms',
    unreached:
      'Of each candidate one object of a dozen facts is made for this job and one of its weights, and all are put in order: by a profile a quarter of the time goes to the order and the chances, a sixth to the garbage collector, an eighth each to the book and to making candidates, a tenth to weighing them. With columns instead of objects, as `routing-index` has them for offers, what the client itself knows of each would have to be kept there too.',
  },
})
