/**
 * One budget over the cards that models run on, as time goes by: a step that is pure. Shares are planned, kept while they are nearly
 * the best there are, and handed out so that what is drawn and what is granted never add up to more than the budget; where more is
 * drawn all the same, less is planned. A card whose sensor has fallen silent gets no work.
 */
import type { CareVerdict } from '../care/care-verdict.ts'
import { type DrawnState, drawnAfter, initialDrawn, meanDrawnW } from './drawn-power.ts'
import { powerText } from './power-text.ts'
import {
  LOAD_SHARE_MIN,
  type PoweredSeat,
  sharePower,
  type Throttle,
  throttleFor,
  throughputUnder,
} from './share-power.ts'

export interface WatchedSeat extends PoweredSeat {
  readonly key: string
  /** By a reading of now. */
  readonly powerW: number | undefined
  /** It told its power in an earlier run. */
  readonly toldBefore: boolean
  /** It takes no work whatever it is granted: too hot, or gone. */
  readonly isOut: boolean
  /** By what its curve is known, where it was not measured. */
  readonly basis?: string | undefined
}

export interface SeatPower {
  readonly key: string
  /** Watts of the budget; what it draws idle where it is off. */
  readonly shareW: number
  readonly throttle: Throttle
  /** Mean of the last seconds; absent where it does not tell. */
  readonly drawnW?: number
  readonly isLost: boolean
  /** Work a second. */
  readonly throughput: number
  readonly text: string
  readonly verdict: CareVerdict | undefined
}

export type PowerEvent =
  /** New shares, in watts by key. */
  | { readonly kind: 'shared'; readonly sharesW: Readonly<Record<string, number>> }
  | { readonly kind: 'over'; readonly isOver: boolean; readonly drawnW: number }
  | { readonly kind: 'sensor'; readonly key: string; readonly isLost: boolean }

interface SeatState {
  readonly drawn: DrawnState
  readonly plannedW: number
  readonly grantedW: number
  /** What it was granted before it got less: its jobs may still run so. */
  readonly beforeW: number
  readonly loweredAtMs: number | undefined
  /** It has got less, and a run that began before still draws more. */
  readonly isComingDown: boolean
  readonly comingSinceMs: number | undefined
  /** Until then it works always or not at all. */
  readonly wholeUntilMs: number | undefined
}

export interface PowerState {
  readonly seats: ReadonlyMap<string, SeatState>
  /** What is planned with: the budget, less what was drawn above it. */
  readonly usableW: number
  readonly plannedAtMs: number | undefined
  readonly overSinceMs: number | undefined
  readonly isOver: boolean
  readonly reducedAtMs: number | undefined
  readonly calmSinceMs: number | undefined
  /** So long it has to be calm before more is planned again. */
  readonly patienceMs: number
  /** More was planned again since the last time that it was too much. */
  readonly isRaised: boolean
}

export interface PowerOutcome {
  readonly state: PowerState
  readonly seats: readonly SeatPower[]
  readonly drawnW: number
  readonly nextMs: number
  readonly events: readonly PowerEvent[]
}

/** Drawn above the budget for so long, on the mean of ten seconds, less is planned. */
export const OVER_MS = 3_000
/** Standard deviations by which looks at cards that come and go may lie above the budget by chance. With more, runs of 40 s pass for it. */
const CHANCE = 2
/** What chance would explain for longer is a few hundredths. */
const CHANCE_MS_MAX = 300_000
/** What was reduced shows in the mean after its ten seconds. */
const REDUCED_MS = 10_000
/** A run that lasts longer is no reason to wait: its card works always or not at all. */
const COMING_MS = 60_000
/** Jobs differ, and change. */
const WHOLE_MS = 1_800_000
/** Of what work adds to idle: nearer than this a card keeps to its share. */
const ABOVE_SHARE = 0.1
const ABOVE_W = 2
/** Beside what was too much, of the budget. */
const REDUCED_SHARE = 0.02
/** Calm: this share of the budget and less. */
const CALM_SHARE = 0.97
const PATIENCE_MS = 60_000
/** Every time that more was too much the wait doubles, up to this. */
const PATIENCE_MS_MAX = 3_600_000
/** Of the budget, each ten seconds of calm. */
const RAISED_SHARE = 0.02
const RAISED_MS = 10_000
/** Shares stay while they bring this part of the best, and for a time; longer where a card would be turned on or off for a small gain. */
const KEPT_SHARE = 0.98
const KEPT_MS = 60_000
const KEPT_SHARE_LONG = 0.9
const KEPT_ON_OFF_MS = 600_000
/** While cards work, and while they do not: work begins in between. */
const WATCHFUL_MS = 2_000
const CALM_MS = 5_000
/** Above the budget, until it is told from chance: work that comes and goes each second is in step with longer times. */
const DOUBTFUL_MS = 500
const WATCHFUL_SHARE = 0.5
/** What adding up numbers may leave over. */
const DUST_W = 0.5

