/**
 * A session key's word to one miner that a peer speaks for it. Addresses are no secrets: without this, whoever knows them could
 * spend another's credit window, read its books or declare them square. Signed once per peer and miner, not per job.
 */

import { UnsupportedError } from '../../kernel/cbor-reader.ts'
import { addressCodec, type Codec, textAs } from '../../kernel/codec.ts'
import { isMeshError } from '../../kernel/errors.ts'
import type { Address, PeerId } from '../../kernel/ids.ts'
import { struct } from '../../kernel/open-codec.ts'
import type { Signer } from '../../kernel/ports.ts'
import { issueStatement, openStatement } from '../../statements/envelope.ts'
import { type StatementRow, statementKinds } from '../../statements/statement-kinds.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'

/** It is shown when a line is opened; the miner remembers the peer, not the proof. */
const PROOF_MS_MAX = 3_600_000
const PEER_ID_BYTES_MAX = 64

export interface SessionProof {
  readonly miner: Address
  readonly peer: PeerId
}

const codec: Codec<SessionProof> = struct<SessionProof>({
  miner: addressCodec,
  peer: textAs<PeerId>(PEER_ID_BYTES_MAX),
})

const sessionProofRow: StatementRow<SessionProof> = {
  kind: statementKinds.session,
  versions: { 1: codec },
  lifetimeMsMax: PROOF_MS_MAX,
}

export function signSessionProof(
  domain: SigningDomain,
  session: Signer,
  proof: SessionProof,
  nowMs: number,
): Uint8Array<ArrayBuffer> {
  const facts = { sequence: BigInt(Math.trunc(nowMs)), nowMs, lifetimeMs: PROOF_MS_MAX }
  return issueStatement(domain, sessionProofRow, proof, facts, session).bytes
}

/** Why the bytes do not say, now, that this peer speaks for this session key to this miner; `undefined` where they do. */
export function sessionProofFault(
  domain: SigningDomain,
  bytes: Uint8Array,
  expected: SessionProof & { readonly session: Address },
  nowMs: number,
): string | undefined {
  try {
    const { statement, payload } = openStatement(bytes, { domain, nowMs, rows: [sessionProofRow] })
    if (statement.author !== expected.session) return 'another session key'
    if (payload.miner !== expected.miner) return 'another miner'
    return payload.peer === expected.peer ? undefined : 'another peer'
  } catch (error) {
    if (error instanceof UnsupportedError) return 'a later version'
    if (isMeshError(error, 'MALFORMED')) return String(error.facts.why)
    throw error
  }
}
