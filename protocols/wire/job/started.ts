/**
 * The miner's signed word that it has begun with an attempt, for work that is expected to last over a second: a client that waits
 * for minutes shall know that somebody is bound by it. Shorter work says so with its result.
 */
import { UnsupportedError } from '../../kernel/cbor-reader.ts'
import { type Codec, hash32Codec } from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Address, AttemptId } from '../../kernel/ids.ts'
import { struct } from '../../kernel/open-codec.ts'
import type { Signer } from '../../kernel/ports.ts'
import { issueStatement, openStatement } from '../../statements/envelope.ts'
import { type StatementRow, statementKinds } from '../../statements/statement-kinds.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { DEADLINE_MS_MAX } from './job-messages.ts'

/** Work that is expected to take longer than this is announced. */
export const STARTED_ABOVE_MS = 1_000

export interface Started {
  readonly attempt: AttemptId
}

const codec: Codec<Started> = struct<Started>({ attempt: hash32Codec })

const startedRow: StatementRow<Started> = {
  kind: statementKinds.started,
  versions: { 1: codec },
  lifetimeMsMax: DEADLINE_MS_MAX,
}

/** @param sequence never used before by this key */
export function signStarted(
  domain: SigningDomain,
  signer: Signer,
  attempt: AttemptId,
  facts: { readonly sequence: bigint; readonly nowMs: number },
): Uint8Array<ArrayBuffer> {
  return issueStatement(domain, startedRow, { attempt }, { ...facts, lifetimeMs: DEADLINE_MS_MAX }, signer).bytes
}

/**
 * Holds the miner to its word. A statement of a later version is no fault, and says nothing.
 * @throws MeshError MALFORMED, WRONG_SIGNER, WRONG_JOB
 */
export function checkStarted(
  domain: SigningDomain,
  bytes: Uint8Array,
  expected: { readonly miner: Address; readonly attempt: AttemptId },
  nowMs: number,
): void {
  try {
    const { statement, payload } = openStatement(bytes, { domain, nowMs, rows: [startedRow] })
    if (statement.author !== expected.miner) {
      throw new MeshError('WRONG_SIGNER', { given: statement.author, expected: expected.miner })
    }
    if (payload.attempt !== expected.attempt) {
      throw new MeshError('WRONG_JOB', { given: payload.attempt, expected: expected.attempt })
    }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
  }
}
