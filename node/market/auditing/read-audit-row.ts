/** An audit as it was written: by this node, but a disk may have changed it since. */
import { z } from 'zod'
import { type Address, type Hash32, isAddress, isHash32, type ModelId } from '../../../protocols/kernel/ids.ts'
import { PPM } from '../../../protocols/rules/auditing/audit-share.ts'
import { inconclusiveReasons } from '../../../protocols/rules/auditing/audit-verdict.ts'
import { ERROR_MAX } from '../../../protocols/rules/auditing/compare-answers.ts'
import type { AuditRow } from '../../client/auditing/audit-row.ts'

/** A receipt of the deepest batch with its signature has 683 bytes, an agreement less. */
const PROOF_CHARS_MAX = 4_096

const hash = z
  .string()
  .refine(isHash32)
  .transform((text) => text as Hash32)
const proof = z
  .string()
  .regex(/^0x[0-9a-f]*$/)
  .max(PROOF_CHARS_MAX)
const error = z.number().min(0).max(ERROR_MAX)

const party = z.strictObject({
  role: z.enum(['audited', 'twin', 'referee']),
  miner: z
    .string()
    .refine(isAddress)
    .transform((text) => text as Address),
  outcome: z.enum(['matched', 'mismatched', 'inconclusive']),
  why: z.enum(inconclusiveReasons).exactOptional(),
  attempt: hash.exactOptional(),
  outputRoot: hash.exactOptional(),
  receipt: proof.exactOptional(),
  agreement: proof.exactOptional(),
})

const row: z.ZodType<AuditRow> = z.strictObject({
  drawn: hash,
  atMs: z.int().min(0),
  model: z
    .string()
    .max(128)
    .transform((text) => text as ModelId),
  kernelClass: hash,
  kernelText: z.string().max(128).exactOptional(),
  tolerance: z.enum(['exact', 'tol32', 'tol16']),
  by: z.enum(['twin', 'canary']),
  share: z.int().min(0).max(PPM),
  parties: z.array(party).min(1).max(3),
  where: z
    .strictObject({
      output: z.int().min(0),
      what: z.enum(['count', 'name', 'type', 'shape', 'values', 'not-finite']),
      error: error.exactOptional(),
    })
    .exactOptional(),
  error: error.exactOptional(),
  cost: z.string().regex(/^\d{1,20}$/),
})

/** Undefined where it is none. */
export function readAuditRow(text: string): AuditRow | undefined {
  try {
    return row.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
