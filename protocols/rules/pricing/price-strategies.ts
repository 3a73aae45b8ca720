/** The strategies that an owner may choose from, and what the price that it names is to each; what they ask is in price-strategy.ts. */

export const priceStrategies = ['fixed', 'market', 'undercut', 'demand'] as const
export type PriceStrategy = (typeof priceStrategies)[number]

/** `asked` as it is, the `first` one that is asked, or `unused`, for the market decides. */
export const namedPriceIs: Readonly<Record<PriceStrategy, 'asked' | 'first' | 'unused'>> = {
  fixed: 'asked',
  market: 'unused',
  undercut: 'unused',
  demand: 'first',
}
