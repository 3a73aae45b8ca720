/**
 * What one card's heat asks for: a state machine whose step is pure. It is called with each reading, and where none came; it says
 * when it wants the next one. Every doubt counts as heat.
 */
import type { CardForm, CardLimits } from '../cards/card-facts.ts'
import { type CardReading, type HeatSensor, heatSensors } from '../cards/card-reading.ts'
import { limitsNow } from '../cards/limits-now.ts'
import type { CareVerdict } from '../care/care-verdict.ts'
import { CRITICAL_SHARE_MAX, graver, type HeatStep, HOT_SHARE_MIN, isAtLeast, shareAt } from './heat-ladder.ts'
import { heatText } from './heat-text.ts'
import { type Judgement, judgeSensor, type SensorState } from './judge-sensor.ts'

export interface HeatConfig {
  readonly limits: CardLimits
  readonly form?: CardForm
  /** The owner wants it quiet: the load falls from `warm` on. */
  readonly quiet: boolean
}

export interface HeatInput {
  /** On the clock of the readings. */
  readonly nowMs: number
  /** Undefined: the card was asked and did not answer. */
  readonly reading: CardReading | undefined
}

export interface HeatState {
  readonly step: HeatStep
  /** Share of the load that is granted. */
  readonly share: number
  readonly atMs: number | undefined
  /** Every one that ever answered: from then on its silence is a sign of heat. */
  readonly sensors: Readonly<Partial<Record<HeatSensor, SensorState>>>
  /** When the card said last that it slows down for heat. */
  readonly throttledAtMs: number | undefined
  /** Off, and cool since then. */
  readonly coolSinceMs: number | undefined
}

export type HeatEvent =
  | { readonly kind: 'step'; readonly from: HeatStep; readonly to: HeatStep; readonly text: string }
  | { readonly kind: 'sensor'; readonly sensor: HeatSensor; readonly state: 'answers' | 'silent' | 'stuck' }

/** By what a card's heat is judged; `throttling` and `nothing` are said to its owner. */
export type HeatEvidence = 'sensors' | 'throttling' | 'nothing'

export interface HeatOutcome {
  readonly state: HeatState
  readonly verdict: CareVerdict
  readonly nextMs: number
  readonly events: readonly HeatEvent[]
}

export const initialHeat: HeatState = {
  step: 'normal',
  share: 1,
  atMs: undefined,
  sensors: {},
  throttledAtMs: undefined,
  coolSinceMs: undefined,
}

const CALM_MS = 10_000
const WATCHFUL_MS = 1_000
/** Off until it was below the way back for so long without a break. */
const COOL_MS = 60_000
/** After the card has stopped to slow itself down for heat. */
const THROTTLED_MS = 60_000
/** Of the load a second: a cooler shows within a minute what a step does, and who rises faster leaves again more often. */
const SHARE_RISE_PER_S = 0.01
/** A reading older than one calm time and a half is none. */
const READING_MS_MAX = 15_000

/** @example let { state, verdict, nextMs } = watchHeat(initialHeat, { nowMs, reading }, { limits: card.limits, quiet: false }) */
export function watchHeat(before: HeatState, { nowMs, reading }: HeatInput, config: HeatConfig): HeatOutcome {
  const fresh = reading !== undefined && Math.abs(nowMs - reading.atMs) <= READING_MS_MAX ? reading : undefined
  const judged = judgeSensors(before, fresh, nowMs, { ...config, limits: limitsNow(config.limits, fresh) })
  const sensors = Object.fromEntries(judged.map(({ sensor, state }) => [sensor, state]))
  const throttledAtMs = fresh?.throttled?.includes('heat') === true ? nowMs : notAfter(before.throttledAtMs, nowMs)
  const isThrottled = throttledAtMs !== undefined && nowMs - throttledAtMs < THROTTLED_MS

  const wanted = judged.reduce<HeatStep>((step, each) => graver(step, each.step), isThrottled ? 'hot' : 'normal')
  const coolSinceMs = before.step === 'off' || wanted === 'off' ? coolSince(before, judged, nowMs) : undefined
  const staysOff = before.step === 'off' && (coolSinceMs === undefined || nowMs - coolSinceMs < COOL_MS)
  const step = staysOff ? 'off' : wanted

  const target = Math.min(
    isThrottled ? HOT_SHARE_MIN : 1,
    step === 'off' ? 0 : 1,
    ...judged.map(({ ladder, step: own, celsius }) => shareAt(ladder, own, celsius, config.quiet)),
  )
  const share = risenTo(target, before, step, nowMs)
  const state: HeatState = { step, share, atMs: nowMs, sensors, throttledAtMs, coolSinceMs }
  const text = heatText(step, judged, { isThrottled, isRising: share < target })
  const isHeld = share < 1 || isAtLeast(step, 'hot')
  return {
    state,
    verdict: {
      admits: !isAtLeast(step, 'hot'),
      loadShare: share,
      stopsRunning: step === 'off',
      reasons: isHeld ? [{ cause: 'heat', text }] : [],
    },
    nextMs: isThrottled || judged.some(({ isUrgent }) => isUrgent) ? WATCHFUL_MS : CALM_MS,
    events: [
      ...judged.flatMap(({ sensor, change }) =>
        change === undefined ? [] : [{ kind: 'sensor' as const, sensor, state: change }],
      ),
      ...(step === before.step ? [] : [{ kind: 'step' as const, from: before.step, to: step, text }]),
    ],
  }
}

/** What the verdicts on this card stand on. */
export function heatEvidence({ sensors }: HeatState, reading: CardReading | undefined): HeatEvidence {
  if (Object.keys(sensors).length > 0) return 'sensors'
  return reading?.throttled === undefined ? 'nothing' : 'throttling'
}

function judgeSensors(
  before: HeatState,
  fresh: CardReading | undefined,
  nowMs: number,
  config: HeatConfig,
): readonly Judgement[] {
  const isNew = (sensor: HeatSensor): boolean => before.sensors[sensor] === undefined
  const hasEdge = !isNew('edge') || fresh?.temperaturesC.edge !== undefined
  return heatSensors.flatMap((sensor) => {
    const judged = judgeSensor(sensor, before.sensors[sensor], fresh, nowMs, config, hasEdge)
    return judged === undefined ? [] : [judged]
  })
}

/** Since when every sensor answers and is below the way back. */
function coolSince(before: HeatState, judged: readonly Judgement[], nowMs: number): number | undefined {
  const areCool = judged.every(({ isTrusted, ladder, state: { course } }) => {
    return isTrusted && Math.max(course.rawC, course.smoothedC) < ladder.backC
  })
  if (!areCool) return undefined
  const passedMs = nowMs - (before.atMs ?? nowMs)
  // A clock that jumped, or a time in which nobody looked, proves nothing about the minute.
  return passedMs < 0 || passedMs > READING_MS_MAX ? nowMs : (before.coolSinceMs ?? nowMs)
}

function risenTo(target: number, before: HeatState, step: HeatStep, nowMs: number): number {
  if (before.atMs === undefined || target <= before.share) return target
  const from = before.step === 'off' && step !== 'off' ? Math.min(target, CRITICAL_SHARE_MAX) : before.share
  const passedS = Math.max(0, nowMs - before.atMs) / 1_000
  return Math.min(target, from + SHARE_RISE_PER_S * passedS)
}

const notAfter = (atMs: number | undefined, nowMs: number): number | undefined =>
  atMs === undefined ? undefined : Math.min(atMs, nowMs)
