/** What one audit says: of the miner that was drawn, and of the twin that it was held against. */
import type { Comparison } from './compare-answers.ts'

export type AuditOutcome = 'matched' | 'mismatched' | 'inconclusive'

/** Why an audit says nothing. Nobody is worse off for it. */
export const inconclusiveReasons = [
  /** Nobody else has this arithmetic for the model, at this price and apart from the miner. */
  'no-twin',
  /** The miner gave no answer to the canary: it may have been anything. */
  'no-answer',
  /** The twin gave no answer, or no receipt for it. */
  'twin-failed',
  /** The twin computed it another way than its table said. */
  'other-class',
  /** They differ, and no third miner could say who is right. */
  'no-referee',
  /** They differ, and so does the referee; or it is near to both. */
  'undecided',
  /** Too near for a lie, too far for the same. */
  'near',
  /** Answers to this model differ among most who run it: it is the model. */
  'unsteady',
] as const
export type InconclusiveReason = (typeof inconclusiveReasons)[number]

export type AuditVerdict =
  | { readonly outcome: 'matched' | 'mismatched' }
  | { readonly outcome: 'inconclusive'; readonly why: InconclusiveReason }

/** What is known when the twin has answered: `undefined` where a referee has to be asked. */
export function verdictOfTwo({ kind }: Comparison): AuditVerdict | undefined {
  if (kind === 'same') return { outcome: 'matched' }
  return kind === 'unsure' ? { outcome: 'inconclusive', why: 'near' } : undefined
}

export interface JudgedPair {
  readonly audited: AuditVerdict
  readonly twin: AuditVerdict
}

/**
 * Of two answers that differ the one is right that a third miner gives too.
 * @param audited the referee's answer against that of the audited miner
 * @param twin the referee's answer against that of the twin
 */
export function verdictOfThree(audited: Comparison, twin: Comparison): JudgedPair {
  const [withAudited, withTwin] = [audited.kind, twin.kind]
  if (withAudited === 'same' && withTwin === 'differs') {
    return { audited: { outcome: 'matched' }, twin: { outcome: 'mismatched' } }
  }
  if (withTwin === 'same' && withAudited === 'differs') {
    return { audited: { outcome: 'mismatched' }, twin: { outcome: 'matched' } }
  }
  return bothUnsure('undecided')
}

export const bothUnsure = (why: InconclusiveReason): JudgedPair => ({
  audited: { outcome: 'inconclusive', why },
  twin: { outcome: 'inconclusive', why },
})
