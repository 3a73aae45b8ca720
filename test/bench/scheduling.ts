/**
 * What the rules of scheduling cost and how good they are: `npx node test/bench/scheduling.ts`. Decisions a second with 10,000 jobs
 * waiting, against an array that is sorted anew; makespan of a queue over several cards under a power budget, against what no
 * assignment can beat. Instances are random, by a seed that is printed.
 */
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { assignQueue, type CardPower, type QueuedWork } from '../../protocols/rules/scheduling/assign-queue.ts'
import { JobQueue, type WaitingJob } from '../../protocols/rules/scheduling/job-queue.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const SEED = Number(process.env.BENCH_SEED ?? 20_260_101)
const WAITING = 10_000
const DECISIONS = 200_000
const INSTANCES = 500

let state = SEED >>> 0
/** 0 up to 1. */
function draw(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(draw() * values.length)]!

const classes: readonly LatencyClass[] = ['realtime', 'fast', 'standard', 'standard', 'economy']
const jobOf = (payers: number, readyMs: number): WaitingJob => ({
  payer: `payer ${Math.floor(draw() * payers)}`,
  lane: 'model',
  latencyClass: oneOf(classes),
  readyMs,
  dueMs: readyMs + 1e9,
  serviceMs: 0.1 + 20 * draw(),
})

/** A decision: one job is taken, what it took is settled, and another comes. */
function decisionsPerSecond(payers: number): number {
  const queue = new JobQueue<WaitingJob>()
  for (let i = 0; i < WAITING; i++) queue.add(jobOf(payers, 0))
  const coming = Array.from({ length: DECISIONS }, (_, i) => jobOf(payers, i))
  const startedMs = performance.now()
  for (let i = 0; i < DECISIONS; i++) {
    const job = queue.take('model', i)!
    queue.settle(job, 1)
    queue.add(coming[i]!)
  }
  return (DECISIONS / (performance.now() - startedMs)) * 1_000
}

/** The same by sorting, as one would write it first: few decisions, for each takes long. */
function sortedPerSecond(decisions: number): number {
  const waiting = Array.from({ length: WAITING }, () => jobOf(100, 0))
  const coming = Array.from({ length: decisions }, (_, i) => jobOf(100, i))
  const startedMs = performance.now()
  for (let i = 0; i < decisions; i++) {
    waiting.sort((a, b) => a.readyMs + a.dueMs - b.readyMs - b.dueMs)
    waiting.shift()
    waiting.push(coming[i]!)
  }
  return (decisions / (performance.now() - startedMs)) * 1_000
}

/** Cards as people have them: relative speed, memory, watts. */
const kinds: readonly CardPower[] = [
  { speed: 1, memoryBytes: 24e9, powerW: 350 },
  { speed: 0.8, memoryBytes: 16e9, powerW: 285 },
  { speed: 0.55, memoryBytes: 12e9, powerW: 200 },
  { speed: 0.35, memoryBytes: 8e9, powerW: 115 },
  { speed: 0.2, memoryBytes: 8e9, powerW: 60 },
  { speed: 0.08, memoryBytes: 4e9, powerW: 15 },
]

interface Instance {
  readonly work: readonly QueuedWork[]
  readonly cards: readonly CardPower[]
  readonly budgetW: number
}

function instance(jobsMin: number, jobsMax: number): Instance {
  const cards = Array.from({ length: 2 + Math.floor(draw() * 7) }, () => oneOf(kinds))
  const most = Math.max(...cards.map(({ memoryBytes }) => memoryBytes))
  const total = cards.reduce((sum, { powerW }) => sum + powerW, 0)
  const work = Array.from({ length: jobsMin + Math.floor(draw() * (jobsMax - jobsMin)) }, () => ({
    workMs: 5 + 500 * draw() ** 3,
    // Mostly small models, some that only the largest cards take.
    memoryBytes: most * draw() ** 4,
  }))
  const largest = Math.max(...cards.filter((card) => card.memoryBytes === most).map(({ powerW }) => powerW))
  return { work, cards, budgetW: Math.max(largest, total * (0.5 + 0.5 * draw())) }
}