export const initialPower = (budgetW: number): PowerState => ({
  seats: new Map(),
  usableW: budgetW,
  plannedAtMs: undefined,
  overSinceMs: undefined,
  isOver: false,
  reducedAtMs: undefined,
  calmSinceMs: undefined,
  patienceMs: PATIENCE_MS,
  isRaised: false,
})

export interface PowerLook {
  readonly nowMs: number
  readonly budgetW: number
  /** Work a second that a watt has to bring to be worth its price (energy-price.ts); any watt is where its owner names none. */
  readonly perWattMin?: number | undefined
}

export function watchPower(
  before: PowerState,
  seats: readonly WatchedSeat[],
  { nowMs, budgetW, perWattMin }: PowerLook,
): PowerOutcome {
  const looked: (Looked & { wasLost: boolean })[] = seats.map((seat) => {
    const old = before.seats.get(seat.key)
    const drawn = drawnAfter(old?.drawn ?? initialDrawn(seat.toldBefore), nowMs, seat.powerW)
    const state = { ...(old ?? blank), drawn }
    const isComingDown = state.isComingDown && isAbove(seat, state) && nowMs - state.comingSinceMs! < COMING_MS
    const isWhole = state.wholeUntilMs !== undefined && nowMs < state.wholeUntilMs
    return { seat: { ...seat, isWhole }, state: { ...state, isComingDown }, wasLost: old?.drawn.isLost ?? false }
  })
  const drawnW = looked.reduce((sum, { state }) => sum + (meanDrawnW(state.drawn) ?? state.grantedW), 0)
  const isOver = isOverNow(before, drawnW, { nowMs, budgetW }, looked)
  const long = isOver ? looked.filter(isTooLong) : []
  for (const each of long) {
    each.seat = { ...each.seat, isWhole: true }
    each.state = { ...each.state, wholeUntilMs: nowMs + WHOLE_MS }
  }
  // Where it is known why, it ends by itself.
  const isExplained = long.length > 0 || looked.some(({ state }) => state.isComingDown)
  const course = judged(before, drawnW, { nowMs, budgetW, isOver, isExplained })
  const planned = plannedShares(looked, course, before, { nowMs, perWattMin })
  const states = granted(looked, planned.sharesW, budgetW, nowMs)
  const state: PowerState = {
    ...course,
    seats: new Map(looked.map(({ seat }, i) => [seat.key, states[i]!])),
    plannedAtMs: planned.isNew ? nowMs : before.plannedAtMs,
  }
  const isTold = looked.every(({ state }) => meanDrawnW(state.drawn) !== undefined)
  const standing: Standing = { drawnW, isTold, budgetW, nowMs, course, isPriced: (perWattMin ?? 0) > 0 }
  const shown = looked.map(({ seat }, i): SeatPower => seatPower(seat, states[i]!, standing))
  const isWaiting = states.some(({ grantedW, plannedW }) => grantedW < plannedW - DUST_W)
  const isBusy = drawnW >= WATCHFUL_SHARE * budgetW || course.isOver || isWaiting
  const isDoubtful = course.overSinceMs !== undefined && !isOver
  return {
    state,
    seats: shown,
    drawnW,
    nextMs: isDoubtful ? DOUBTFUL_MS : isBusy || shown.some(({ isLost }) => isLost) ? WATCHFUL_MS : CALM_MS,
    events: [
      ...looked.flatMap(({ seat, state: { drawn }, wasLost }) =>
        drawn.isLost === wasLost ? [] : [{ kind: 'sensor' as const, key: seat.key, isLost: drawn.isLost }],
      ),
      ...(course.isOver === before.isOver ? [] : [{ kind: 'over' as const, isOver: course.isOver, drawnW }]),
      ...(planned.isNew && looked.length > 0
        ? [
            {
              kind: 'shared' as const,
              sharesW: Object.fromEntries(looked.map(({ seat }, i) => [seat.key, planned.sharesW[i]!])),
            },
          ]
        : []),
    ],
  }
}

