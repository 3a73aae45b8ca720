/**
 * What audits cost, and how soon they find out a miner that always lies: `node test/bench/audits.ts`. The auditor is the client's own, under a
 * virtual clock; what ten miners answer is computed here. Jobs go to miners by chance, to those that look worse only where no other
 * is left. Liars agree on their lie.
 */
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { AuditedMarket, addressOf, type ModelledMiner } from '../support/virtual/audited-market.ts'
import { percentile } from './support/distribution.ts'
import { tell, tellMachine } from './support/figures.ts'

const MINERS = 10
const SEEDS = 40
const JOBS = 4_000
/** Of virtual time: some six jobs a minute. */
const GAP_MS = 10_000

interface Course {
  /** Credits of audits by credits of jobs. */
  readonly costShare: number
  /** False answers that the client took. */
  readonly lies: number
  /** Answers of the liar until its first was found false, and until it got no work any more. */
  readonly firstAt: number | undefined
  readonly barredAt: number | undefined
  /** Miners that told the truth and were found false. */
  readonly blamed: number
  readonly barredHonest: number
}

async function course(seed: number, percent: number, liars: number): Promise<Course> {
  const miners: ModelledMiner[] = Array.from({ length: MINERS }, (_, i) =>
    i < liars ? { answer: (input: number) => input + 7 } : {},
  )
  const net = new AuditedMarket(miners, { share: percent * 10_000, seed: `bench ${seed}`, delayMsMax: 1_000 })
  const random = new SeededRandom(`work ${seed}`)
  const liar = addressOf(0)
  let [lies, ofLiar, firstAt, barredAt]: [number, number, ...(number | undefined)[]] = [0, 0]
  for (let job = 1; job <= JOBS; job++) {
    const free = miners.map((_, i) => i).filter((i) => !net.book.isBarred(addressOf(i)))
    const good = free.filter((i) => net.book.factorOf(addressOf(i)) === 1)
    const from = good.length > 0 ? good : free
    const chosen = from[random.uint32() % from.length]!
    if (chosen < liars) lies++
    if (chosen === 0) ofLiar++
    net.begin(chosen)
    await net.clock.advance(GAP_MS)
    if (firstAt === undefined && net.book.tallyOf(liar).mismatched > 0) firstAt = ofLiar
    if (barredAt === undefined && net.book.isBarred(liar)) barredAt = ofLiar
  }
  const { spent, audits } = net.book.money
  const honest = miners.map((_, i) => addressOf(i)).slice(liars)
  return {
    costShare: Number(audits) / Number(spent || 1n),
    ...{ lies, firstAt, barredAt },
    blamed: honest.filter((miner) => net.book.tallyOf(miner, Number.MAX_SAFE_INTEGER).mismatched > 0).length,
    barredHonest: honest.filter((miner) => net.barred.includes(miner)).length,
  }
}

const spread = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  if (known.length === 0) return 'never'
  const [p50, p95, max] = [percentile(known, 0.5), percentile(known, 0.95), known.at(-1)!]
  const missed = known.length < values.length ? `, ${values.length - known.length} of ${values.length} never` : ''
  return `${p50} at p50, ${p95} at p95, ${max} at most${missed}`
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const blind = new Map<number, number>()
tellMachine(`${MINERS} miners, ${JOBS} jobs, ${SEEDS} seeds`)
for (const liars of [1, 3]) {
  for (const percent of [0, 5, 50]) {
    const courses: Course[] = []
    for (let seed = 0; seed < SEEDS; seed++) courses.push(await course(seed, percent, liars))
    const costs = courses.map(({ costShare }) => costShare)
    const lies = mean(courses.map((each) => each.lies))
    if (percent === 0) {
      blind.set(liars, lies)
      continue
    }
    const who = `${liars === 1 ? 'one miner that always lies' : 'three that tell the same lie'} among ${MINERS}, ${percent} % of answers drawn`
    const costPercentMax = 100 * Math.max(...costs)
    tell({
      asks: `${who}: what audits cost, of what jobs cost`,
      found: `${(100 * mean(costs)).toFixed(2)} % on average, ${costPercentMax.toFixed(2)} % at most`,
      wanted: { value: costPercentMax, atMost: percent, unit: ' %' },
    })
    tell({
      asks: `${who}: false answers taken of ${JOBS}`,
      found: lies.toFixed(1),
      baseline: `${blind.get(liars)!.toFixed(1)} without audits`,
      ratio: lies / blind.get(liars)!,
    })
    tell({
      asks: `${who}: answers of a liar until one was found false`,
      found: spread(courses.map(({ firstAt }) => firstAt)),
    })
    tell({
      asks: `${who}: answers of it until it got no work`,
      found: spread(courses.map(({ barredAt }) => barredAt)),
    })
    const [blamed, barred] = [mean(courses.map((each) => each.blamed)), mean(courses.map((each) => each.barredHonest))]
    tell({
      asks: `${who}: honest miners barred`,
      found: `${barred.toFixed(2)} of ${MINERS - liars}; ${blamed.toFixed(2)} in doubt once`,
      wanted: { value: barred, atMost: 0 },
    })
  }
}
