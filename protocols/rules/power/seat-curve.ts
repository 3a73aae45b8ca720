/**
 * The curve by which a card is judged under a budget: from what it was seen to draw and how fast its clock ran at it, where there is
 * enough of that, else from its TDP, and it says which. Clock stands for work: a card that computes without a break does as many times
 * the work as its clock is higher, and what it does at its full clock its benchmark or the catalogue tells.
 */
import type { CardFacts } from '../cards/card-facts.ts'
import type { CardReading } from '../cards/card-reading.ts'
import {
  assumedPowerCurve,
  CARD_W_MAX,
  fitPowerCurve,
  IDLE_SHARE_ASSUMED,
  MIN_SHARE_ASSUMED,
  POWER_SAMPLES_MAX,
  type PowerCurve,
  throughputAt,
} from './power-curve.ts'

/** What a card drew while it computed without a break. */
export interface ClockSample {
  readonly powerW: number
  readonly coreMhz: number
}

/** What was learned of one card's power. */
export interface PowerRecord {
  /** The newest last. */
  readonly samples: readonly ClockSample[]
  /** Drawn while it did nothing; absent until that was seen. */
  readonly idleW?: number
}

/** What is published of its model; of several that it may be, the largest TDP and the lowest rate. */
export interface PublishedPower {
  readonly tdpW?: number
  readonly fp32Gflops?: number
  /** The largest TDP of its kind, for a card that neither its driver nor the catalogue knows. */
  readonly worstW: number
}

export interface SeatCurveNeeds {
  readonly limits: CardFacts['limits']
  /** Under which it works: its owner's, before any of ours. */
  readonly limitW: number | undefined
  readonly published: PublishedPower
  /** By its benchmark. */
  readonly gflops: number | undefined
  readonly record: PowerRecord
  /** A limit can be set on it. */
  readonly byLimit: boolean
}

export interface SeatCurve {
  readonly curve: PowerCurve
  /** Said wherever its share is shown; absent where it was measured. */
  readonly basis?: string
}

/** With fewer the noise of a sensor would be taken for the card. */
const SAMPLES_MIN = 8
/** Jobs differ in what they draw at one clock; above this the measurements tell of jobs and not of the card. */
const ERROR_MAX = 0.12
/** The median of the catalogue's cards that publish both. */
const GFLOPS_PER_W_ASSUMED = 80
/** A sensor that sleeps prints less than any card draws. */
const IDLE_W_MIN = 0.5

export function seatCurve({ limits, limitW, published, gflops, record, byLimit }: SeatCurveNeeds): SeatCurve {
  const ownW = limitW ?? limits.powerWDefault ?? limits.powerWMax
  const mostW = clamp(ownW ?? published.tdpW ?? published.worstW, 1, CARD_W_MAX)
  const isKnown = record.samples.length >= SAMPLES_MIN
  // A card that no limit holds back draws what its jobs make it draw.
  const drawnW = isKnown && !byLimit ? Math.max(...record.samples.map(({ powerW }) => powerW)) : mostW
  const maxW = clamp(drawnW, mostW / 10, mostW)
  const minW = clamp(limits.powerWMin ?? MIN_SHARE_ASSUMED * (limits.powerWDefault ?? mostW), maxW / 10, maxW)
  const idleW = clamp(record.idleW ?? IDLE_SHARE_ASSUMED * mostW, Math.min(IDLE_W_MIN, minW / 4), 0.9 * minW)
  const range = { idleW, minW, maxW }
  const full = gflops ?? published.fp32Gflops ?? GFLOPS_PER_W_ASSUMED * mostW
  const assumed = assumedPowerCurve(maxW, full, range)!
  if (ownW === undefined && published.tdpW === undefined && !isKnown)
    return { curve: assumed, basis: `counted with ${published.worstW} W, the most of its kind: it tells no power` }
  const byTdp = { curve: assumed, basis: 'by its TDP, not measured' }
  if (!isKnown) return byTdp
  // Its shape by the clocks, its height by the benchmark.
  const fitted = fitPowerCurve(
    record.samples.map(({ powerW, coreMhz }) => ({ powerW, throughput: coreMhz })),
    range,
  )
  if (fitted === undefined) return byTdp
  if (fitted.error! > ERROR_MAX) return { curve: assumed, basis: 'by its TDP, for its measurements disagree' }
  const factor = full / throughputAt(fitted, maxW)
  const curve = { ...fitted, linear: fitted.linear / factor, steep: fitted.steep / factor ** fitted.power }
  return fitted.origin === 'level' ? { curve, basis: 'measured at one power only' } : { curve }
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** It computed the whole time that the sensor speaks of. */
const BUSY_SHARE = 0.9
const IDLE_SHARE = 0.02
/** Of samples at about one power, so that a month under one limit does not push out what was seen under others. */
const PER_LEVEL_MAX = 8
/** Two powers are about the same within this share. */
const LEVEL_SHARE = 0.1

/** What two readings in a row teach. @returns the same object where they teach nothing */
export function recordAfter(
  record: PowerRecord,
  before: CardReading | undefined,
  now: CardReading,
  limitChanged: boolean,
): PowerRecord {
  const { powerW, coreMhz, utilisation } = now
  if (powerW === undefined || !(powerW > 0 && powerW <= CARD_W_MAX) || before?.utilisation === undefined) return record
  if (utilisation === undefined || now.atMs <= before.atMs) return record
  if (utilisation <= IDLE_SHARE && before.utilisation <= IDLE_SHARE) {
    // A card goes to sleep step by step: what it draws ready is at most this.
    if (record.idleW !== undefined && record.idleW <= powerW) return record
    return { ...record, idleW: powerW }
  }
  // Power and clock are means over the time before; hot cards are slow for another reason.
  const isSteady = utilisation >= BUSY_SHARE && before.utilisation >= BUSY_SHARE && !limitChanged
  if (!isSteady || coreMhz === undefined || !(coreMhz > 0) || now.throttled?.includes('heat') === true) return record
  return { ...record, samples: kept([...record.samples, { powerW, coreMhz }]) }
}

/**
 * A limit at which too little is known of a card, below the one that it may have: a curve is known from three powers on, and under one
 * budget a card would see one only. What it would draw there the budget allows in any case.
 * @returns watts, or `undefined` where enough is known
 */
export function limitToTry(record: PowerRecord, minW: number, limitW: number): number | undefined {
  const tries = [(minW + limitW) / 2, minW].map(Math.ceil).filter((each) => each <= (1 - LEVEL_SHARE) * limitW)
  return tries.find((each) => at(record.samples, each).length < PER_LEVEL_MAX / 2)
}

const at = (samples: readonly ClockSample[], watts: number): readonly ClockSample[] =>
  samples.filter(({ powerW }) => Math.abs(powerW / watts - 1) < LEVEL_SHARE)

/** The newest of each power, and no more than a curve is fitted from. */
function kept(samples: readonly ClockSample[]): readonly ClockSample[] {
  const newest = samples.at(-1)!
  const level = at(samples, newest.powerW)
  const fewer = level.length > PER_LEVEL_MAX ? samples.filter((each) => each !== level[0]) : samples
  return fewer.slice(-POWER_SAMPLES_MAX)
}
