/** `price`: what this miner asks and why, or goes by from now on; what others ask for a model, as they explain it. */
import { z } from 'zod'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { exactText } from '../../../protocols/rules/pricing/exact-number.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { type LatencyClass, latencyClasses } from '../../../protocols/rules/pricing/latency-class.ts'
import { type MultiplierName, multiplierNames } from '../../../protocols/rules/pricing/multipliers.ts'
import type { PriceStrategy } from '../../../protocols/rules/pricing/price-strategies.ts'
import type { PriceBound, PriceStep } from '../../../protocols/rules/pricing/price-strategy.ts'
import type { ExplainedOffer } from '../../client/choosing/explained-prices.ts'
import { settings } from '../../config/settings.ts'
import { priceWish } from '../../pricing/price-wish.ts'
import type { Miner } from '../../roles/miner/miner.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import type { ServedModel } from '../../work/served-models.ts'
import { parseParams } from './parse-params.ts'

export interface ShownPrice {
  readonly model: string
  readonly name: string
  readonly strategy: PriceStrategy
  /** Of one unit in the standard class; the offer that is told next has it. */
  readonly asked: Credits
  /** In the offer that stands, and until when (Unix ms); absent before the first. */
  readonly told?: { readonly base: Credits; readonly endsAtMs: number }
  readonly classes: Readonly<Record<LatencyClass, Credits>>
  /** What the type of job costs before anything, and what the formula makes of it. */
  readonly base: Credits
  readonly formula: Credits
  readonly isFloor: boolean
  readonly multipliers: Readonly<Record<MultiplierName, { readonly factor: string; readonly why: string }>>
  readonly floor?: Credits
  readonly bound?: PriceBound
  /** How the strategy came to what is asked, in order. */
  readonly steps: readonly PriceStep[]
  /** Others whose live offers this node knows, and how many of them ask less. */
  readonly others: number
  readonly cheaper: number
}

export interface MarketPrices {
  readonly model: string
  readonly modelName: string
  readonly miners: readonly (ExplainedOffer & { readonly classes: Readonly<Record<LatencyClass, Credits>> })[]
}

export interface PriceReport {
  /** Empty where this node is no miner, or serves no such model. */
  readonly prices: readonly ShownPrice[]
  /** Null where no model was named, or this node is no client. */
  readonly market: MarketPrices | null
}

const wishSchema = z.strictObject({
  basePrice: settings.basePrice.kind.schema,
  priceStrategy: settings.priceStrategy.kind.schema,
  basePriceMin: settings.basePriceMin.kind.schema,
  basePriceMax: settings.basePriceMax.kind.schema,
})
const schema = z.strictObject({ model: z.string().min(1).max(64).optional(), change: wishSchema.optional() })

/** @throws MeshError USAGE, MODEL_UNKNOWN, ROLE_MISSING where prices are changed that no miner has, PRICE_INPUT */
export async function pricesFor(node: RunningNode, params: unknown, signal: AbortSignal): Promise<PriceReport> {
  const { model, change } = parseParams(schema, params)
  const { miner, client } = node
  if (change !== undefined) {
    if (miner === undefined) throw new MeshError('ROLE_MISSING', { roles: node.settings.roles, role: 'miner' })
    miner.prices.change(priceWish(change))
  }
  const isNamed = ({ table }: ServedModel): boolean => model === undefined || [table.id, table.name].includes(model)
  const prices = [...(miner?.models.all() ?? [])].filter(isNamed).flatMap((served) => shownPrice(miner!, served) ?? [])
  if (model === undefined || client === undefined) {
    if (model !== undefined && prices.length === 0) throw new MeshError('MODEL_UNKNOWN', { model, next: NEXT })
    return { prices, market: null }
  }
  try {
    const { id, name } = await client.findModel(model, signal)
    const miners = (await client.prices(id, signal)).map((each) => ({ ...each, classes: classesOf(each.base) }))
    return { prices, market: { model: id, modelName: name, miners } }
  } catch (error) {
    // What this node serves itself it knows without anybody.
    if (prices.length === 0 || !isMeshError(error, 'MODEL_UNKNOWN', 'NO_PEERS')) throw error
    return { prices, market: null }
  }
}

const NEXT = 'See what this node serves with aitbc price.'

function shownPrice({ prices, board }: Miner, served: ServedModel): ShownPrice | undefined {
  const { asked, table } = served
  if (asked === undefined) return undefined
  const { strategy, base, floor, bound, steps, formula } = asked
  const offer = board.current
  const told = offer === undefined ? undefined : board.priceUnder(offer.hash, table.id)
  const multipliers = multiplierNames.map((name) => {
    const { factor, why } = formula.multipliers[name]
    return [name, { factor: exactText(factor), why }] as const
  })
  return {
    model: table.id,
    name: table.name,
    strategy,
    asked: base,
    ...(told === undefined ? {} : { told: { base: told, endsAtMs: Number(offer!.head.expiresAtMs) } }),
    classes: classesOf(base),
    base: formula.base,
    formula: formula.final,
    isFloor: formula.isFloor,
    multipliers: Object.fromEntries(multipliers) as ShownPrice['multipliers'],
    ...(floor === undefined ? {} : { floor }),
    ...(bound === undefined ? {} : { bound }),
    steps,
    ...prices.rankOf(served),
  }
}

const classesOf = (base: Credits): Readonly<Record<LatencyClass, Credits>> =>
  Object.fromEntries(latencyClasses.map((each) => [each, credits(jobPrice(base, each))])) as Record<
    LatencyClass,
    Credits
  >
