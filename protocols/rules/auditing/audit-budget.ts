/** What audits may cost: never more than their share of what the client's own jobs cost. */
import { type Credits, credits } from '../../kernel/money.ts'
import { PPM } from './audit-share.ts'

export interface AuditMoney {
  /** On jobs of its own, all in all. */
  readonly spent: Credits
  /** On audits, with what those may cost that run now. */
  readonly audits: Credits
}

/** @param base the client's share, in parts of a million */
export function auditRoom(base: number, { spent, audits }: AuditMoney): Credits {
  const may = (spent * BigInt(base)) / BigInt(PPM)
  return credits(may > audits ? may - audits : 0n)
}

/** Twin and referee, and the canary itself. */
export const RUNS = { twin: 2n, canary: 3n } as const

/** A job that costs less than a tenth of what the same costs elsewhere cannot be audited: the reserve for it would hold up all others. */
const PRICE_FACTOR_MAX = 10n
/** What a run may cost of what it costs: who is asked to judge by chance could ask any price. */
const FAIR_FACTOR = 2n

/**
 * What is held ready for each run of an audit, as far as there is room. An audit begins only where there is room for a
 * referee too: to ask a twin alone, and then to have to leave it at that, costs as much and is worth nothing to anybody.
 * @param room as {@link auditRoom} says
 * @param price of the job that was drawn; nothing, where its card is leased
 * @returns undefined where there is no room
 */
export function runPriceMax(room: Credits, price: Credits, by: keyof typeof RUNS): Credits | undefined {
  const each = room / RUNS[by]
  if (each === 0n || each < price) return undefined
  return credits(price === 0n || each < PRICE_FACTOR_MAX * price ? each : PRICE_FACTOR_MAX * price)
}

/**
 * What a run may really cost: twice the price of the job, or of the middle one of those who could run it, where that is more. By its own price
 * alone a miner would be safe from audits that asks half of what the others ask.
 * @param asked by all who could run it, the audited miner with them
 */
export function fairPriceMax(price: Credits, asked: readonly Credits[], max: Credits): Credits {
  const sorted = [...asked].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const middle = sorted[(sorted.length - 1) >> 1] ?? price
  const fair = FAIR_FACTOR * (middle > price ? middle : price)
  return credits(fair === 0n || fair > max ? max : fair)
}
