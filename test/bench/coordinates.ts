/**
 * What network coordinates are worth: `npx node test/bench/coordinates.ts`. 490 nodes find theirs over round trips that were measured between
 * machines of PlanetLab (test/data/planetlab-490), each from 32 neighbours. Asked: how far estimates are off; how much longer the way to
 * the chosen one of some candidates is than to the nearest of them, by coordinates, by coordinates of which the best three are pinged, and at
 * random, which is what is left without coordinates; how soon a newcomer knows its place; and what three liars in ten do to the others.
 */
import { type Coordinates, DIMENSIONS, distanceMs } from '../../protocols/rules/coordinates/coordinates.ts'
import { moved, placedAt } from '../../protocols/rules/coordinates/vivaldi.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { CoordinateWorld, type Lie } from '../support/coordinate-world.ts'
import { planetlab } from '../support/planetlab.ts'
import { machineLine } from './support/machine.ts'

const SEED = 'bench of coordinates'
const NEIGHBOURS = 32
const ROUNDS = [20, 50, 100, 200, 500, 1_000]
const CANDIDATES = [4, 16, 64]
const CHOICES = 20_000
const PINGED = 3

const rttMs = planetlab()
const random = new SeededRandom(SEED)
const draw = (): number => random.uint32() / 2 ** 32
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const row = (name: string, ...cells: readonly string[]): void =>
  console.log(`${name.padEnd(46)}${cells.map((cell) => cell.padStart(15)).join('')}`)

console.log(`${machineLine()}\n490 nodes, 32 neighbours each, seed '${SEED}'\n`)

console.log('Relative error of the estimate of every pair')
row('', 'median', 'p90')
const world = new CoordinateWorld({ rttMs, neighbours: NEIGHBOURS, seed: SEED })
const startedMs = performance.now()
let done = 0
for (const rounds of ROUNDS) {
  world.run(rounds - done)
  done = rounds
  const errors = world.errors()
  row(`after ${rounds} round trips of each node`, percent(at(errors, 0.5)), percent(at(errors, 0.9)))
}
const tookMs = performance.now() - startedMs
const flat = rttMs.flatMap((line, i) => line.filter((_, j) => i !== j)).sort((a, b) => a - b)
const one = at(flat, 0.5)
const guess = flat.map((ms) => Math.abs(one - ms) / ms).sort((a, b) => a - b)
row(`baseline: ${one.toFixed(0)} ms, the median, for everybody`, percent(at(guess, 0.5)), percent(at(guess, 0.9)))
console.log(
  `\n${Math.round((1_000 * done * rttMs.length) / tookMs)} steps a second on one core, errors of all pairs included\n`,
)

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

console.log('Way to the chosen one, longer than to the nearest of the candidates: mean and p90 in ms')
row('', ...CANDIDATES.map((count) => `of ${count}`))
const ways: readonly (readonly [
  string,
  (of: CoordinateWorld) => (from: number, among: readonly number[]) => number,
])[] = [
  ['by coordinates', (of) => (from, among) => nearest(among, (to) => distanceMs(of.at(from), of.at(to)))],
  [
    `by coordinates, the best ${PINGED} pinged`,
    (of) => (from, among) => {
      const said = (to: number): number => distanceMs(of.at(from), of.at(to))
      const best = among.toSorted((a, b) => said(a) - said(b)).slice(0, PINGED)
      return nearest(best, (to) => rttMs[from]![to]!)
    },
  ],
  ['baseline: at random', () => (_, among) => among[0]!],
]
for (const [name, choose] of ways) {
  const cells = CANDIDATES.map((count) => {
    const found = regret(choose(world), count)
    const mean = found.reduce((sum, ms) => sum + ms, 0) / found.length
    return `${mean.toFixed(1)} / ${at(found, 0.9).toFixed(0)}`
  })
  row(name, ...cells)
}

console.log('\nA newcomer among nodes that know their place: relative error of its estimates, median of 40 newcomers')
const samples = [10, 20, 40, 80, 160]
row('', ...samples.map((count) => `${count} pings`))
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
row('', ...ofNewcomers)

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
console.log(
  '\nThree of ten lie and say that they are sure of it, 500 rounds: the estimates of the honest for each other, and their choice of 16',
)
row('', 'median', 'p90', 'regret, mean')
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
  const mean = regrets.reduce((sum, ms) => sum + ms, 0) / regrets.length
  row(name, percent(at(errors, 0.5)), percent(at(errors, 0.9)), `${mean.toFixed(1)} ms`)
}
