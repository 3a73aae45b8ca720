/** What one sensor of a card asks for now, whether it answers or not. */
import type { CardForm, CardLimits } from '../cards/card-facts.ts'
import type { CardReading, HeatSensor } from '../cards/card-reading.ts'
import { edgeLadder, graver, type HeatLadder, type HeatStep, ladderOf, stepAt } from './heat-ladder.ts'
import {
  afterReading,
  beginCourse,
  isStuck,
  isSurelyAt,
  judgedC,
  plausibleC,
  type SensorCourse,
  UNWATCHED_MS,
} from './sensor-course.ts'

export interface SensorState {
  readonly course: SensorCourse
  readonly step: HeatStep
  /** Times in a row that it was asked and said nothing that can be. */
  readonly missed: number
  /** When it stopped to answer. */
  readonly silentSinceMs: number | undefined
  readonly trust: SensorTrust
}

export type SensorTrust = 'answers' | 'silent' | 'stuck'

export interface Judgement {
  readonly sensor: HeatSensor
  readonly state: SensorState
  readonly ladder: HeatLadder
  readonly step: HeatStep
  /** What the step was judged by. */
  readonly celsius: number
  readonly isTrusted: boolean
  /** It has to be looked at every second. */
  readonly isUrgent: boolean
  /** Where this has changed. */
  readonly change: SensorTrust | undefined
}

/** One answer may go astray; the second is asked for within a second. */
const MISSES_MAX = 1
/** So long nobody knows how hot the card is while jobs run; then they end. */
const SILENT_MS_MAX = UNWATCHED_MS

/**
 * @param before undefined where it has never answered
 * @param fresh undefined where the card did not answer
 * @param hasEdge without the core's own sensor another without a limit is judged as if it were that one
 * @returns undefined where there is no such sensor, or nobody knows how hot it may be
 */
export function judgeSensor(
  sensor: HeatSensor,
  before: SensorState | undefined,
  fresh: CardReading | undefined,
  nowMs: number,
  { limits, form }: { readonly limits: CardLimits; readonly form?: CardForm },
  hasEdge: boolean,
): Judgement | undefined {
  const ladder = ladderOf(sensor, limits, form) ?? (hasEdge || form === 'cpu' ? undefined : edgeLadder)
  if (ladder === undefined) return undefined
  const celsius = plausibleC(fresh?.temperaturesC[sensor])
  if (celsius === undefined || fresh === undefined) {
    return before === undefined ? undefined : judgeSilence(sensor, before, ladder, nowMs)
  }
  const load = loadOf(fresh)
  const course =
    before === undefined
      ? beginCourse(celsius, fresh.atMs, load)
      : afterReading(before.course, celsius, fresh.atMs, load)
  const trust = isStuck(course) ? 'stuck' : 'answers'
  const silentSinceMs = trust === 'stuck' ? since(before?.silentSinceMs, nowMs) : undefined
  const judged = judgedC(course)
  const isOff = course.smoothedC >= ladder.offC || isSurelyAt(course, ladder.offC)
  // A forecast drains and lets nothing in; it ends no job that runs.
  const held = before === undefined || before.step === 'off' ? 'normal' : before.step
  const byHeat = isOff ? 'off' : belowOff(stepAt(ladder, held, judged))
  const step = trust === 'stuck' ? graver(byHeat, stepOfSilence(silentSinceMs ?? nowMs, nowMs)) : byHeat
  return {
    sensor,
    state: { course, step, missed: 0, silentSinceMs, trust },
    ladder,
    step,
    celsius: judged,
    isTrusted: trust === 'answers',
    isUrgent: trust === 'stuck' || Math.max(course.rawC, course.smoothedC, judged) >= ladder.hotC,
    change: trust === (before?.trust ?? 'answers') ? undefined : trust,
  }
}

function judgeSilence(sensor: HeatSensor, before: SensorState, ladder: HeatLadder, nowMs: number): Judgement {
  const missed = before.missed + 1
  const silentSinceMs = since(before.silentSinceMs, nowMs)
  const isSilent = missed > MISSES_MAX
  const trust = isSilent ? 'silent' : before.trust
  const step = isSilent ? graver(before.step, stepOfSilence(silentSinceMs, nowMs)) : before.step
  return {
    sensor,
    state: { course: before.course, step, missed: Math.min(missed, MISSES_MAX + 1), silentSinceMs, trust },
    ladder,
    step,
    celsius: judgedC(before.course),
    isTrusted: false,
    isUrgent: true,
    change: trust === before.trust ? undefined : trust,
  }
}

const stepOfSilence = (sinceMs: number, nowMs: number): HeatStep =>
  nowMs - sinceMs >= SILENT_MS_MAX ? 'off' : 'critical'

const belowOff = (step: HeatStep): HeatStep => (step === 'off' ? 'critical' : step)

/** A clock that ran backwards begins the time anew. */
const since = (sinceMs: number | undefined, nowMs: number): number =>
  sinceMs === undefined || sinceMs > nowMs ? nowMs : sinceMs

/** Power says more than utilisation, which counts waiting for memory as work. */
function loadOf({ powerW, powerLimitW, utilisation }: CardReading): number | undefined {
  return powerW !== undefined && powerLimitW !== undefined && powerLimitW > 0 ? powerW / powerLimitW : utilisation
}
