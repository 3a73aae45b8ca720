/** The load of a market over some minutes: each look sees who has work at that moment, and a price should not flicker with it. */
import type { MarketLoad } from '../../protocols/rules/pricing/market-load.ts'

/** Weight of the newest look: about the last five minutes. */
const NEWEST = 0.3

export function smoothLoad(known: MarketLoad | undefined, seen: MarketLoad | undefined): MarketLoad | undefined {
  if (known === undefined || seen === undefined) return seen ?? known
  const towards = (from: number, to: number): number => Number((from + NEWEST * (to - from)).toFixed(4))
  return { queue: towards(known.queue, seen.queue), utilisation: towards(known.utilisation, seen.utilisation) }
}
