/**
 * What each card gets of a budget, and by what it is kept to it: by its own limit where one can be set, else by load, for a card that
 * works half of the time draws the middle between idle and full. Work by load grows straight with the watts, so that such cards are
 * filled one after the other, the one that makes the most of a watt first.
 */
import { assignPower, type PowerTerms } from './assign-power.ts'
import { type PowerCurve, throughputAt } from './power-curve.ts'

export interface PoweredSeat {
  /** `maxW`: drawn at full load under the limit that stands. */
  readonly curve: PowerCurve
  /** A limit can be set on it, down to the curve's `minW`, and it keeps it. */
  readonly byLimit: boolean
  /** Its runs are so long that a part of its time is a long time at full power: it works always or not at all. */
  readonly isWhole?: boolean
}

export interface PowerShares {
  /** Watts by the seats' places; idle draw for one that is off. */
  readonly sharesW: readonly number[]
  readonly totalW: number
  /** Work a second. */
  readonly throughput: number
}

/** What a card is told to do. */
export interface Throttle {
  /** To be set; absent on a card that is kept by load. */
  readonly limitW?: number
  /** 0 to 1; 0: it is off. */
  readonly loadShare: number
}

/** What adding up watts may leave over, of a share. */
const DUST = 1e-9
/** Less of a card is not worth its idle watts, and a job would wait ten times as long as it runs. */
export const LOAD_SHARE_MIN = 0.1

/** @throws RangeError as {@link assignPower} */
export function sharePower(seats: readonly PoweredSeat[], terms: PowerTerms): PowerShares {
  const plan = assignPower(
    seats.map((seat) => (seat.byLimit ? seat.curve : curveByLoad(seat))),
    terms,
  )
  const sharesW = plan.allotments.map(({ powerW }) => powerW)
  let leftW = terms.budgetW - plan.totalW
  // A card that gets nearly all keeps the limit that it had.
  for (const { card, on, powerW } of plan.allotments) {
    const moreW = seats[card]!.curve.maxW - powerW
    if (!on || moreW >= 1 || moreW > leftW) continue
    sharesW[card] = powerW + moreW
    leftW -= moreW
  }
  // What is too little for another card's lowest limit is enough for a part of its time.
  const off = plan.allotments
    .filter(({ on, card }) => !on && seats[card]!.byLimit && seats[card]!.isWhole !== true)
    .map(({ card }) => card)
    .sort((a, b) => perWattAtLeast(seats[b]!.curve) - perWattAtLeast(seats[a]!.curve))
  for (const card of off) {
    const { curve } = seats[card]!
    const moreW = Math.min(leftW, firstW(curve) - curve.idleW)
    if (moreW < LOAD_SHARE_MIN * (firstW(curve) - curve.idleW)) continue
    if (perWattAtLeast(curve) < (terms.perWattMin ?? 0)) continue
    sharesW[card] = curve.idleW + moreW
    leftW -= moreW
  }
  return {
    sharesW,
    totalW: sharesW.reduce((sum, each) => sum + each, 0),
    throughput: sharesW.reduce((sum, shareW, i) => sum + throughputUnder(seats[i]!, shareW), 0),
  }
}

/** What keeps a seat to its share, on average. */
export function throttleFor({ curve, byLimit, isWhole = false }: PoweredSeat, shareW: number): Throttle {
  if (!byLimit) {
    const loadShare = loadShareOf(shareW, curve.idleW, curve.maxW)
    return { loadShare: isWhole && loadShare < 1 - DUST ? 0 : loadShare }
  }
  const least = firstW(curve)
  if (shareW >= curve.maxW) return { limitW: curve.maxW, loadShare: 1 }
  if (shareW >= least) return { limitW: Math.floor(shareW), loadShare: 1 }
  return { limitW: least, loadShare: isWhole ? 0 : loadShareOf(shareW, curve.idleW, least) }
}

/** Work a second that a seat does with its share. */
export function throughputUnder(seat: PoweredSeat, shareW: number): number {
  const { limitW = seat.curve.maxW, loadShare } = throttleFor(seat, shareW)
  return loadShare * throughputAt(seat.curve, limitW)
}

function loadShareOf(shareW: number, idleW: number, fullW: number): number {
  const share = (shareW - idleW) / (fullW - idleW)
  return share < LOAD_SHARE_MIN - DUST ? 0 : Math.min(1, share)
}

/** Limits are whole watts. */
const firstW = ({ minW, maxW }: PowerCurve): number => Math.min(Math.ceil(minW), maxW)

const perWattAtLeast = (curve: PowerCurve): number => throughputAt(curve, firstW(curve)) / (firstW(curve) - curve.idleW)

/** Straight from idle to full: no lower limit than a tenth of the time. */
function curveByLoad({ curve, isWhole = false }: PoweredSeat): PowerCurve {
  const { idleW, maxW } = curve
  const spanW = maxW - idleW
  const minW = isWhole ? maxW : idleW + LOAD_SHARE_MIN * spanW
  return { ...curve, minW, linear: spanW / throughputAt(curve, maxW), steep: 0 }
}
