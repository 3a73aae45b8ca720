/** `audits`: how this node looks at answers, what it found of each miner, what that cost, and what clients say of this node's own. */
import { z } from 'zod'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { auditRoom } from '../../../protocols/rules/auditing/audit-budget.ts'
import type { AuditStanding, AuditTally } from '../../../protocols/rules/auditing/audit-record.ts'
import { PPM, shareOf, stakeToDeter } from '../../../protocols/rules/auditing/audit-share.ts'
import type { AuditBook } from '../../client/auditing/audit-book.ts'
import type { AuditRow } from '../../client/auditing/audit-row.ts'
import type { Settings } from '../../config/settings.ts'
import type { ToldTally } from '../../work/auditing/audits-told.ts'
import { parseParams } from './parse-params.ts'

/** The newest of them; with an id all of a miner that are known, proofs included. */
const SHOWN = 20
const SHOWN_MAX = 500

const HEX = /^0x[0-9a-fA-F]{1,64}$/
const schema = z.strictObject({ id: z.string().regex(HEX).optional(), limit: z.int().min(1).max(SHOWN_MAX).optional() })

export interface AuditedMiner extends AuditTally {
  readonly miner: Address
  readonly standing: AuditStanding
  /** By how much dearer its offers look here. */
  readonly factor: number
  /** Parts in a million of its answers that are drawn now. */
  readonly share: number
}

export interface AuditsReport {
  /** Parts in a million of answers that are drawn of a miner of which little is known. */
  readonly share: number
  /** Parts in a million of what jobs cost, what they cost, what audits cost, and what these may cost now. */
  readonly budget: { readonly share: number; readonly spent: Credits; readonly audits: Credits; readonly room: Credits }
  /** Times what a lie brings that a miner must have to lose, or lying pays; to a tenth, null where nobody is audited. */
  readonly deters: number | null
  /** Audits that wait or run; absent where no node runs. */
  readonly open?: number
  readonly miners: readonly AuditedMiner[]
  /** The newest first. */
  readonly audits: readonly AuditRow[]
  /** Since the start; null without the miner's role. */
  readonly told: ToldTally | null
}

export interface AuditsOf {
  readonly settings: Pick<Settings, 'auditShare' | 'auditBudget'>
  readonly book: AuditBook
  readonly open?: number
  readonly told: ToldTally | null
}

/** What a lie brings, in what nothing is rounded to. */
const GAIN = credits(1_000_000)

/** @throws MeshError USAGE */
export function auditsOf({ settings, book, open, told }: AuditsOf, params: unknown): AuditsReport {
  const { id, limit = id === undefined ? SHOWN : SHOWN_MAX } = parseParams(schema, params ?? {})
  const [base, budget] = [settings.auditShare * (PPM / 100), settings.auditBudget * (PPM / 100)]
  const { spent, audits } = book.money
  const wanted = id?.toLowerCase() ?? ''
  const deters = stakeToDeter(GAIN, base)
  const isMeant = (row: AuditRow): boolean =>
    row.drawn.startsWith(wanted) || row.parties.some(({ miner }) => miner.startsWith(wanted))
  return {
    share: base,
    budget: { share: budget, spent, audits, room: auditRoom(budget, book.money) },
    deters: deters === undefined ? null : Math.round((10 * Number(deters)) / Number(GAIN)) / 10,
    ...(open === undefined ? {} : { open }),
    miners: book
      .miners()
      .filter(
        (miner) =>
          miner.startsWith(wanted) ||
          (id !== undefined &&
            book.rows().some((row) => isMeant(row) && row.parties.some((party) => party.miner === miner))),
      )
      .map((miner) => {
        const standing = book.standingOf(miner)
        return {
          ...{ miner, standing, factor: book.factorOf(miner), share: shareOf(base, standing) },
          ...book.tallyOf(miner),
        }
      }),
    audits: book
      .rows()
      .filter(isMeant)
      .slice(-limit)
      .reverse()
      .map((row) => (id === undefined ? withoutProofs(row) : row)),
    told,
  }
}

const withoutProofs = (row: AuditRow): AuditRow => ({
  ...row,
  parties: row.parties.map(({ receipt: _, agreement: __, ...party }) => party),
})
