/** What a price is made of, as the miner tells it to who asks for its table. */
import { rounded } from '../../protocols/rules/pricing/exact-number.ts'
import { multiplierNames } from '../../protocols/rules/pricing/multipliers.ts'
import type { AskedPrice } from '../../protocols/rules/pricing/price-strategy.ts'
import type { PriceTerms } from '../../protocols/wire/offer/price-terms.ts'

/** The class of a job is its client's choice: `latency` stands for no factor of an offer. */
export function priceTerms({ strategy, formula, floor, bound }: AskedPrice): PriceTerms {
  const factors = multiplierNames
    .filter((name) => name !== 'latency')
    .map((name) => {
      const { n, d } = formula.multipliers[name].factor
      return { name, millionths: Number(rounded({ n: n * 1_000_000n, d })) }
    })
  return {
    strategy,
    reference: formula.base,
    formula: formula.final,
    factors,
    ...(floor === undefined ? {} : { floor }),
    ...(bound === undefined ? {} : { bound }),
  }
}
