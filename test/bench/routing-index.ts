/**
 * Finding the best of very many offers for one request: `npx node --expose-gc test/bench/routing-index.ts [offers ...]`. Each question
 * is asked some times and its quickest counts, for what else runs on the machine is no part of it. The index against two plain ways in the same run: each offer weighed by the rules as an object, and the same arithmetic over arrays, with nothing else. All three
 * name the same offers, or the run fails.
 */
import { credits } from '../../protocols/kernel/money.ts'
import type { Candidate } from '../../protocols/rules/routing/candidate.ts'
import { OfferIndex } from '../../protocols/rules/routing/offer-index.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../protocols/rules/routing/weigh-candidate.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'
import { DIMENSIONS, RoutingWorld, type WorldMiner, wayMs } from './support/routing-world.ts'

const SEED = 'routing index'
const COUNT = 64
const QUERIES = 400
const TIMES = 5
/** Each of the plain ways takes long. */
const PLAIN_QUERIES = 20
const weights = weightsOf('latency')
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000, 1_000_000]

interface Asked {
  readonly position: readonly number[]
  readonly addedMs: number
  readonly priceMax: number
  readonly latencyMsMax: number
}

const addedOf = ({ lastMileMs, serviceMs }: WorldMiner): number => lastMileMs + serviceMs

function byRules(miners: readonly WorldMiner[], asked: Asked): readonly number[] {
  const wish = {
    weights,
    latencyClass: 'fast',
    priceMax: credits(asked.priceMax),
    latencyMsMax: asked.latencyMsMax,
  } as const
  const costs: number[] = []
  for (const miner of miners) {
    const candidate: Candidate = {
      price: credits(miner.price),
      rttMs: undefined,
      distance: { ms: wayMs(miner.position, asked.position) + miner.lastMileMs + asked.addedMs, source: 'coordinates' },
      serviceMs: miner.serviceMs,
      ...{ jobs: Number(miner.isFull), jobsMax: 1, failures: 0, claimFactor: miner.factor },
      score: { points: miner.quality * 100, confidence: 1 },
    }
    const { standing, cost } = weigh(candidate, wish)
    if (standing === 'fits') costs.push(cost)
  }
  return costs.sort((a, b) => a - b).slice(0, COUNT)
}

/** The least that a scan can be: no objects, no names, one pass. */
class ArrayScan {
  readonly #positions: Float32Array
  readonly #added: Float64Array
  readonly #prices: Float64Array
  readonly #faults: Float64Array
  readonly #full: Uint8Array

  constructor(miners: readonly WorldMiner[]) {
    this.#positions = Float32Array.from(miners.flatMap(({ position }) => position))
    this.#added = Float64Array.from(miners, addedOf)
    this.#prices = Float64Array.from(miners, ({ price }) => price)
    this.#faults = Float64Array.from(miners, ({ quality, factor }) => (1 / quality) ** weights.quality * factor)
    this.#full = Uint8Array.from(miners, ({ isFull }) => Number(isFull))
  }

  best({ position, addedMs, priceMax, latencyMsMax }: Asked): readonly number[] {
    let worst = Number.POSITIVE_INFINITY
    let costs: number[] = []
    for (let i = 0; i < this.#prices.length; i++) {
      const price = this.#prices[i]!
      if (this.#full[i] === 1 || price > priceMax) continue
      let sum = 0
      for (let d = 0; d < DIMENSIONS; d++) sum += (this.#positions[i * DIMENSIONS + d]! - position[d]!) ** 2
      const ms = Math.sqrt(sum) + this.#added[i]! + addedMs
      if (ms > latencyMsMax) continue
      const cost = Math.max(1, price) ** weights.price * (ms + 10) ** weights.latency * this.#faults[i]!
      if (cost >= worst) continue
      costs.push(cost)
      if (costs.length < 4 * COUNT) continue
      costs = costs.sort((a, b) => a - b).slice(0, COUNT)
      worst = costs.at(-1)!
    }
    return costs.sort((a, b) => a - b).slice(0, COUNT)
  }
}

function timed<T>(
  calls: number,
  call: (at: number) => T,
): { readonly ms: readonly number[]; readonly results: readonly T[] } {
  const ms: number[] = []
  const results: T[] = []
  for (let i = 0; i < calls; i++) {
    let quickestMs = Number.POSITIVE_INFINITY
    for (let again = 0; again < TIMES; again++) {
      const startMs = performance.now()
      results[i] = call(i)
      quickestMs = Math.min(quickestMs, performance.now() - startMs)
    }
    ms.push(quickestMs)
  }
  return { ms: ms.sort((a, b) => a - b), results }
}

function requireSame(found: readonly number[], wanted: readonly number[]): void {
  const isSame = found.length === wanted.length && found.every((cost, i) => Math.abs(cost / wanted[i]! - 1) < 1e-9)
  if (!isSame) throw new Error(`not the same offers: ${found.slice(0, 3)} and ${wanted.slice(0, 3)}`)
}

tellMachine(`seed "${SEED}"`)
for (const size of sizes) {
  const world = new RoutingWorld(SEED)
  const miners = Array.from({ length: size }, () => world.miner())
  const asked: readonly Asked[] = Array.from({ length: QUERIES }, () => ({
    position: world.place(),
    addedMs: 5,
    priceMax: 3_000,
    latencyMsMax: 400,
  }))
  globalThis.gc?.()
  const before = process.memoryUsage()
  const index = new OfferIndex<number>(DIMENSIONS)
  const startMs = performance.now()
  for (const [key, miner] of miners.entries()) index.put(key, { ...miner, addedMs: addedOf(miner) })
  const puts = size / ((performance.now() - startMs) / 1_000)
  globalThis.gc?.()
  const after = process.memoryUsage()
  const grownBytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  const search = (i: number) => index.best({ weights, ...asked[i % QUERIES]!, count: COUNT }).map(({ cost }) => cost)
  timed(50, search)
  const indexed = timed(QUERIES, search)
  const scan = new ArrayScan(miners)
  timed(3, (i) => scan.best(asked[i]!))
  const arrays = timed(PLAIN_QUERIES, (i) => scan.best(asked[i]!))
  const rules = timed(size > 200_000 ? 3 : PLAIN_QUERIES, (i) => byRules(miners, asked[i]!))
  for (const [i, costs] of arrays.results.entries()) requireSame(indexed.results[i]!, costs)
  for (const [i, costs] of rules.results.entries()) requireSame(indexed.results[i]!, costs)
  const at = (found: { readonly ms: readonly number[] }, share: number): number => percentile(found.ms, share)
  const many = `${size.toLocaleString('en')} offers`
  tell({
    asks: `the best ${COUNT} of ${many} for a fast job`,
    found: `${msText(at(indexed, 0.5))} at p50, ${msText(at(indexed, 0.99))} at p99`,
    baseline: `${msText(at(arrays, 0.5))} for a scan of arrays, ${msText(at(rules, 0.5))} by the rules, each`,
    ratio: at(indexed, 0.5) / at(arrays, 0.5),
    ...(size === 100_000
      ? { wanted: { value: Number(at(indexed, 0.99).toFixed(2)), atMost: 2, unit: ' ms at p99' } }
      : {}),
  })
  const bytes = globalThis.gc === undefined ? '' : `, ${(grownBytes / size).toFixed(0)} bytes each with keys`
  tell({ asks: `${many} put`, found: `${countText(puts)} a second${bytes}` })
}
