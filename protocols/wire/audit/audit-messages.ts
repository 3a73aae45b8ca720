/** What a client tells a miner of its audits; README.md beside this file is the spec. */
import { type BodyOf, bytes, type Codec, hash32Codec, oneOf, record, u32, uint, union } from '../../kernel/codec.ts'
import type { AttemptId, Hash32 } from '../../kernel/ids.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import { SECRET_BYTES } from '../../rules/auditing/audit-draw.ts'
import { PPM } from '../../rules/auditing/audit-share.ts'
import { type AuditOutcome, type InconclusiveReason, inconclusiveReasons } from '../../rules/auditing/audit-verdict.ts'
import { ERROR_MAX } from '../../rules/auditing/compare-answers.ts'

/** What an audit found, as the miner is told. */
export interface ToldAudit {
  /** Of the job whose receipt was drawn. */
  readonly attempt: AttemptId
  /** Struct hash of the receipt: what the draw was by. */
  readonly receipt: Hash32
  /** Parts in a million that were audited of its receipts then. */
  readonly share: number
  readonly outcome: AuditOutcome
  /** `canary`: another question was asked in place of this job's, whose input is private. */
  readonly by: 'twin' | 'canary'
  /** Why it says nothing, where it does not. */
  readonly why?: InconclusiveReason
  /** rmse / rms against the other answer in parts of a million, where numbers were compared. */
  readonly error?: number
}

export type AuditRequest =
  | { readonly kind: 'commit'; readonly epoch: number; readonly commitment: Hash32 }
  | { readonly kind: 'reveal'; readonly epoch: number; readonly secret: Uint8Array }
  /** Behind a reveal: audits that were drawn by its secret. */
  | ({ readonly kind: 'outcome' } & ToldAudit)

/**
 * `unknown`: no such commitment was made here, or no such receipt is this miner's. `false`: the secret does not open the commitment.
 * `unfair`: the secret does not draw that receipt at that share. `full`: too many commitments wait for their secret.
 */
export const auditRefusals = ['unknown', 'false', 'unfair', 'full'] as const
export type AuditRefusal = (typeof auditRefusals)[number]

export type AuditResponse = { readonly kind: 'noted' } | { readonly kind: 'refused'; readonly reason: AuditRefusal }

const ERROR_PPM_MAX: number = ERROR_MAX * PPM

export const auditRequestCodec: Codec<AuditRequest> = union<AuditRequest>({
  commit: [0, record<BodyOf<AuditRequest, 'commit'>>({ epoch: u32, commitment: hash32Codec })],
  reveal: [1, record<BodyOf<AuditRequest, 'reveal'>>({ epoch: u32, secret: bytes(SECRET_BYTES, SECRET_BYTES) })],
  outcome: [
    2,
    struct<ToldAudit>({
      attempt: hash32Codec,
      receipt: hash32Codec,
      share: uint(PPM),
      outcome: oneOf<AuditOutcome>('matched', 'mismatched', 'inconclusive'),
      by: oneOf<ToldAudit['by']>('twin', 'canary'),
      why: optional(oneOf(...inconclusiveReasons)),
      error: optional(uint(ERROR_PPM_MAX)),
    }),
  ],
})

export const auditResponseCodec: Codec<AuditResponse> = union<AuditResponse>({
  noted: [0, record<BodyOf<AuditResponse, 'noted'>>({})],
  refused: [1, record<BodyOf<AuditResponse, 'refused'>>({ reason: oneOf(...auditRefusals) })],
})
