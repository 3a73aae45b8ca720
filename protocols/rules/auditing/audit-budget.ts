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

/**
 * What each run of an audit may cost: twice the price of the job, as far as there is room. An audit begins only where there is room for a
 * referee too: to ask a twin alone, and then to have to leave it at that, costs as much and is worth nothing to anybody.
 * @param room as {@link auditRoom} says
 * @param price of the job that was drawn; nothing, where its card is leased
 * @returns undefined where there is no room
 */
export function runPriceMax(room: Credits, price: Credits, by: keyof typeof RUNS): Credits | undefined {
  const each = room / RUNS[by]
  if (each === 0n || each < price) return undefined
  return credits(price === 0n || each < 2n * price ? each : 2n * price)
}

/** Whether an audit may begin: there is room for a twin and a referee at the price of the job. */
export const mayAudit = (base: number, money: AuditMoney, price: Credits): boolean =>
  auditRoom(base, money) >= RUNS.twin * price
