/** What the settings say of a price. */
import type { Credits } from '../../protocols/kernel/money.ts'
import { jobTypeTable } from '../../protocols/rules/pricing/job-types.ts'
import type { PriceWish } from '../../protocols/rules/pricing/price-strategy.ts'
import type { Settings } from '../config/settings.ts'

export type PriceSettings = Pick<Settings, 'basePrice' | 'priceStrategy' | 'basePriceMin' | 'basePriceMax'>

/** Where the price begins: what its owner named, else what such work costs before anything is known of it. */
export const namedPrice = ({ basePrice }: Pick<Settings, 'basePrice'>): Credits =>
  (basePrice as Credits | undefined) ?? jobTypeTable.inference.base

export function priceWish(settings: PriceSettings): PriceWish {
  const { basePrice, priceStrategy, basePriceMin: min, basePriceMax: max } = settings
  const auto = basePrice === undefined ? 'market' : 'fixed'
  return {
    strategy: priceStrategy === 'auto' ? auto : priceStrategy,
    price: namedPrice(settings),
    ...(min === undefined ? {} : { min: min as Credits }),
    ...(max === undefined ? {} : { max: max as Credits }),
  }
}
