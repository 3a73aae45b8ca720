/** The whole of protocols/rules/pricing/vectors.json, made anew. */
import { type Json, toJson } from '../statement-vectors/json.ts'
import { marketVectors } from './market-vectors.ts'
import { planVectors } from './plan-vectors.ts'

export const PRICING_VECTORS_PATH = new URL('../../../protocols/rules/pricing/vectors.json', import.meta.url)

export const pricingVectors = (): { readonly [name: string]: Json } => ({
  about:
    'Fractions are n/d as decimal text, amounts are credits. plan: the planned formula. market: what an offer asks for a unit in the standard class, and what jobs of every class cost.',
  plan: toJson(planVectors()),
  market: toJson(marketVectors()),
})
