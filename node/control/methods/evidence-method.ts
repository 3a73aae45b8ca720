/** `evidence`: the contradictions that a node knows, for `aitbc evidence`. */
import { z } from 'zod'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import { contradictionCodec } from '../../../protocols/wire/evidence/evidence.ts'
import type { EvidenceHead, KeptEvidence } from '../../market/evidence-store.ts'
import { parseParams } from './parse-params.ts'

/** Shown whole at once: those of some operators. */
const SHOWN_MAX = 64
/** Shorter beginnings are found in too many. */
const ID_CHARS_MIN = 6

export interface EvidenceBook {
  /** The oldest first. */
  kept(): readonly EvidenceHead[]
  evidence(nullifier: Hash32): KeptEvidence | undefined
  /** With the court; `undefined` where there is nothing to say. */
  standing(nullifier: Hash32): string | undefined
}

const paramsSchema = z.strictObject({
  id: z
    .string()
    .regex(/^0x[0-9a-fA-F]+$/, 'it is 0x and hexadecimal digits')
    .min(ID_CHARS_MIN)
    .max(66)
    .optional(),
})

/** The newest first; with an `id` only those whose nullifier or operator begins so, and whole. @throws MeshError USAGE */
export function listEvidence(book: EvidenceBook, params: unknown) {
  const { id } = parseParams(paramsSchema, params)
  const heads = book.kept().toReversed()
  if (id === undefined) return { evidence: heads.map((head) => headJson(head, book)) }
  const begins = id.toLowerCase()
  const found = heads.filter(({ nullifier, operator }) => nullifier.startsWith(begins) || operator.startsWith(begins))
  return { evidence: found.slice(0, SHOWN_MAX).map((head) => ({ ...headJson(head, book), ...wholeJson(head, book) })) }
}

const headJson = ({ nullifier, operator, kind, source, foundAtMs }: EvidenceHead, book: EvidenceBook) => ({
  nullifier,
  operator,
  kind,
  source,
  foundAtMs,
  standing: book.standing(nullifier),
})

/** As it is signed and hashed, and as it is gossiped. */
function wholeJson({ nullifier }: EvidenceHead, book: EvidenceBook) {
  const contradiction = book.evidence(nullifier)?.contradiction
  if (contradiction === undefined) return {}
  const sides = [contradiction.a, contradiction.b].map((side) =>
    'receipt' in side ? receiptJson(side) : signedJson(side as Signed<object>),
  )
  return { a: sides[0], b: sides[1], bytes: toHex(encode(contradictionCodec, contradiction)) }
}

const receiptJson = ({ receipt, index, path, batch }: ProvenReceipt) => ({
  value: receipt,
  index,
  path,
  batch: signedJson(batch),
})

const signedJson = ({ value, publicKey, signature }: Signed<object>) => ({
  value,
  publicKey: toHex(publicKey),
  signature: toHex(signature),
})
