/**
 * What the node's own watch makes of a power budget: `npx node test/bench/power-watch.ts`. Machines of two to six simulated cards with the
 * watts and rates of the catalogue's, on a virtual clock, with work that never ends. How each computes under a limit is drawn by chance, as
 * in power-assignment; the watch knows the benchmark, with its noise, and what it sees of clocks and watts. Judged by the work that the
 * cards have done, against one share of its full power for every card, kept in the same
 * way (a limit each, or a part of its time each), and by what they really drew.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desktopBody, loadUnder, speedUnder } from '../../node/gpu/simulated/card-body.ts'
import { allRows } from '../../protocols/catalogue/all-rows.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { type PoweredBody, poweredMachine } from '../support/powered-machine.ts'
import { percentile } from './support/distribution.ts'
import { machineLine } from './support/machine.ts'

const MACHINES = 20
const SHARES = [0.7, 0.6]
const SEED = 'power watch'
/** Until all cards have been tried at their limits. */
const LEARNING_S = 1_500
const MEASURED_S = 60
const NOISE = 0.03

const folder = mkdtempSync(join(tmpdir(), 'aitbc-bench-power-'))
const random = new SeededRandom(SEED)
const between = (min: number, max: number): number => min + ((max - min) * random.uint32()) / 2 ** 32
const models = allRows.filter(
  ({ form, tdpW = 0, fp32Tflops }) => form === 'desktop' && tdpW >= 100 && fp32Tflops !== undefined,
)

function drawBody(): PoweredBody {
  const { tdpW = 0, fp32Tflops = 0 } = models[random.uint32() % models.length]!
  return {
    gflops: 1_000 * fp32Tflops,
    powerWMax: tdpW,
    powerWMin: Math.round(between(0.3, 0.5) * tdpW),
    idleW: Math.round(between(0.04, 0.1) * tdpW),
    linearShare: between(0, 0.6),
    power: between(3, 7),
    // A cooler that fits: heat is another bench.
    wattsPerCFan: tdpW / 20,
  }
}

const fullOf = (bodies: readonly PoweredBody[]): number => bodies.reduce((sum, { powerWMax = 0 }) => sum + powerWMax, 0)

function uniform(bodies: readonly PoweredBody[], share: number, limits: boolean): number {
  return bodies.reduce((sum, body) => {
    const whole = { ...desktopBody, ...body }
    const wattsW = share * whole.powerWMax
    return sum + body.gflops * (limits ? speedUnder(whole, wattsW) : loadUnder(whole, wattsW))
  }, 0)
}

interface Found {
  readonly gain: number
  /** Seconds in which the mean of ten lay above the budget, at a stretch. */
  readonly overS: number
}

async function measure(bodies: readonly PoweredBody[], share: number, limits: boolean): Promise<Found> {
  const budgetW = Math.round(share * fullOf(bodies))
  // The watch sees the noise of a benchmark; the cards do not.
  const noise = bodies.map(() => between(1 - NOISE, 1 + NOISE))
  await using machine = await poweredMachine(
    bodies.map((body, i) => ({ ...body, gflops: body.gflops * noise[i]! })),
    { budgetW, limits, folder: mkdtempSync(join(folder, 'machine-')) },
  )
  const worked = (): number => machine.cards.reduce((sum, card, i) => sum + card.worked * bodies[i]!.gflops, 0)
  await machine.pass(LEARNING_S)
  const before = worked()
  await machine.pass(MEASURED_S)
  return { gain: (worked() - before) / MEASURED_S / uniform(bodies, share, limits), overS: machine.overMs() / 1_000 }
}

const machines = Array.from({ length: MACHINES }, () =>
  Array.from({ length: 2 + (random.uint32() % 5) }, () => drawBody()),
)
console.log(machineLine(`seed "${SEED}"`, `${MACHINES} machines`))
console.log('kept by   budget      mean      p5  median     p95     best   longest over the budget')
for (const limits of [true, false]) {
  for (const share of SHARES) {
    const found: Found[] = []
    for (const bodies of machines) found.push(await measure(bodies, share, limits))
    const gains = found.map(({ gain }) => gain).sort((a, b) => a - b)
    const mean = gains.reduce((sum, each) => sum + each, 0) / gains.length
    const figures = [mean, ...[0.05, 0.5, 0.95, 1].map((at) => percentile(gains, at))]
    const over = Math.max(...found.map(({ overS }) => overS))
    const row = figures.map((each) => each.toFixed(3).padStart(8)).join('')
    console.log(
      `${(limits ? 'limits' : 'load').padEnd(7)} ${`${share * 100} %`.padStart(8)}  ${row}   ${over.toFixed(1)} s`,
    )
  }
}
rmSync(folder, { recursive: true })
