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

/**
 * An audit begins only where there is room for the twin and for a referee: to ask a twin alone, and then to have to leave it at that, costs as
 * much as it is worth to nobody.
 * @param price the most that a twin may cost
 */
export const mayAudit = (base: number, money: AuditMoney, price: Credits): boolean =>
  auditRoom(base, money) >= 2n * price