const blank: Omit<SeatState, 'drawn'> = {
  plannedW: 0,
  grantedW: 0,
  beforeW: 0,
  loweredAtMs: undefined,
  isComingDown: false,
  comingSinceMs: undefined,
  wholeUntilMs: undefined,
}

function isAbove({ curve: { idleW, maxW } }: WatchedSeat, { drawn, grantedW }: SeatState): boolean {
  return (meanDrawnW(drawn) ?? 0) > Math.max(idleW, grantedW) + ABOVE_SHARE * (maxW - idleW) + ABOVE_W
}

/** It rests as it is told, and draws more than its share all the same: one run lasts longer than what is averaged. */
const isTooLong = ({ seat, state }: Looked): boolean =>
  !seat.isOut &&
  seat.isWhole !== true &&
  !state.isComingDown &&
  throttleFor(seat, state.grantedW).loadShare < 1 &&
  isAbove(seat, state)

interface Look {
  readonly nowMs: number
  readonly budgetW: number
}

/** Too much, and for longer than chance explains: the less it is the longer that takes, so that the energy above the budget is bounded. */
function isOverNow(
  { overSinceMs }: PowerState,
  drawnW: number,
  { nowMs, budgetW }: Look,
  looked: readonly Looked[],
): boolean {
  const aboveW = drawnW - budgetW
  if (aboveW <= DUST_W || overSinceMs === undefined) return false
  return nowMs - overSinceMs >= Math.max(OVER_MS, chanceMs(looked, drawnW, aboveW))
}

/** So long cards that work a part of their time may be found at work, and the mean above the budget, though they keep to their shares. */
function chanceMs(looked: readonly Looked[], drawnW: number, aboveW: number): number {
  let mostW = 0
  let varianceW2 = 0
  for (const { seat, state } of looked) {
    const { limitW = seat.curve.maxW, loadShare } = throttleFor(seat, state.grantedW)
    const isPart = loadShare > 0 && loadShare < 1
    mostW += isPart ? limitW : (meanDrawnW(state.drawn) ?? state.grantedW)
    varianceW2 += loadShare * (1 - loadShare) * (limitW - seat.curve.idleW) ** 2
  }
  if (drawnW > mostW + DUST_W) return 0
  return Math.min(CHANCE_MS_MAX, (WATCHFUL_MS * CHANCE ** 2 * varianceW2) / aboveW ** 2)
}

type Course = Omit<PowerState, 'seats' | 'plannedAtMs'>

