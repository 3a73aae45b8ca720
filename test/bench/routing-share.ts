/**
 * Who keeps a latency budget of 100 ms: `npx node test/bench/routing-share.ts [seed]`. Clients and miners in cities drawn by a seed, and then at
 * nodes of PlanetLab, whose ways were measured, estimates that are off by a tenth before a client has measured, offers that tell a load of up to 30 s
 * ago, miners that refuse what their queue has no room for. The policies of the rules against random, nearest and cheapest routing over
 * the same jobs. A miner computes one job at a time, in the order in which they were sent.
 */
import { credits } from '../../protocols/kernel/money.ts'
import type { Candidate } from '../../protocols/rules/routing/candidate.ts'
import { chancesOf, chooseMiner } from '../../protocols/rules/routing/choose-miner.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../protocols/rules/routing/weigh-candidate.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { planetlab } from '../support/virtual/planetlab.ts'
import { percentile } from './support/distribution.ts'
import { tell, tellDetail, tellMachine } from './support/figures.ts'
import { RoutingWorld, type WorldMiner, wayMs } from './support/routing-world.ts'

const BUDGET_MS = 100
const MINERS = 120
const CLIENTS = 40
const JOBS = 20_000
/** Of all cards together; where most clients are it is more. */
const LOADS = [0.02, 0.1, 0.3]
const JOBS_MAX = 8
const ATTEMPTS_MAX = 8
const TOLD_EVERY_MS = 30_000
/** How long a round trip that was measured counts, as in the client's book. */
const FRESH_MS = 60_000
const ESTIMATE_OFF = 0.1
const PRICE_MAX = 5_000
const SEED = process.argv[2] ?? 'routing share'

/** One that computes, and what its offer says of it. */
class Miner {
  readonly facts: WorldMiner
  readonly index: number
  /** When each of its jobs will be done, in order. */
  readonly #ends: number[] = []
  readonly #phaseMs: number
  #told = { atMs: Number.NEGATIVE_INFINITY, jobs: 0 }
  worked = 0

  constructor(facts: WorldMiner, index: number, phaseMs: number) {
    this.facts = facts
    this.index = index
    this.#phaseMs = phaseMs
  }

