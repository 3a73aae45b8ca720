/**
 * A queue over several cards under one power budget: power first, watt by watt where it brings the most, then each job where it ends
 * earliest. A card that is too hot, or whose sensor is silent, gets none of both.
 */
import { assignQueue } from '../scheduling/assign-queue.ts'
import { edgeLadder } from '../thermal/heat-ladder.ts'
import { assignPower, type PowerAllotment, type PowerTerms } from './assign-power.ts'
import type { PowerCurve } from './power-curve.ts'

/** From here on a card takes no new jobs; care for its heat does the rest. */
const SCHEDULING_C_MAX: number = edgeLadder.hotC

export interface PoweredCard {
  readonly key: string
  readonly curve: PowerCurve
  readonly memoryBytes: number
  /** `lost`: its sensor has stopped to answer, which counts as hot; absent: it never had one. */
  readonly temperatureC?: number | 'lost'
}

export interface PoweredWork {
  /** In the unit of the curves' throughput. */
  readonly work: number
  readonly memoryBytes: number
}

export interface PoweredPlacement {
  /** Place in the list of work. */
  readonly job: number
  readonly key: string
  readonly startMs: number
  readonly endMs: number
}

/** Limits that hold together until its jobs have ended. */
export interface PowerPhase {
  readonly fromMs: number
  readonly toMs: number
  /** By the cards' keys, in watts; a card that is off draws what it draws idle. */
  readonly limitsW: Readonly<Record<string, number>>
  readonly totalW: number
  readonly placements: readonly PoweredPlacement[]
}

export interface PowerAwareSchedule {
  /** One after the other; more than one where jobs need a card that the first does not turn on. */
  readonly phases: readonly PowerPhase[]
  readonly makespanMs: number
  readonly refused: readonly { readonly key: string; readonly why: string }[]
  /** Jobs that no card can take: too large, too hot, no power, or worth less than the power that they take. */
  readonly left: readonly number[]
}

export function schedulePowerAware(
  work: readonly PoweredWork[],
  cards: readonly PoweredCard[],
  terms: PowerTerms,
): PowerAwareSchedule {
  const refused = cards.flatMap(({ key, temperatureC }) => {
    const why = tooHot(temperatureC)
    return why === undefined ? [] : [{ key, why }]
  })
  const cool = cards.filter(({ temperatureC }) => tooHot(temperatureC) === undefined)
  // They draw idle power whether they get work or not.
  const idleW = cards.filter((card) => !cool.includes(card)).reduce((sum, { curve }) => sum + curve.idleW, 0)
  const phases: PowerPhase[] = []
  let left = work.flatMap(({ work: amount }, job) => (amount > 0 && Number.isFinite(amount) ? [job] : []))
  const impossible = work.flatMap((_, job) => (left.includes(job) ? [] : [job]))
  let fromMs = 0
  while (left.length > 0) {
    const phase = nextPhase(work, left, cool, { ...terms, budgetW: terms.budgetW - idleW }, fromMs)
    if (phase === undefined) break
    phases.push({ ...phase, totalW: phase.totalW + idleW })
    fromMs = phase.toMs
    const placed = new Set(phase.placements.map(({ job }) => job))
    left = left.filter((job) => !placed.has(job))
  }
  return { phases, makespanMs: fromMs, refused, left: [...impossible, ...left].sort((a, b) => a - b) }
}

function tooHot(temperatureC: PoweredCard['temperatureC']): string | undefined {
  if (temperatureC === undefined) return undefined
  if (temperatureC === 'lost' || !Number.isFinite(temperatureC)) return 'its sensor is silent'
  return temperatureC >= SCHEDULING_C_MAX ? `${temperatureC} C, and no new jobs from ${SCHEDULING_C_MAX}` : undefined
}

/** Power among the cards that hold at least one job; `undefined` where none of them gets any. */
function nextPhase(
  work: readonly PoweredWork[],
  jobs: readonly number[],
  cards: readonly PoweredCard[],
  terms: PowerTerms,
  fromMs: number,
): PowerPhase | undefined {
  const smallest = jobs.reduce((least, job) => Math.min(least, work[job]!.memoryBytes), Number.POSITIVE_INFINITY)
  const useful = cards.filter(({ memoryBytes }) => memoryBytes >= smallest)
  const uselessW = cards.filter((card) => !useful.includes(card)).reduce((sum, { curve }) => sum + curve.idleW, 0)
  const plan = assignPower(
    useful.map(({ curve }) => curve),
    { ...terms, budgetW: terms.budgetW - uselessW },
  )
  const on = plan.allotments.filter((each) => each.on)
  if (on.length === 0) return undefined
  const assignment = assignQueue(
    jobs.map((job) => ({ workMs: 1_000 * work[job]!.work, memoryBytes: work[job]!.memoryBytes })),
    on.map(({ card, powerW, throughput }) => ({
      speed: throughput,
      memoryBytes: useful[card]!.memoryBytes,
      powerW,
    })),
    // All of them may run at once: that is what their limits are for.
    Number.POSITIVE_INFINITY,
  )
  if (assignment.placements.length === 0) return undefined
  const placements = assignment.placements.map(({ job, card, startMs, endMs }) => ({
    job: jobs[job]!,
    key: useful[on[card]!.card]!.key,
    startMs: fromMs + startMs,
    endMs: fromMs + endMs,
  }))
  return {
    fromMs,
    toMs: fromMs + assignment.makespanMs,
    limitsW: limitsOf(plan.allotments, useful),
    totalW: plan.totalW + uselessW,
    placements,
  }
}

const limitsOf = (
  allotments: readonly PowerAllotment[],
  cards: readonly PoweredCard[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(allotments.filter(({ on }) => on).map(({ card, powerW }) => [cards[card]!.key, powerW]))