/** Whether too much is drawn, and what is planned with from now on. */
function judged(
  before: PowerState,
  drawnW: number,
  {
    nowMs,
    budgetW,
    isOver,
    isExplained,
  }: { readonly nowMs: number; readonly budgetW: number; readonly isOver: boolean; readonly isExplained: boolean },
): Course {
  const overSinceMs = drawnW > budgetW + DUST_W ? (before.overSinceMs ?? nowMs) : undefined
  const mayReduce = before.reducedAtMs === undefined || nowMs - before.reducedAtMs >= REDUCED_MS
  const isCalm = drawnW <= CALM_SHARE * budgetW
  const calmSinceMs = isCalm ? (before.calmSinceMs ?? nowMs) : undefined
  const isLongCalm = calmSinceMs !== undefined && nowMs - calmSinceMs >= PATIENCE_MS_MAX
  const patienceMs = isLongCalm ? PATIENCE_MS : before.patienceMs
  const { reducedAtMs, isRaised } = before
  const same = { overSinceMs, isOver, calmSinceMs, reducedAtMs, patienceMs, isRaised }
  const usableW = Math.min(before.usableW, budgetW)
  if (isOver && mayReduce && !isExplained) {
    // What came back and was too much again comes back later.
    const longerMs = isRaised ? Math.min(PATIENCE_MS_MAX, 2 * patienceMs) : patienceMs
    const lessW = drawnW - budgetW + REDUCED_SHARE * budgetW
    return { ...same, usableW: Math.max(0, usableW - lessW), reducedAtMs: nowMs, patienceMs: longerMs, isRaised: false }
  }
  if (calmSinceMs === undefined || usableW >= budgetW) return { ...same, usableW }
  if (nowMs - calmSinceMs < patienceMs) return { ...same, usableW }
  // Step by step, each after its time.
  const raisedW = Math.min(budgetW, usableW + RAISED_SHARE * budgetW)
  return { ...same, usableW: raisedW, calmSinceMs: nowMs - patienceMs + RAISED_MS, isRaised: true }
}

interface Planned {
  readonly sharesW: readonly number[]
  readonly isNew: boolean
}

interface Looked {
  seat: WatchedSeat
  state: SeatState
}

/** Shares by the seats' places: those of before as long as they fit and are nearly the best. */
function plannedShares(
  looked: readonly Looked[],
  { usableW, isOver }: Course,
  before: PowerState,
  { nowMs, perWattMin = 0 }: Pick<PowerLook, 'nowMs' | 'perWattMin'>,
): Planned {
  // A run that began before its card got less is waited for; where that is too much, others make room for it.
  const isWaitedFor = ({ isComingDown }: SeatState): boolean => isComingDown && isOver
  const working = looked.filter(({ seat, state }) => !seat.isOut && !state.drawn.isLost && !isWaitedFor(state))
  const others = looked.filter((each) => !working.includes(each))
  const budgetW = usableW - others.reduce((sum, each) => sum + reserveOf(each), 0)
  const best = sharePower(
    working.map(({ seat }) => seat),
    { budgetW, perWattMin },
  )
  const bestOf = new Map(working.map(({ seat }, i) => [seat.key, best.sharesW[i]!]))
  const without = (each: Looked): number => (isWaitedFor(each.state) ? each.state.plannedW : reserveOf(each))
  const fresh = looked.map((each) => bestOf.get(each.seat.key) ?? without(each))
  if (before.plannedAtMs === undefined) return { sharesW: fresh, isNew: true }
  const kept = looked.map((each) =>
    bestOf.has(each.seat.key) ? heldTo(each.seat, each.state.plannedW) : without(each),
  )
  const sum = (of: (each: Looked, keptW: number) => number): number =>
    looked.reduce((all, each, i) => (bestOf.has(each.seat.key) ? all + of(each, kept[i]!) : all), 0)
  const fits = sum((_, keptW) => keptW) <= Math.max(budgetW, idleOf(working)) + DUST_W
  const isSameSet = looked.every(
    ({ seat }, i) => throughputUnder(seat, kept[i]!) > 0 === throughputUnder(seat, fresh[i]!) > 0,
  )
  const part = sum(({ seat }, keptW) => throughputUnder(seat, keptW)) / best.throughput
  const isYoung = nowMs - before.plannedAtMs < (isSameSet || part < KEPT_SHARE_LONG ? KEPT_MS : KEPT_ON_OFF_MS)
  // Nothing of nothing is good enough.
  const isGood = !(part < KEPT_SHARE)
  const isSet = working.every(({ state }) => state.plannedW > 0)
  if (fits && isSet && (isGood || isYoung)) return { sharesW: kept, isNew: false }
  return { sharesW: fresh, isNew: true }
}

const idleOf = (looked: readonly Looked[]): number => looked.reduce((sum, { seat }) => sum + seat.curve.idleW, 0)