  told(nowMs: number): number {
    const atMs = Math.floor((nowMs - this.#phaseMs) / TOLD_EVERY_MS) * TOLD_EVERY_MS
    if (atMs > this.#told.atMs) this.#told = { atMs, jobs: this.#jobs(nowMs) }
    return this.#told.jobs
  }

  /** When it is done; undefined where it refuses. */
  take(arrivesMs: number): number | undefined {
    if (this.#jobs(arrivesMs) >= JOBS_MAX) return undefined
    const endMs = Math.max(arrivesMs, this.#ends.at(-1) ?? 0) + this.facts.serviceMs
    this.#ends.push(endMs)
    this.worked++
    return endMs
  }

  /** When a job that arrives then would be done; never where it would be refused. */
  wouldEnd(arrivesMs: number): number {
    if (this.#jobs(arrivesMs) >= JOBS_MAX) return Number.POSITIVE_INFINITY
    return Math.max(arrivesMs, this.#ends.at(-1) ?? 0) + this.facts.serviceMs
  }

  #jobs(nowMs: number): number {
    while (this.#ends.length > 0 && this.#ends[0]! <= nowMs) this.#ends.shift()
    return this.#ends.length
  }
}

interface Seen extends Candidate {
  readonly miner: Miner
  readonly estimatedMs: number
  /** What nobody can know: how long it really would take. */
  readonly trulyMs: number
}

type Router = (seen: readonly Seen[], random: SeededRandom) => Seen | undefined

const least =
  (figure: (each: Seen) => number): Router =>
  (seen) => {
    let best: Seen | undefined
    for (const each of seen) if (best === undefined || figure(each) < figure(best)) best = each
    return best
  }

const byPolicy =
  (policy: string): Router =>
  (seen, random) => {
    const wish = {
      weights: weightsOf(policy),
      latencyClass: 'fast',
      priceMax: credits(PRICE_MAX),
      latencyMsMax: BUDGET_MS,
    } as const
    return chooseMiner(chancesOf(seen.map((each) => weigh(each, wish))), random.fraction())?.candidate
  }

const routers: Readonly<Record<string, Router>> = {
  random: (seen, random) => seen[random.below(seen.length)],
  nearest: least(({ estimatedMs }) => estimatedMs),
  cheapest: least(({ price }) => Number(price)),
  'policy latency': byPolicy('latency'),
  'policy balanced': byPolicy('balanced'),
  'policy cost': byPolicy('cost'),
  // The most that there is to have for one job at a time.
  'who knows all': least(({ trulyMs }) => trulyMs),
}

interface Outcome {
  readonly ms: number
  readonly price: number
  readonly attempts: number
}

/** Round trips from each client to each miner. */
type Ways = (clients: readonly (readonly number[])[], miners: readonly Miner[]) => readonly (readonly number[])[]

const drawn: Ways = (clients, miners) =>
  clients.map((place) => miners.map(({ facts }) => wayMs(facts.position, place) + facts.lastMileMs + 2))

/** Their last miles are in what was measured. */
const ofPlanetLab: Ways = (clients, miners) => {
  const matrix = planetlab()
  const nodes = new SeededRandom(`${SEED}/nodes`).sample(matrix.keys(), clients.length + miners.length)
  return clients.map((_, c) => miners.map((_each, m) => matrix[nodes[c]!]![nodes[clients.length + m]!]!))
}

function run(
  router: Router,
  load: number,
  waysOf: Ways,
): { readonly outcomes: readonly Outcome[]; readonly miners: readonly Miner[] } {
  const world = new RoutingWorld(SEED)
  const miners = Array.from(
    { length: MINERS },
    (_, i) => new Miner(world.miner(), i, world.random.fraction() * TOLD_EVERY_MS),
  )
  const clients = Array.from({ length: CLIENTS }, () => ({
    place: world.place(),
    measured: new Map<number, { ms: number; atMs: number }>(),
  }))
  const off = new SeededRandom(`${SEED}/estimates`)
  const ways = waysOf(
    clients.map(({ place }) => place),
    miners,
  ).map((each) => each.map((ms) => ({ ms, estimatedMs: ms * (1 + ESTIMATE_OFF * (2 * off.fraction() - 1)) })))
  const perMs = miners.reduce((sum, { facts }) => sum + 1 / facts.serviceMs, 0)
  const random = new SeededRandom(`${SEED}/jobs`)
  const outcomes: Outcome[] = []
  let nowMs = 0
  for (let job = 0; job < JOBS; job++) {
    nowMs += -Math.log(1 - random.fraction()) / (load * perMs)
    const c = random.below(CLIENTS)
    const { measured } = clients[c]!
    const asked = new Set<number>()
    let sentMs = nowMs
    let outcome: Outcome | undefined
    while (outcome === undefined && asked.size < ATTEMPTS_MAX) {
      const seen = miners.flatMap((miner): Seen | [] => {
        const { facts, index } = miner
        if (asked.has(index) || facts.price > PRICE_MAX) return []
        const own = measured.get(index)
        const rttMs = own !== undefined && sentMs - own.atMs < FRESH_MS ? own.ms : undefined
        const { ms, estimatedMs } = ways[c]![index]!
        const trulyMs = miner.wouldEnd(sentMs + ms / 2) + ms / 2
        return {
          ...{
            miner,
            price: credits(facts.price),
            rttMs,
            serviceMs: facts.serviceMs,
            jobs: miner.told(sentMs),
            jobsMax: JOBS_MAX,
          },
          ...{
            distance: { ms: estimatedMs, source: 'coordinates' },
            estimatedMs: rttMs ?? estimatedMs,
            trulyMs,
            failures: 0,
          },
          score: { points: facts.quality * 100, confidence: 1 },
        }
      })
      const chosen = router(seen, random)
      if (chosen === undefined) break
      const { miner } = chosen
      const { ms } = ways[c]![miner.index]!
      asked.add(miner.index)
      const endMs = miner.take(sentMs + ms / 2)
      measured.set(miner.index, { ms, atMs: sentMs })
      if (endMs === undefined) sentMs += ms
      else outcome = { ms: endMs + ms / 2 - nowMs, price: miner.facts.price, attempts: asked.size }
    }
    outcomes.push(outcome ?? { ms: Number.POSITIVE_INFINITY, price: 0, attempts: asked.size })
  }
  return { outcomes, miners }
}

tellMachine(`seed "${SEED}"`, `${MINERS} miners, ${CLIENTS} clients, ${JOBS} jobs`)

interface Kept {
  readonly name: string
  /** Of all jobs, 0 to 1. */
  readonly inBudget: number
  readonly text: string
}

function keptBy(
  name: string,
  router: (typeof routers)[keyof typeof routers],
  load: number,
  waysOf: typeof drawn,
): Kept {
  const { outcomes, miners } = run(router, load, waysOf)
  const served = outcomes.filter(({ ms }) => ms < Number.POSITIVE_INFINITY)
  const ms = served.map((each) => each.ms).sort((a, b) => a - b)
  const share = (count: number): string => `${((100 * count) / JOBS).toFixed(1)} %`
  const inBudget = ms.filter((each) => each <= BUDGET_MS).length
  const price = served.reduce((sum, each) => sum + each.price, 0) / served.length
  const refusals = outcomes.filter(({ attempts }) => attempts > 1).length
  const text = [
    `${name} ${share(inBudget)}`,
    `p50 ${percentile(ms, 0.5).toFixed(0)} and p95 ${percentile(ms, 0.95).toFixed(0)} ms`,
    `price ${price.toFixed(0)}`,
    `unserved ${share(JOBS - served.length)}`,
    `refused ${share(refusals)}`,
    `busiest miner ${share(Math.max(...miners.map(({ worked }) => worked)))}`,
  ]
  return { name, inBudget: inBudget / JOBS, text: text.join(', ') }
}
for (const [ways, waysOf] of [
  ['drawn', drawn],
  ['PlanetLab', ofPlanetLab],
] as const)
  for (const load of LOADS) {
    const kept = Object.entries(routers).map(([name, router]) => keptBy(name, router, load, waysOf))
    const of = (name: string): Kept => kept.find((each) => each.name === name)!
    const percent = (name: string): string => `${(100 * of(name).inBudget).toFixed(1)} %`
    tell({
      asks: `jobs within ${BUDGET_MS} ms, ways ${ways}, load ${load}, policy latency`,
      found: percent('policy latency'),
      baseline: `${percent('nearest')} by the nearest, ${percent('random')} at random, ${percent('cheapest')} by the cheapest`,
      ratio: of('policy latency').inBudget / of('nearest').inBudget,
    })
    for (const { text } of kept) tellDetail(text)
  }
