/** One audit as it is kept: plain JSON, with what it rests on, and nothing of what was asked or answered. */
import type { Address, AttemptId, Hash32, ModelId } from '../../../protocols/kernel/ids.ts'
import type { AuditOutcome, InconclusiveReason } from '../../../protocols/rules/auditing/audit-verdict.ts'
import type { Difference } from '../../../protocols/rules/auditing/compare-answers.ts'
import type { ToleranceClass } from '../../../protocols/rules/auditing/tolerance-class.ts'

export interface AuditRow {
  /** Struct hash of the receipt that was drawn. */
  readonly drawn: Hash32
  /** Unix ms. */
  readonly atMs: number
  readonly model: ModelId
  /** What the answers were made by: keccak256 of the text, and the text where a table says it. */
  readonly kernelClass: Hash32
  readonly kernelText?: string
  readonly tolerance: ToleranceClass
  /** `canary`: another question was asked in place of the drawn job's. */
  readonly by: 'twin' | 'canary'
  /** Parts in a million of the miner's receipts that were drawn then. */
  readonly share: number
  /** The audited miner first, then the twin, then the referee; as far as they were asked. */
  readonly parties: readonly AuditParty[]
  /** Where audited miner and twin differ. */
  readonly where?: Difference
  /** rmse / rms where they are the same. */
  readonly error?: number
  /** What twin, referee and canary cost together: credits as decimal text. */
  readonly cost: string
}

export type AuditRole = 'audited' | 'twin' | 'referee'

export interface AuditParty {
  readonly role: AuditRole
  readonly miner: Address
  readonly outcome: AuditOutcome
  readonly why?: InconclusiveReason
  readonly attempt?: AttemptId
  readonly outputRoot?: Hash32
  /** Signed receipt with its path, and the agreement that it is about, as 0x text: kept where somebody's answer was found wrong. */
  readonly receipt?: string
  readonly agreement?: string
}

export const auditedOf = ({ parties }: AuditRow): AuditParty => parties[0]!
export const isMismatch = ({ parties }: AuditRow): boolean => parties.some(({ outcome }) => outcome === 'mismatched')
