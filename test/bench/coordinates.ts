/**
 * What network coordinates are worth: `npx node test/bench/coordinates.ts`. 490 nodes find theirs over round trips that were measured between
 * machines of PlanetLab (test/data/planetlab-490), each from 32 neighbours. Asked: how far estimates are off; how much longer the way to
 * the chosen one of some candidates is than to the nearest of them, by coordinates, by coordinates of which the best three are pinged, and at
 * random, which is what is left without coordinates; how soon a newcomer knows its place; and what three liars in ten do to the others.
 */
import { type Coordinates, DIMENSIONS, distanceMs } from '../../protocols/rules/coordinates/coordinates.ts'
import { moved, placedAt } from '../../protocols/rules/coordinates/vivaldi.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { CoordinateWorld, type Lie } from '../support/virtual/coordinate-world.ts'
import { planetlab } from '../support/virtual/planetlab.ts'
import { countText, tell, tellMachine } from './support/figures.ts'

const SEED = 'bench of coordinates'
const NEIGHBOURS = 32
const ROUNDS = [20, 100, 200, 500, 1_000]
/** Where the wanted error is looked at. */
const STEADY = 500
const CANDIDATES = [4, 16, 64]
const CHOICES = 20_000
const PINGED = 3

const rttMs = planetlab()
const random = new SeededRandom(SEED)
const draw = (): number => random.uint32() / 2 ** 32
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

tellMachine(`490 nodes, ${NEIGHBOURS} neighbours each, seed '${SEED}'`)
const world = new CoordinateWorld({ rttMs, neighbours: NEIGHBOURS, seed: SEED })
const startedMs = performance.now()
let done = 0
const flat = rttMs.flatMap((line, i) => line.filter((_, j) => i !== j)).sort((a, b) => a - b)
const one = at(flat, 0.5)
const guess = flat.map((ms) => Math.abs(one - ms) / ms).sort((a, b) => a - b)
for (const rounds of ROUNDS) {
  world.run(rounds - done)
  done = rounds
  const errors = world.errors()
  tell({
    asks: `relative error of estimates after ${rounds.toLocaleString('en')} round trips of each node`,
    found: `${percent(at(errors, 0.5))} at the median, ${percent(at(errors, 0.9))} at p90`,
    baseline: `${percent(at(guess, 0.5))} with ${one.toFixed(0)} ms, the median, for every pair`,
    ratio: at(errors, 0.5) / at(guess, 0.5),
    ...(rounds === STEADY
      ? { wanted: { value: Number((100 * at(errors, 0.5)).toFixed(1)), atMost: 11, unit: ' %' } }
      : {}),
  })
}
const tookMs = performance.now() - startedMs
tell({
  asks: 'steps a second on one core, errors of all pairs included',
  found: countText((1_000 * done * rttMs.length) / tookMs),
})

function regret(choose: (from: number, among: readonly number[]) => number, count: number): readonly number[] {
  return Array.from({ length: CHOICES }, () => {
    const from = Math.floor(draw() * rttMs.length)
    const among = Array.from(
      { length: count },
      () => (from + 1 + Math.floor(draw() * (rttMs.length - 1))) % rttMs.length,
    )
    const way = (to: number): number => rttMs[from]![to]!
    return way(choose(from, among)) - Math.min(...among.map(way))
  }).sort((a, b) => a - b)
}
const nearest = (among: readonly number[], ms: (to: number) => number): number =>
  among.reduce((best, each) => (ms(each) < ms(best) ? each : best))

const said = (from: number, to: number): number => distanceMs(world.at(from), world.at(to))
const byCoordinates = (from: number, among: readonly number[]): number => nearest(among, (to) => said(from, to))
const bestPinged = (from: number, among: readonly number[]): number => {
  const best = among.toSorted((a, b) => said(from, a) - said(from, b)).slice(0, PINGED)
  return nearest(best, (to) => rttMs[from]![to]!)
}
const mean = (values: readonly number[]): number => values.reduce((sum, ms) => sum + ms, 0) / values.length
for (const count of CANDIDATES) {
  const [ours, pinged, random] = [byCoordinates, bestPinged, (_: number, among: readonly number[]) => among[0]!].map(
    (choose) => mean(regret(choose, count)),
  )
  tell({
    asks: `way to the chosen of ${count} candidates, beyond that to the nearest, mean`,
    found: `${ours!.toFixed(1)} ms by coordinates, ${pinged!.toFixed(1)} ms with the best ${PINGED} pinged`,
    baseline: `${random!.toFixed(1)} ms at random`,
    ratio: ours! / random!,
  })
}

