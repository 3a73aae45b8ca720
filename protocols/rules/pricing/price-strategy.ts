/** What a miner asks for a model: its owner's strategy over what it sees of the market, bounded by its owner and by what energy costs. */
import { MeshError } from '../../kernel/errors.ts'
import { type Credits, credits } from '../../kernel/money.ts'
import { PRICE_MAX } from '../../wire/offer/offer-body.ts'
import { demandStep } from './demand-law.ts'
import { creditsAtMost, rounded } from './exact-number.ts'
import { baseCovering, type ExplainedPrice } from './market-base.ts'
import type { PriceStrategy } from './price-strategies.ts'

/** What the owner has said. */
export interface PriceWish {
  readonly strategy: PriceStrategy
  /** What it is to the strategy says `namedPriceIs`. */
  readonly price: Credits
  readonly min?: Credits | undefined
  readonly max?: Credits | undefined
}

/** What the miner sees, for one model. */
export interface MarketView {
  /** What the formula gives. */
  readonly formula: ExplainedPrice
  /** Bases that others ask for the model, live and not withdrawn, in any order. */
  readonly others: readonly Credits[]
  /** Share of this miner's time that work took since the step before; absent before it was seen. */
  readonly utilisation?: number | undefined
  /** What the energy of one unit costs beyond what the card draws anyway; absent where it is not known or not asked for. */
  readonly energy?: Credits | undefined
}

export type PriceBound = 'energy' | 'floor' | 'min' | 'max'

/** One thought on the way to a price, in order; the last has what is asked. */
export interface PriceStep {
  readonly base: Credits
  readonly why: string
}

export interface AskedPrice {
  readonly strategy: PriceStrategy
  /** Of one unit in the standard class: what the offer says. */
  readonly base: Credits
  /** In millionths of a credit: where `demand` goes on from, for 2 % of a small price is less than a credit. */
  readonly level: bigint
  /** No class of a job is sold for less than what this covers; absent where there is none. */
  readonly floor?: Credits
  /** What stopped the strategy, where something did. */
  readonly bound?: PriceBound
  readonly steps: readonly PriceStep[]
  readonly formula: ExplainedPrice
}

const LEVEL = 1_000_000n
/** Fewer are chance, or one owner. */
const OTHERS_MIN = 3
/** An undercut is by a hundredth, and by a credit at least. */
const UNDERCUT = 100n

/**
 * @param before what was asked last; `undefined` at the beginning
 * @throws MeshError PRICE_INPUT where the bounds contradict each other; PRICE_OVERFLOW
 */
export function askPrice(wish: PriceWish, view: MarketView, before?: Pick<AskedPrice, 'level'>): AskedPrice {
  const { strategy, min, max } = wish
  if (min !== undefined && max !== undefined && min > max) {
    throw new MeshError('PRICE_INPUT', {
      what: 'the lowest price',
      value: String(min),
      why: `it is above the highest, ${max}`,
      needed: 'a lowest price that is no higher than the highest',
    })
  }
  const { wants, floorOf } = strategies[strategy]
  const wanted = wants(wish, view, before)
  const steps: PriceStep[] = [...wanted.steps]
  let { level } = wanted
  let bound: PriceBound | undefined
  const hold = (base: Credits, isOver: boolean, by: PriceBound, why: string): void => {
    if (!isOver) return
    level = base * LEVEL
    bound = by
    steps.push({ base, why })
  }
  const asked = (): bigint => rounded({ n: level, d: LEVEL })
  const floor = floorOf?.(wish, view)
  if (floor !== undefined) {
    hold(floor.base, asked() < floor.base, 'floor', `${floor.why}, in every class`)
    if (min !== undefined) hold(min, asked() < min, 'min', 'the lowest that its owner lets it ask')
    if (max !== undefined) hold(max, asked() > max, 'max', 'the highest that its owner lets it ask')
  }
  const energy = view.energy === undefined ? undefined : baseCovering(view.energy)
  if (energy !== undefined) hold(energy, asked() < energy, 'energy', 'what the energy of it costs, in every class')
  const least = largest(floor?.base, energy)
  return {
    strategy,
    base: creditsAtMost(asked(), PRICE_MAX),
    level,
    ...(least === undefined ? {} : { floor: least }),
    ...(bound === undefined ? {} : { bound }),
    steps,
    formula: view.formula,
  }
}

