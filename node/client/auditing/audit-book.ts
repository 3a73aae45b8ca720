/**
 * What this client found out about the answers of miners, by its own audits, and what those cost. It is its own word and nobody else's: it
 * lowers a miner in its own ranking, or ends it.
 */
import type { Address, Hash32, ModelId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { AuditMoney } from '../../../protocols/rules/auditing/audit-budget.ts'
import {
  AUDIT_WINDOW_MS,
  type AuditNote,
  type AuditStanding,
  type AuditTally,
  auditFactor,
  auditStanding,
  tallyOf,
} from '../../../protocols/rules/auditing/audit-record.ts'
import { type AuditRow, isMismatch } from './audit-row.ts'

/** Audits that are remembered: a week of one every two minutes. Those that found nothing out go first, those that convict last. */
export const AUDITS_MAX = 4_096
/** What follows from notes changes by the clock alone within a week: so long it is not worked out again. */
const FRESH_MS = 1_000

/** Where it is kept. What is not written is lost with the process, and costs an audit more. */
export interface AuditKeeper {
  keep(row: AuditRow, forgotten: Hash32 | undefined, money: AuditMoney): void
  keepMoney(money: AuditMoney): void
}

export interface KeptAudits {
  readonly rows: readonly AuditRow[]
  readonly money: AuditMoney
}

interface Known {
  readonly notes: AuditNote[]
  standing: AuditStanding
  factor: number
  untilMs: number
}

export const NO_AUDITS: KeptAudits = { rows: [], money: { spent: credits(0), audits: credits(0) } }

export class AuditBook {
  readonly #clock: Clock
  readonly #keeper: AuditKeeper | undefined
  /** In the order of their times. */
  readonly #rows = new Map<Hash32, AuditRow>()
  readonly #known = new Map<Address, Known>()
  #money: AuditMoney

  constructor(clock: Clock, kept: KeptAudits = NO_AUDITS, keeper?: AuditKeeper) {
    this.#clock = clock
    this.#keeper = keeper
    this.#money = kept.money
    for (const row of kept.rows.slice(-AUDITS_MAX)) this.#take(row)
  }

  /** The oldest first. */
  rows(): readonly AuditRow[] {
    return [...this.#rows.values()]
  }

  get money(): AuditMoney {
    return this.#money
  }

  /** Miners of which something is known. */
  miners(): readonly Address[] {
    return [...this.#known.keys()]
  }

  /** Within the last week, or another time: what an accuracy is made of. */
  tallyOf(miner: Address, windowMs: number = AUDIT_WINDOW_MS): AuditTally {
    return tallyOf(this.#known.get(miner)?.notes ?? [], this.#clock.nowMs(), windowMs)
  }

  standingOf(miner: Address): AuditStanding {
    return this.#fresh(miner)?.standing ?? 'untested'
  }

  /** By how much dearer its offers look. */
  factorOf(miner: Address): number {
    return this.#fresh(miner)?.factor ?? 1
  }

  isBarred(miner: Address): boolean {
    return this.#fresh(miner)?.standing === 'lying'
  }

  /** Of each miner that was audited there lately: whether an answer of it differed from another's. */
  differedOver(model: ModelId, kernelClass: Hash32): ReadonlyMap<Address, boolean> {
    const sinceMs = this.#clock.nowMs() - AUDIT_WINDOW_MS
    const miners = new Map<Address, boolean>()
    for (const row of this.#rows.values()) {
      if (row.model !== model || row.kernelClass !== kernelClass || row.atMs < sinceMs) continue
      for (const { miner, outcome, why } of row.parties) {
        const differed = outcome === 'mismatched' || why === 'unsteady' || why === 'undecided'
        if (differed || outcome === 'matched') miners.set(miner, (miners.get(miner) ?? false) || differed)
      }
    }
    return miners
  }

  /** A job of this client's own was paid for. */
  spent(price: Credits): void {
    this.#money = { ...this.#money, spent: credits(this.#money.spent + price) }
  }

  /** Sets aside what an audit may cost, until {@link costs} says what it did. */
  reserve(price: Credits): void {
    this.#money = { ...this.#money, audits: credits(this.#money.audits + price) }
    this.#keeper?.keepMoney(this.#money)
  }

  costs(reserved: Credits, price: Credits): void {
    this.#money = { ...this.#money, audits: credits(this.#money.audits - reserved + price) }
    this.#keeper?.keepMoney(this.#money)
  }

  /** True where it is news: a receipt is drawn once. */
  note(row: AuditRow): boolean {
    if (this.#rows.has(row.drawn)) return false
    const forgotten = this.#rows.size >= AUDITS_MAX ? this.#leastWorth() : undefined
    if (forgotten !== undefined) this.#forget(this.#rows.get(forgotten)!)
    this.#take(row)
    this.#keeper?.keep(row, forgotten, this.#money)
    return true
  }

  /** Writes what is spent, which is not written with each job. */
  keep(): void {
    this.#keeper?.keepMoney(this.#money)
  }

  #take(row: AuditRow): void {
    this.#rows.set(row.drawn, row)
    for (const { miner, outcome } of row.parties) {
      const known = this.#known.get(miner) ?? { notes: [], standing: 'untested', factor: 1, untilMs: 0 }
      known.notes.push({ atMs: row.atMs, outcome })
      known.untilMs = 0
      this.#known.set(miner, known)
    }
  }

  /** With its last note a miner is forgotten too: there are no more of them than rows. */
  #forget(row: AuditRow): void {
    this.#rows.delete(row.drawn)
    for (const { miner, outcome } of row.parties) {
      const known = this.#known.get(miner)!
      const at = known.notes.findIndex((note) => note.atMs === row.atMs && note.outcome === outcome)
      if (at >= 0) known.notes.splice(at, 1)
      known.untilMs = 0
      if (known.notes.length === 0) this.#known.delete(miner)
    }
  }

  #leastWorth(): Hash32 {
    const rows = this.rows()
    const nothing = rows.find(({ parties }) => parties.every(({ outcome }) => outcome === 'inconclusive'))
    return (nothing ?? rows.find((row) => !isMismatch(row)) ?? rows[0]!).drawn
  }

  #fresh(miner: Address): Known | undefined {
    const known = this.#known.get(miner)
    if (known === undefined) return undefined
    const nowMs = this.#clock.nowMs()
    if (nowMs >= known.untilMs || known.untilMs > nowMs + FRESH_MS) {
      known.standing = auditStanding(known.notes, nowMs)
      known.factor = auditFactor(known.notes, nowMs)
      known.untilMs = nowMs + FRESH_MS
    }
    return known
  }
}