const samples = [10, 20, 40, 80, 160]
const newcomers = Array.from({ length: 40 }, (_, i) => (i * 12) % rttMs.length)
const ofNewcomers = samples.map((count) => {
  const errors = newcomers.map((node) => {
    let spot = placedAt()
    const neighbours = Array.from(
      { length: NEIGHBOURS },
      () => (node + 1 + Math.floor(draw() * (rttMs.length - 1))) % rttMs.length,
    )
    for (let i = 0; i < count; i++) {
      const peer = neighbours[i % NEIGHBOURS]!
      spot = moved(spot, world.at(peer), rttMs[node]![peer]!, draw)
    }
    const off = rttMs
      .map((_, other) => other)
      .filter((other) => other !== node)
      .map(
        (other) =>
          Math.abs(distanceMs(spot.coordinates, world.at(other)) - rttMs[node]![other]!) / rttMs[node]![other]!,
      )
      .sort((a, b) => a - b)
    return at(off, 0.5)
  })
  return percent(
    at(
      errors.sort((a, b) => a - b),
      0.5,
    ),
  )
})
tell({
  asks: `relative error of a newcomer's estimates after ${samples.join(', ')} pings, median of 40 newcomers`,
  found: ofNewcomers.join(', '),
})

const anywhere = (reachMs: number): readonly number[] =>
  Array.from({ length: DIMENSIONS }, () => reachMs * (2 * draw() - 1))
const fixed = Array.from({ length: rttMs.length }, () => anywhere(1_000))
const sure = (vectorMs: readonly number[], heightMs = 1): Coordinates => ({
  vectorMs,
  heightMs,
  adjustmentMs: 0,
  error: 0,
})
const lies: readonly (readonly [string, Lie])[] = [
  ['each is far away, always there', (liar) => [sure(fixed[liar]!), 0]],
  ['all are at one far place', () => [sure([1_000, 1_000, 0, 0, 0, 0, 0, 0]), 0]],
  ['each is somewhere else each time', () => [sure(anywhere(500)), 0]],
  ['each is somewhere near', () => [sure(anywhere(100)), 0]],
  ['each has a height of 5 s', (_, truth) => [{ ...truth, heightMs: 5_000, error: 0 }, 0]],
  ['echoes are held back by 100 to 500 ms', (_, truth, drawn) => [truth, 100 + 400 * drawn()]],
]
let truthful: { readonly error: number; readonly regretMs: number } | undefined
const isLiar = (node: number): boolean => node % 10 < 3
const honest = (node: number): boolean => !isLiar(node)
for (const [name, lie] of [['nobody lies', undefined] as const, ...lies]) {
  const among = new CoordinateWorld({
    rttMs,
    neighbours: NEIGHBOURS,
    seed: SEED,
    isLiar: lie === undefined ? () => false : isLiar,
    ...(lie === undefined ? {} : { lie }),
  })
  among.run(500)
  const errors = among.errors(honest)
  const nodes = rttMs.map((_, node) => node).filter(honest)
  const regrets = Array.from({ length: CHOICES }, () => {
    const from = nodes[Math.floor(draw() * nodes.length)]!
    const candidates = Array.from({ length: 16 }, () => nodes[Math.floor(draw() * nodes.length)]!).filter(
      (each) => each !== from,
    )
    const way = (to: number): number => rttMs[from]![to]!
    return way(nearest(candidates, (to) => distanceMs(among.at(from), among.at(to)))) - Math.min(...candidates.map(way))
  })
  const [error, regretMs] = [at(errors, 0.5), mean(regrets)]
  truthful ??= { error, regretMs }
  if (lie === undefined) continue
  tell({
    asks: `three of ten lie, ${name}: error among the honest, and their choice of 16 beyond the nearest`,
    found: `${percent(error)} at the median; ${regretMs.toFixed(1)} ms`,
    baseline: `${percent(truthful.error)}; ${truthful.regretMs.toFixed(1)} ms where nobody lies`,
    ratio: error / truthful.error,
  })
}
