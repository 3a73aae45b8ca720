/** What probes found out, on disk. What is read may have been damaged or written by anybody: good rows are kept. */
import { z } from 'zod'
import { type Address, isAddress } from '../../protocols/kernel/ids.ts'
import { PROFILE_BYTES_MAX, PROFILE_GPUS_MAX } from '../../protocols/wire/profile/profile-body.ts'
import { readKept, wholeRows, writeJson } from '../storage/kept-json.ts'
import { CLAIMS_MAX, type ClaimRow, EVIDENCE_MAX, NOTES_MAX } from './claim-book.ts'

/** Of miners against whom nothing is held a row is short; liars make each as long as it may be, 30 KB, in the hope that it is read no more. */
const FILE_BYTES_MAX = 16_777_216
const TRANSCRIPT_CHARS_MAX = 4_096

const kind = z.enum(['shown', 'slow', 'forgetful', 'false', 'unsure', 'refused', 'lost'])
const atMs = z.int().min(0)
const card = z
  .int()
  .min(0)
  .max(PROFILE_GPUS_MAX - 1)

const row = z.strictObject({
  miner: z
    .string()
    .refine(isAddress)
    .transform((text) => text as Address),
  notes: z.array(z.strictObject({ atMs, kind, card: card.exactOptional() })).max(NOTES_MAX),
  cards: z.array(card).max(PROFILE_GPUS_MAX).exactOptional(),
  shown: z
    .strictObject({ gflops: z.number(), heldBytes: z.number(), atMs, tdpW: z.number().exactOptional() })
    .exactOptional(),
  evidence: z
    .array(
      z.strictObject({
        atMs,
        kind,
        card: card.exactOptional(),
        found: z.string().max(256),
        profile: z.string().max(2 + 2 * PROFILE_BYTES_MAX),
        transcript: z
          .record(z.string(), z.unknown())
          .refine((value) => JSON.stringify(value).length <= TRANSCRIPT_CHARS_MAX),
      }),
    )
    .max(EVIDENCE_MAX),
})

const file = z.strictObject({ version: z.literal(1), claims: z.array(z.unknown()).max(CLAIMS_MAX) })

export class ClaimsFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  read(): readonly ClaimRow[] {
    // Found out again within hours, where it still holds.
    return wholeRows(readKept(this.#path, FILE_BYTES_MAX, file)?.claims, row)
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(claims: readonly ClaimRow[]): void {
    writeJson(this.#path, { version: 1, claims })
  }
}
