/**
 * What a power budget brings over several cards: `npx node test/bench/power-assignment.ts`. Machines of two to eight cards of the
 * catalogue. How each computes under a limit is drawn by chance, for no recorded curves are at hand: up to 60 % of its watts grow with
 * its throughput, the rest with the third to seventh power of it. The rule sees noisy samples of a curve, and is judged by the curve
 * itself, against two ways to set one limit for all: the same share of its full power for every card, and the same watts for each
 * (no more than a card can take).
 */
import { allRows } from '../../protocols/catalogue/all-rows.ts'
import { assignPower } from '../../protocols/rules/power/assign-power.ts'
import {
  assumedPowerCurve,
  fitPowerCurve,
  type PowerCurve,
  throughputAt,
} from '../../protocols/rules/power/power-curve.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { percentile } from './support/distribution.ts'
import { countText, tell, tellMachine } from './support/figures.ts'

const MACHINES = 400
const UNREACHED =
  'A rule that knows the drawn curves exactly gains no more than the row of known curves says; cards that differ more in how they bend would gain more.'
const SHARES = [1, 0.9, 0.8, 0.7, 0.6, 0.5]
const SEED = 'power assignment'
/** Of what the sensor and the clock of a benchmark tell. */
const NOISE = 0.03
const SAMPLED_AT = [0.5, 0.65, 0.8, 0.9, 1]

const random = new SeededRandom(SEED)
const between = (min: number, max: number): number => min + ((max - min) * random.uint32()) / 2 ** 32

const models = allRows.filter(
  ({ form, tdpW = 0, fp32Tflops }) => form === 'desktop' && tdpW >= 100 && fp32Tflops !== undefined,
)

interface Card {
  readonly truth: PowerCurve
  readonly fitted: PowerCurve
  /** From TDP and the published rate alone. */
  readonly assumed: PowerCurve
}

function drawCard(model: (typeof models)[number]): Card {
  const maxW = model.tdpW!
  const range = { idleW: Math.round(between(0.04, 0.1) * maxW), minW: Math.round(between(0.3, 0.5) * maxW), maxW }
  const linearShare = between(0, 0.6)
  const power = between(3, 7)
  const full = model.fp32Tflops!
  const spanW = maxW - range.idleW
  const truth: PowerCurve = {
    ...range,
    linear: (linearShare * spanW) / full,
    steep: ((1 - linearShare) * spanW) / full ** power,
    power,
    origin: 'measured',
  }
  const samples = SAMPLED_AT.filter((share) => share * maxW >= range.minW).map((share) => ({
    powerW: share * maxW * between(1 - NOISE, 1 + NOISE),
    throughput: throughputAt(truth, share * maxW) * between(1 - NOISE, 1 + NOISE),
  }))
  return {
    truth,
    fitted: fitPowerCurve(samples, range)!,
    assumed: assumedPowerCurve(maxW, model.fp32Tflops!, range)!,
  }
}

/** What limits bring by the true curves. */
const brings = (cards: readonly Card[], limitsW: readonly number[]): number =>
  cards.reduce((sum, { truth }, i) => sum + throughputAt(truth, limitsW[i]!), 0)

/** Watts by card that one limit for all comes to. */
const uniformLimits = {
  'same share': (cards: readonly Card[], share: number) => cards.map(({ truth }) => share * truth.maxW),
  'same watts': (cards: readonly Card[], share: number) => {
    const eachW = (share * cards.reduce((sum, { truth }) => sum + truth.maxW, 0)) / cards.length
    return cards.map(({ truth }) => Math.min(truth.maxW, eachW))
  },
} as const
type Uniform = keyof typeof uniformLimits

function gain(cards: readonly Card[], share: number, seen: (card: Card) => PowerCurve, uniform: Uniform): number {
  const budgetW = share * cards.reduce((sum, { truth }) => sum + truth.maxW, 0)
  const plan = assignPower(cards.map(seen), { budgetW })
  if (plan.totalW > budgetW + 1e-6) throw new Error(`${plan.totalW} W of ${budgetW} W`)
  const limitsW = plan.allotments.map(({ on, powerW }) => (on ? powerW : 0))
  return brings(cards, limitsW) / brings(cards, uniformLimits[uniform](cards, share))
}

const pick = (): (typeof models)[number] => models[random.uint32() % models.length]!
const mixed = Array.from({ length: MACHINES }, () =>
  Array.from({ length: 2 + (random.uint32() % 7) }, () => drawCard(pick())),
)
/** Boards that somebody bought at once: one model, though no two chips are the same. */
const alike = Array.from({ length: MACHINES }, () => {
  const model = pick()
  return Array.from({ length: 2 + (random.uint32() % 7) }, () => drawCard(model))
})

tellMachine(`seed "${SEED}"`, `${MACHINES} machines of each kind`)
for (const [title, machines] of [
  ['different cards', mixed],
  ['cards of one model', alike],
] as const) {
  for (const [curves, seen] of [
    ['fitted from samples', (card: Card) => card.fitted],
    ['assumed from TDP', (card: Card) => card.assumed],
    // What could be had at most: the rule that sees the curve by which it is judged.
    ['known exactly', (card: Card) => card.truth],
  ] as const) {
    for (const uniform of Object.keys(uniformLimits) as Uniform[]) {
      // Cards of one model have the same watts where they have the same share.
      if (machines === alike && uniform === 'same watts') continue
      for (const share of SHARES) {
        const gains = machines.map((cards) => gain(cards, share, seen, uniform)).sort((a, b) => a - b)
        const mean = gains.reduce((sum, each) => sum + each, 0) / gains.length
        const [low, middle, high] = [0.05, 0.5, 0.95].map((at) => percentile(gains, at).toFixed(3))
        tell({
          asks: `throughput at ${share * 100} % of full power, 2 to 8 ${title}, curves ${curves}`,
          found: `${mean.toFixed(3)} on average; ${low} at p5, ${middle} at the median, ${high} at p95`,
          baseline: `1 with ${uniform} for every card`,
          ratio: mean,
          ...(curves === 'fitted from samples' && machines === mixed && share === 0.7
            ? { wanted: { value: Number(mean.toFixed(3)), atLeast: 1.05, unreached: UNREACHED } }
            : {}),
        })
      }
    }
  }
}

for (const count of [2, 4, 8]) {
  const machines = mixed.filter((cards) => cards.length === count).slice(0, 40)
  const budgets = machines.map((cards) => 0.7 * cards.reduce((sum, { truth }) => sum + truth.maxW, 0))
  const startedMs = performance.now()
  for (const [i, cards] of machines.entries())
    assignPower(
      cards.map(({ fitted }) => fitted),
      { budgetW: budgets[i]! },
    )
  const perSecond = (machines.length / (performance.now() - startedMs)) * 1_000
  tell({ asks: `decisions a second, ${count} cards`, found: countText(perSecond) })
}