/**
 * No assignment ends sooner: for each size of memory, the work that needs as much over the most speed that cards of that size have at
 * any moment within the budget; and each job on the fastest card that takes it.
 */
function lowerBoundMs({ work, cards, budgetW }: Instance): number {
  let bound = 0
  for (const { memoryBytes: size } of [...cards, { memoryBytes: 0 }]) {
    // Jobs above this size need cards above it.
    const mine = work.filter(({ memoryBytes }) => memoryBytes > size || size === 0)
    if (mine.length === 0) continue
    const able = cards.filter(({ memoryBytes }) => memoryBytes > size)
    let speed = 0
    for (let mask = 1; mask < 2 ** able.length; mask++) {
      const set = able.filter((_, bit) => (mask & (1 << bit)) !== 0)
      if (set.reduce((sum, { powerW }) => sum + powerW, 0) > budgetW) continue
      speed = Math.max(
        speed,
        set.reduce((sum, each) => sum + each.speed, 0),
      )
    }
    bound = Math.max(bound, mine.reduce((sum, { workMs }) => sum + workMs, 0) / speed)
  }
  for (const { workMs, memoryBytes } of work) {
    const takers = cards.filter((card) => card.memoryBytes >= memoryBytes && card.powerW <= budgetW)
    bound = Math.max(bound, workMs / Math.max(...takers.map(({ speed }) => speed)))
  }
  return bound
}

function peakW({ placements }: ReturnType<typeof assignQueue>, cards: readonly CardPower[]): number {
  const steps = placements.flatMap(({ card, startMs, endMs }) => [
    { atMs: startMs, watts: cards[card]!.powerW },
    { atMs: endMs, watts: -cards[card]!.powerW },
  ])
  // What ends makes room before what begins at the same moment.
  steps.sort((a, b) => a.atMs - b.atMs || a.watts - b.watts)
  let now = 0
  let most = 0
  for (const { watts } of steps) {
    now += watts
    most = Math.max(most, now)
  }
  return most
}

tellMachine(`seed ${SEED}`)
const sortedRate = sortedPerSecond(200)
for (const payers of [1, 100, 10_000]) {
  decisionsPerSecond(payers)
  const rate = decisionsPerSecond(payers)
  tell({
    asks: `decisions a second, 10,000 jobs of ${payers.toLocaleString('en')} payers wait`,
    found: countText(rate),
    baseline: `${countText(sortedRate)} where they are sorted anew for each`,
    ratio: rate / sortedRate,
  })
}

for (const [jobsMin, jobsMax] of [
  [5, 20],
  [20, 200],
] as const) {
  const ratios: number[] = []
  let overBudget = 0
  let left = 0
  let tookMs = 0
  for (let i = 0; i < INSTANCES; i++) {
    const each = instance(jobsMin, jobsMax)
    const startedMs = performance.now()
    const assignment = assignQueue(each.work, each.cards, each.budgetW)
    tookMs += performance.now() - startedMs
    ratios.push(assignment.makespanMs / lowerBoundMs(each))
    left += assignment.left.length
    if (peakW(assignment, each.cards) > each.budgetW + 1e-6) overBudget++
  }
  ratios.sort((a, b) => a - b)
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
  if (left > 0) throw new Error(`${left} jobs were assigned to no card`)
  tell({
    asks: `makespan of ${jobsMin} to ${jobsMax} jobs over 2 to 8 cards at 50 to 100 % of their power, ${INSTANCES} queues`,
    found: `${mean.toFixed(3)} on average, ${percentile(ratios, 0.95).toFixed(3)} at p95, ${ratios.at(-1)!.toFixed(3)} at most; ${msText(tookMs / INSTANCES)} each`,
    baseline: '1, what no assignment can beat',
    ratio: mean,
    wanted: { value: Number(mean.toFixed(3)), atMost: 1.1 },
  })
  tell({
    asks: 'the same: queues whose cards take more power than the budget',
    found: String(overBudget),
    wanted: { value: overBudget, atMost: 0 },
  })
}