interface Wanted {
  readonly level: bigint
  readonly steps: readonly PriceStep[]
}

interface StrategyRow {
  /** Before any bound. */
  readonly wants: (wish: PriceWish, view: MarketView, before: Pick<AskedPrice, 'level'> | undefined) => Wanted
  /** Absent where its owner's word is the price: bounds are for what moves by itself. */
  readonly floorOf?: (wish: PriceWish, view: MarketView) => PriceStep
}

const wantedAt = (...steps: readonly PriceStep[]): Wanted => ({ level: steps.at(-1)!.base * LEVEL, steps })

/** Scaled to the work. */
const halfOfMarket = (_: PriceWish, { formula }: MarketView): PriceStep => ({
  base: formula.floor,
  why: 'half of what the market takes as the base of such work',
})

const halfOfNamed = ({ price }: PriceWish): PriceStep => ({
  base: baseCovering(creditsAtMost((price + 1n) / 2n, PRICE_MAX)),
  why: 'half of where its owner lets it begin',
})

const strategies: Readonly<Record<PriceStrategy, StrategyRow>> = {
  fixed: { wants: ({ price }) => wantedAt({ base: price, why: 'named by its owner' }) },
  market: { wants: (_, view) => wantedAt(byFormula(view), ...withinOthers(view)), floorOf: halfOfMarket },
  undercut: { wants: (_, view) => wantedAt(byFormula(view), ...underOthers(view)), floorOf: halfOfMarket },
  demand: { wants: byDemand, floorOf: halfOfNamed },
}

const byFormula = ({ formula }: MarketView): PriceStep => ({
  base: formula.final,
  why: formula.isFloor ? 'the floor of the market, which is above its formula' : 'by the formula of the market',
})

/** Dearer than three quarters gets no work, cheaper than three quarters gives it away. */
function withinOthers({ formula: { final, isMeasured }, others }: MarketView): readonly PriceStep[] {
  const asked = sorted(others)
  // Who asks a hundred times too much for want of a measurement would never get the job that it could measure.
  if (asked.length < (isMeasured ? OTHERS_MIN : 1)) return []
  const low = credits(asked[Math.floor((asked.length - 1) / 4)]!)
  const high = credits(asked[Math.ceil((3 * (asked.length - 1)) / 4)]!)
  const most =
    asked.length < OTHERS_MIN ? `the ${asked.length} others that are known` : `three quarters of ${asked.length} others`
  if (final > high) return [{ base: high, why: `${most} ask no more` }]
  return final < low ? [{ base: low, why: `${most} ask no less` }] : []
}

function underOthers({ others }: MarketView): readonly PriceStep[] {
  const [cheapest] = sorted(others)
  if (cheapest === undefined) return []
  const off = cheapest / UNDERCUT
  const base = cheapest - (off > 0n ? off : 1n)
  return [
    {
      base: credits(base < 1n ? 1n : base),
      why: `a hundredth below ${cheapest}, the least of ${others.length} others`,
    },
  ]
}

/** What costs nothing sells nothing, and would pull all others down to it. An array of numbers, for a market may have thousands. */
const sorted = (others: readonly Credits[]): BigUint64Array =>
  BigUint64Array.from(others.filter((each) => each > 0n)).sort()

function byDemand(
  { price }: PriceWish,
  { utilisation }: MarketView,
  before: Pick<AskedPrice, 'level'> | undefined,
): Wanted {
  const from = before?.level ?? price * LEVEL
  const at = (level: bigint): Credits => creditsAtMost(rounded({ n: level, d: LEVEL }), PRICE_MAX)
  const begun: PriceStep = { base: at(from), why: before === undefined ? 'where its owner lets it begin' : 'as before' }
  if (utilisation === undefined) return { level: from, steps: [begun] }
  const { factor, why } = demandStep(utilisation)
  // Towards where it was, so that no step is ever larger than the law says.
  const level = factor.n >= factor.d ? (from * factor.n) / factor.d : (from * factor.n + factor.d - 1n) / factor.d
  return { level, steps: [begun, { base: at(level), why }] }
}

const largest = (a: Credits | undefined, b: Credits | undefined): Credits | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a
