/**
 * One power budget over several cards: each next watt goes where it brings the most work, which is the best there is while curves bend
 * down. A card is off, and draws what it draws idle, or has a limit within its range: the step from off to its lowest limit counts as
 * one, by what it brings for each of its watts.
 */
import { CARD_W_MAX, type PowerCurve, throughputAt } from './power-curve.ts'

export interface PowerAllotment {
  /** Place in the list that was given. */
  readonly card: number
  /** The limit to be set, in whole watts; its idle draw where it is off. */
  readonly powerW: number
  readonly on: boolean
  /** Work a second. */
  readonly throughput: number
}

export interface PowerPlan {
  readonly allotments: readonly PowerAllotment[]
  /** Never more than the budget, unless the cards draw more doing nothing. */
  readonly totalW: number
  readonly throughput: number
}

export interface PowerTerms {
  /** What all cards together may draw, idle ones too. */
  readonly budgetW: number
  /** Work a second that a watt has to bring to be worth its price; see `energy-price.ts`. */
  readonly perWattMin?: number
}

/** @throws RangeError where the budget is no number, or a curve leaves {@link CARD_W_MAX} */
export function assignPower(curves: readonly PowerCurve[], { budgetW, perWattMin = 0 }: PowerTerms): PowerPlan {
  if (Number.isNaN(budgetW)) throw new RangeError('a budget is a number of watts')
  const ladders = curves.map(ladderOf)
  const spareW = budgetW - curves.reduce((sum, curve) => sum + curve.idleW, 0)
  const filled = fill(ladders, { spareW, perWattMin })
  // As long as every card that is worth it could be turned on, there is nothing better.
  const { places } = filled.missed ? improved(filled, (runs) => fill(ladders, { spareW, perWattMin }, runs)) : filled
  const allotments = curves.map((curve, card): PowerAllotment => {
    const place = places[card]!
    return place === OFF
      ? { card, powerW: curve.idleW, on: false, throughput: 0 }
      : {
          card,
          powerW: ladders[card]!.firstW + place * STEP_W,
          on: true,
          throughput: ladders[card]!.throughputs[place]!,
        }
  })
  return {
    allotments,
    totalW: allotments.reduce((sum, { powerW }) => sum + powerW, 0),
    throughput: allotments.reduce((sum, { throughput }) => sum + throughput, 0),
  }
}

/** Finer limits are set nowhere. */
const STEP_W = 1

/** The limits of a card, from its lowest in whole watts up. */
interface Ladder {
  readonly idleW: number
  readonly firstW: number
  readonly throughputs: Float64Array
}

function ladderOf(curve: PowerCurve): Ladder {
  const { idleW, minW, maxW } = curve
  if (!(minW <= maxW && maxW <= CARD_W_MAX)) throw new RangeError(`a card draws at most ${CARD_W_MAX} W`)
  const firstW = Math.min(Math.ceil(minW), maxW)
  const throughputs = new Float64Array(1 + Math.floor((maxW - firstW) / STEP_W))
  for (let place = 0; place < throughputs.length; place++) {
    throughputs[place] = throughputAt(curve, firstW + place * STEP_W)
  }
  return { idleW, firstW, throughputs }
}

const OFF = -1

interface Filled {
  /** On the ladder of each card, or {@link OFF}. */
  readonly places: Int32Array
  /** Work a second, less what the watts have to bring. */
  readonly worth: number
  /** A card is off that was worth its first step, for there were not enough watts left. */
  readonly missed: boolean
}

/** What adding up small numbers may leave over. */
const DUST_W = 1e-9

/** @param runs the cards that are on in any case, and the only ones; without it whichever brings the most */
function fill(
  ladders: readonly Ladder[],
  { spareW, perWattMin }: { readonly spareW: number; readonly perWattMin: number },
  runs?: (card: number) => boolean,
): Filled {
  const places = new Int32Array(ladders.length).fill(OFF)
  /** Of the next step: watts, and work a second for each of them; no more steps where it is below 0. */
  const costW = new Float64Array(ladders.length)
  const perWatt = new Float64Array(ladders.length).fill(-1)
  const lookAhead = (card: number): void => {
    const { idleW, firstW, throughputs } = ladders[card]!
    const place = places[card]!
    const cost = place === OFF ? firstW - idleW : STEP_W
    const more = place + 1 < throughputs.length
    costW[card] = cost
    perWatt[card] = more ? (throughputs[place + 1]! - (place === OFF ? 0 : throughputs[place]!)) / cost : -1
  }
  let leftW = spareW
  let worth = 0
  let missed = false
  const step = (card: number): void => {
    leftW -= costW[card]!
    worth += costW[card]! * (perWatt[card]! - perWattMin)
    places[card]!++
    lookAhead(card)
  }
  for (let card = 0; card < ladders.length; card++) {
    if (runs?.(card) === false) continue
    lookAhead(card)
    if (runs !== undefined) step(card)
  }
  if (leftW < -DUST_W) return { places, worth: Number.NEGATIVE_INFINITY, missed }
  for (;;) {
    let chosen = -1
    for (let card = 0; card < ladders.length; card++) {
      if (perWatt[card]! < Math.max(0, perWattMin)) continue
      if (costW[card]! > leftW + DUST_W) {
        // What does not fit now never will: what is left only shrinks.
        if (places[card] === OFF) missed = true
        perWatt[card] = -1
      } else if (chosen === -1 || perWatt[card]! > perWatt[chosen]!) chosen = card
    }
    if (chosen === -1) return { places, worth, missed }
    step(chosen)
  }
}

/** Rounds of trying cards the other way; each has to bring more, and two are the rule. */
const ROUNDS_MAX = 16
/** Pairs grow with the square; no board takes more cards. */
const CARDS_PAIRED_MAX = 16

/**
 * Filling greedily can miss a set of cards, for the first step of a card is large and what is left then is lost: each card is tried the
 * other way, and where that brings nothing each two of them.
 */
function improved(first: Filled, refill: (runs: (card: number) => boolean) => Filled): Filled {
  const cards = first.places.length
  let best = first
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const from = best
    const flip = (one: number, other: number): void => {
      const tried = refill((card) => (card === one || card === other) !== (from.places[card] !== OFF))
      if (tried.worth > best.worth * (1 + 1e-9)) best = tried
    }
    for (let card = 0; card < cards; card++) flip(card, card)
    if (best !== from) continue
    for (let one = 0; one < cards && cards <= CARDS_PAIRED_MAX; one++) {
      for (let other = one + 1; other < cards; other++) flip(one, other)
    }
    if (best === from) break
  }
  return best
}