/** What a card may draw that is not planned with: as much as it tells, else what it was granted. */
const reserveOf = ({ seat, state: { drawn, grantedW, plannedW, isComingDown } }: Looked): number =>
  Math.max(
    seat.curve.idleW,
    drawn.isLost || isComingDown ? Math.max(grantedW, plannedW) : 0,
    drawn.isLost ? 0 : (meanDrawnW(drawn) ?? grantedW),
  )

/** Within what the curve says today. */
const heldTo = ({ curve: { idleW, maxW } }: WatchedSeat, shareW: number): number =>
  Math.min(maxW, Math.max(idleW, shareW))

/** Less at once; more only of what is surely not drawn any more. */
function granted(
  looked: readonly Looked[],
  sharesW: readonly number[],
  budgetW: number,
  nowMs: number,
): readonly SeatState[] {
  const lowered = looked.map(({ state }, i): SeatState => {
    const plannedW = sharesW[i]!
    if (plannedW < state.grantedW - DUST_W) {
      const comingSinceMs = state.isComingDown ? state.comingSinceMs : nowMs
      const course = { loweredAtMs: nowMs, isComingDown: true, comingSinceMs }
      return { ...state, ...course, plannedW, grantedW: plannedW, beforeW: state.grantedW }
    }
    return { ...state, plannedW, grantedW: Math.min(state.grantedW, plannedW) }
  })
  let freeW = budgetW - lowered.reduce((sum, state) => sum + mostOf(state, nowMs), 0)
  return lowered.map((state): SeatState => {
    const mostW = mostOf(state, nowMs)
    const moreW = Math.min(state.plannedW - state.grantedW, freeW + mostW - state.grantedW)
    if (!(moreW > 0)) return state
    freeW -= Math.max(0, state.grantedW + moreW - mostW)
    return { ...state, grantedW: state.grantedW + moreW }
  })
}

/** What a card may draw at this moment: its share, or what it draws of the share that it had. */
function mostOf({ drawn, grantedW, beforeW, loweredAtMs }: SeatState, nowMs: number): number {
  const toldW = meanDrawnW(drawn)
  if (toldW !== undefined) return Math.max(grantedW, toldW)
  return loweredAtMs !== undefined && nowMs - loweredAtMs < REDUCED_MS ? Math.max(grantedW, beforeW) : grantedW
}

interface Standing {
  readonly drawnW: number
  readonly isTold: boolean
  readonly budgetW: number
  readonly nowMs: number
  readonly course: Course
  readonly isPriced: boolean
}

function seatPower(
  seat: WatchedSeat,
  state: SeatState,
  { drawnW, isTold, budgetW, nowMs, course, isPriced }: Standing,
): SeatPower {
  const { drawn, grantedW } = state
  const throttle = drawn.isLost || seat.isOut ? { loadShare: 0 } : throttleFor(seat, grantedW)
  const { limitW, loadShare } = throttle
  const ownW = meanDrawnW(drawn)
  const text = powerText({
    budgetW,
    drawnW,
    isTold,
    isOver: course.isOver,
    shareW: grantedW,
    idleW: seat.curve.idleW,
    loadShare,
    ...(limitW === undefined || limitW >= seat.curve.maxW ? {} : { limitW }),
    isOut: seat.isOut,
    ...(isPriced ? { isPriced } : {}),
    ...(seat.isWhole === true ? { isWhole: true } : {}),
    ...(drawn.isLost
      ? { silentMs: nowMs - (drawn.silentSinceMs ?? nowMs), isBack: drawn.backSinceMs !== undefined }
      : {}),
    ...(seat.basis === undefined ? {} : { basis: seat.basis }),
  })
  const isHeld = !seat.isOut && loadShare < 1
  return {
    key: seat.key,
    shareW: grantedW,
    throttle,
    ...(ownW === undefined ? {} : { drawnW: ownW }),
    isLost: drawn.isLost,
    throughput: throughputUnder(seat, seat.isOut || drawn.isLost ? 0 : grantedW),
    text,
    verdict: isHeld
      ? {
          admits: loadShare > 0,
          // What waits here still ends, slowly.
          loadShare: Math.max(LOAD_SHARE_MIN, loadShare),
          stopsRunning: false,
          reasons: [{ cause: 'power', text }],
        }
      : undefined,
  }
}
