/** The heat table: at which temperature each step begins, for the core's sensor and for those that have limits of their own. */
import type { CardForm, CardLimits } from '../cards/card-facts.ts'
import type { HeatSensor } from '../cards/card-reading.ts'

/** From good to bad. `warm`: the owner is told. `hot`: no new jobs. `critical`: drains. `off`: what runs ends. */
export const heatSteps = ['normal', 'warm', 'hot', 'critical', 'off'] as const
export type HeatStep = (typeof heatSteps)[number]

/** Temperatures from which the steps hold; `backC`: below it a card that was off may cool its minute and come back. */
export interface HeatLadder {
  readonly warmC: number
  readonly hotC: number
  readonly criticalC: number
  readonly offC: number
  readonly backC: number
}

/** The sensor at the edge of the core. */
export const edgeLadder: HeatLadder = { warmC: 75, hotC: 80, criticalC: 85, offC: 95, backC: 70 }

/** A step that holds ends only this far below its beginning. */
export const HYSTERESIS_C = 5
/** Of what runs, from `hot` to `critical` in a straight line from all of it to this. */
export const HOT_SHARE_MIN = 0.6
export const CRITICAL_SHARE_MAX = 0.25

/** Below a published limit, where a card takes no new jobs. */
const LIMIT_MARGIN_C = 10
/** A card that turns itself off does so after its jobs have ended in order. */
const SHUTDOWN_MARGIN_C = 3

/**
 * The ladder of one sensor. Hot spot and memory are judged by the card's published limit: AMD's junction runs at 95 to 110 C by
 * design. They take no new jobs 10 C below it, drain 5 C below it and are off at it. So is a processor, whose core many makers
 * let run at 95 C all day.
 * @returns undefined where nobody has said how hot this sensor may be
 */
export function ladderOf(sensor: HeatSensor, limits: CardLimits, form?: CardForm): HeatLadder | undefined {
  if (sensor === 'edge' && form !== 'cpu') return beforeShutdown(edgeLadder, limits.shutdownC)
  const limitC = { edge: limits.slowdownC, hotspot: limits.hotspotCMax, memory: limits.memoryCMax }[sensor]
  if (limitC === undefined || !(limitC >= LIMIT_C_MIN && limitC <= LIMIT_C_MAX)) return undefined
  const hotC = limitC - LIMIT_MARGIN_C
  return {
    warmC: hotC - 5,
    hotC,
    criticalC: hotC + 5,
    offC: limitC,
    backC: limitC - (edgeLadder.offC - edgeLadder.backC),
  }
}

/** Published limits of hot spots and memories lie between 80 and 120 C; others are misread. */
const LIMIT_C_MIN = 70
const LIMIT_C_MAX = 130

function beforeShutdown(ladder: HeatLadder, shutdownC: number | undefined): HeatLadder {
  if (shutdownC === undefined || !(shutdownC >= LIMIT_C_MIN)) return ladder
  const offC = Math.min(ladder.offC, shutdownC - SHUTDOWN_MARGIN_C)
  // A step never begins where the one after it does: all of them move where the last one comes near.
  return {
    warmC: Math.min(ladder.warmC, offC - 11),
    hotC: Math.min(ladder.hotC, offC - 6),
    criticalC: Math.min(ladder.criticalC, offC - 1),
    offC,
    backC: Math.min(ladder.backC, offC - 16),
  }
}

const beginsAt = (ladder: HeatLadder, step: HeatStep): number =>
  step === 'normal' ? Number.NEGATIVE_INFINITY : ladder[`${step}C`]

/** The step for a temperature where `held` held before: up at once, down only {@link HYSTERESIS_C} below each step's beginning. */
export function stepAt(ladder: HeatLadder, held: HeatStep, celsius: number): HeatStep {
  const up = heatSteps.findLast((step) => celsius >= beginsAt(ladder, step)) ?? 'normal'
  const kept = heatSteps.findLast((step) => celsius >= beginsAt(ladder, step) - HYSTERESIS_C) ?? 'normal'
  return graver(up, rank(kept) < rank(held) ? kept : held)
}

/** Share of the usual work at a temperature: in quiet mode it falls from `warm` on. */
export function shareAt(ladder: HeatLadder, step: HeatStep, celsius: number, quiet: boolean): number {
  if (step === 'off') return 0
  if (step === 'critical') return CRITICAL_SHARE_MAX
  const fromC = quiet ? ladder.warmC : ladder.hotC
  const fallen = (celsius - fromC) / (ladder.criticalC - fromC)
  return 1 - (1 - HOT_SHARE_MIN) * Math.min(1, Math.max(0, fallen))
}

const rank = (step: HeatStep): number => heatSteps.indexOf(step)
export const graver = (one: HeatStep, other: HeatStep): HeatStep => (rank(one) >= rank(other) ? one : other)
export const isAtLeast = (step: HeatStep, other: HeatStep): boolean => rank(step) >= rank(other)
