/**
 * What prices cost to make: `npx node test/bench/pricing.ts`. Prices a second with every multiplier exact and explained, against the same
 * formula in floats without a word; steps of a miner that serves several models beside a full directory, against reading it anew for
 * each model. Facts are random, by a seed that is printed.
 */
import { PriceKeeper, STEP_MS } from '../../node/pricing/price-keeper.ts'
import { ModelSeat } from '../../node/work/queue/model-seat.ts'
import { ServedModel } from '../../node/work/served-models.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import { latencyClasses } from '../../protocols/rules/pricing/latency-class.ts'
import { type MarketFacts, marketBase } from '../../protocols/rules/pricing/market-base.ts'
import { type AskedPrice, askPrice } from '../../protocols/rules/pricing/price-strategy.ts'
import { type Offer, shortOf } from '../../protocols/wire/offer/offer.ts'
import { IdentitySession } from '../support/engines/identity-session.ts'
import { offerOf } from '../support/offers.ts'
import { crypto, digestOf } from '../support/statement-vectors/cast.ts'
import { ManualClock } from '../support/virtual/manual-clock.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const SEED = Number(process.env.BENCH_SEED ?? 20_260_101)
const PRICES = 100_000
const OFFERS = 20_000
const MODELS = 7
const STEPS = 30

let state = SEED >>> 0
/** 0 up to 1. */
function draw(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const tenths = (most: number): number => Math.round(draw() * most * 10) / 10

const facts = Array.from(
  { length: 1_000 },
  (): MarketFacts => ({
    jobType: 'inference',
    capabilityScore: Math.round(draw() * 100) / 100,
    queue: tenths(120),
    utilisation: Math.round(draw() * 1_000) / 1_000,
    hourUtc: Math.floor(draw() * 24),
    complexity: 0.01 + tenths(100),
    nowMs: 0,
  }),
)

function perSecond(count: number, one: (i: number) => unknown): number {
  for (let i = 0; i < count / 10; i++) one(i)
  const startedMs = performance.now()
  for (let i = 0; i < count; i++) one(i)
  return (count / (performance.now() - startedMs)) * 1_000
}

/** As one would write it first. */
function inFloats({ capabilityScore, queue, utilisation, hourUtc, complexity }: MarketFacts): number {
  const capability = 1 + (capabilityScore! - 0.5) * 0.5
  const demand = (1 + (Math.min(100, queue!) / 100) * 0.5) * (1 + (utilisation! - 0.5) * 0.4)
  const hour = hourUtc >= 18 ? 1.2 : hourUtc >= 2 && hourUtc <= 6 ? 0.8 : 1
  const base = 0.001 * complexity!
  return Math.max(base * 0.5, Number((base * capability * demand * hour).toFixed(6)))
}

const others = Array.from({ length: 100 }, () => credits(Math.ceil(draw() * 5_000)))
let asked: AskedPrice | undefined
const formulas = facts.map(marketBase)
const rates = {
  exact: perSecond(PRICES, (i) => marketBase(facts[i % facts.length]!)),
  floats: perSecond(PRICES * 10, (i) => inFloats(facts[i % facts.length]!)),
  demand: perSecond(PRICES, (i) => {
    const formula = formulas[i % formulas.length]!
    asked = askPrice({ strategy: 'demand', price: credits(1_000) }, { formula, others, utilisation: draw() }, asked)
  }),
  market: perSecond(PRICES / 10, (i) =>
    askPrice({ strategy: 'market', price: credits(1_000) }, { formula: formulas[i % formulas.length]!, others }),
  ),
  jobs: perSecond(PRICES * 10, (i) => jobPrice(others[i % others.length]!, latencyClasses[i % 4]!)),
}

const ids = Array.from({ length: 40 }, (_, i) => modelIdOf(digestOf(`model ${i}`)))
const offers = Array.from({ length: OFFERS }, (_, miner): Offer => {
  const from = Math.floor(draw() * (ids.length - MODELS))
  const models = ids
    .slice(from, from + MODELS)
    .map((id) => ({ short: shortOf(id), base: credits(Math.ceil(draw() * 5_000)) }))
  return offerOf({ miner: miner + 1, body: { models, jobs: Math.floor(draw() * 5) } })
})

const clock = new ManualClock()
const session = new IdentitySession(clock, 1)
const served = ids.slice(10, 10 + MODELS).map((id) => {
  const { kernelClass, inputs, outputs } = session
  const table = { id, name: 'm', bytes: 1, base: credits(1_000), kernelClass, inputs, outputs }
  return new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)])
})
using keeper = new PriceKeeper(
  {
    clock,
    models: { all: () => served },
    own: `0x${'f'.repeat(40)}` as Address,
    offers: () => offers,
    load: () => ({ jobs: 1, jobsMax: 4 }),
    seats: 1,
    scoreOf: () => 0.6,
    gflopsOf: () => 500,
    drawnW: () => undefined,
    energyPrice: undefined,
    toldFor: () => undefined,
    onMoved: () => undefined,
    onFailure: (error) => {
      throw error
    },
  },
  { strategy: 'market', price: credits(1_000) },
)
void keeper
const timed = (one: () => unknown): number => {
  const startedMs = performance.now()
  one()
  return performance.now() - startedMs
}
/** The offers of one model, found by its text, for each model anew. */
const anew = (id: ModelId): readonly Credits[] => {
  const wanted = toHex(shortOf(id))
  return offers.flatMap(({ body }) =>
    body.models.filter(({ short }) => toHex(short) === wanted).map(({ base }) => base),
  )
}
const steps: number[] = []
const plain: number[] = []
for (let i = 0; i < STEPS; i++) {
  steps.push(timed(() => clock.advance(STEP_MS)))
  plain.push(timed(() => served.map(({ table }) => anew(table.id))))
}
const at = (samples: readonly number[], share: number): number =>
  percentile(
    samples.toSorted((a, b) => a - b),
    share,
  )

tellMachine(`seed ${SEED}`)
tell({
  asks: 'prices a second by the formula, exact and explained',
  found: countText(rates.exact),
  baseline: `${countText(rates.floats)} in floats, without reasons`,
  ratio: rates.exact / rates.floats,
})
tell({ asks: 'steps of the demand law a second', found: countText(rates.demand) })
tell({ asks: 'prices a second within 100 others', found: countText(rates.market) })
tell({ asks: 'prices of jobs a second', found: countText(rates.jobs) })
tell({
  asks: `a minute's step of a miner of ${MODELS} models beside ${OFFERS.toLocaleString('en')} offers`,
  found: `${msText(at(steps, 0.5))} at p50, ${msText(at(steps, 1))} at most`,
  baseline: `${msText(at(plain, 0.5))} only to read them for each model anew`,
  ratio: at(steps, 0.5) / at(plain, 0.5),
})
