/**
 * The envelope of everything that no court judges, and the verdict on one that arrives. Cheap questions come first and the
 * signature last but one, so that a flood costs the sender more than this node; nothing is remembered before it is verified.
 */

import { toHex } from '../kernel/bytes.ts'
import { UnsupportedError } from '../kernel/cbor-reader.ts'
import { encode } from '../kernel/codec.ts'
import { MeshError } from '../kernel/errors.ts'
import type { Hash32 } from '../kernel/ids.ts'
import { FUTURE_MS_MAX } from '../kernel/limits.ts'
import type { Signer } from '../kernel/ports.ts'
import type { Judged } from '../kernel/topic.ts'
import { decodeJudged } from './decode-verdict.ts'
import { type HighestSeen, sequenceIsAhead } from './sequence.ts'
import { encodeSigned, type Signed, signatureFault, signedCodec, signStruct } from './signed.ts'
import { latestVersion, type StatementRow } from './statement-kinds.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type Statement, statementType } from './struct-types.ts'

/** Longest life of any statement: what a DHT keeps a record for. It bounds how long a replay can matter. */
export const STATEMENT_LIFETIME_MS_MAX = 48 * 3_600_000

export interface OpenStatement<T> {
  readonly statement: Statement
  readonly payload: T
  readonly signed: Signed<Statement>
}

export interface JudgeContext<T> {
  readonly domain: SigningDomain
  /** Wall clock. */
  readonly nowMs: number
  /** The kinds that this topic carries. */
  readonly rows: readonly StatementRow<T>[]
  /** Absent for a record, whose store compares sequences itself. */
  readonly seen?: HighestSeen
  /** The topic: a sequence counts per author, kind and topic, as two topics deliver in any order. */
  readonly topicId?: string
  /** False where the payload names another region or class than the topic it came on. */
  readonly belongs?: (payload: T, statement: Statement) => boolean
}

/** Signs and encodes a statement of the row's latest version. `lifetimeMs` counts from `nowMs`. */
export function issueStatement<T>(
  domain: SigningDomain,
  row: StatementRow<T>,
  payload: T,
  facts: { readonly sequence: bigint; readonly nowMs: number; readonly lifetimeMs: number },
  signer: Signer,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly signed: Signed<Statement> } {
  if (facts.lifetimeMs <= 0 || facts.lifetimeMs > Math.min(row.lifetimeMsMax, STATEMENT_LIFETIME_MS_MAX))
    throw new RangeError(`a statement of this kind lives 1..${row.lifetimeMsMax} ms`)
  const version = latestVersion(row)
  const body = encode(row.versions[version]!, payload)
  const statement: Statement = {
    author: signer.address,
    kind: row.kind,
    version,
    sequence: facts.sequence,
    issuedAtMs: BigInt(Math.trunc(facts.nowMs)),
    expiresAtMs: BigInt(Math.trunc(facts.nowMs + facts.lifetimeMs)),
    payloadHash: toHex(domain.crypto.keccak256(body)) as Hash32,
  }
  const signed = signStruct(domain, statementType, statement, signer, body)
  return { signed, bytes: encodeSigned(statementType, signed) }
}

/**
 * accept: understood, and here is its value. forward: true, but of a kind, version or critical key that this node does not
 * know. ignore: true or not, nobody is to blame: expired, too early, seen. reject: malformed, false, or on another's topic.
 */
export function judgeStatement<T>(data: Uint8Array, context: JudgeContext<T>): Judged<OpenStatement<T>> {
  const outer = decodeJudged(signedCodec(statementType), data)
  if (outer.kind === 'refused') return outer.judged
  const signed = outer.value
  const { domain, nowMs, rows, seen } = context
  const statement = signed.value
  const untimely = untimelyReason(statement, nowMs)
  if (untimely !== undefined) return untimely
  const row = rows.find(({ kind }) => kind === statement.kind)
  if (row !== undefined && statement.expiresAtMs - statement.issuedAtMs > BigInt(row.lifetimeMsMax))
    return { verdict: 'ignore', reason: 'lifetime above the kind’s' }
  const subject = `${statement.kind}/${context.topicId ?? ''}`
  if (seen?.isReplay(statement.author, subject, statement.sequence)) return { verdict: 'ignore', reason: 'replay' }

  const fault = signatureFault(domain, statementType, signed)
  if (fault !== undefined) return { verdict: 'reject', reason: fault }

  const judged = judgePayload(signed, row, context)
  if (judged.verdict === 'accept' || judged.verdict === 'forward') {
    const expiresAtMs = Number(statement.expiresAtMs) + FUTURE_MS_MAX
    seen?.record({ author: statement.author, subject, sequence: statement.sequence, expiresAtMs }, nowMs)
  }
  return { ...judged, author: statement.author }
}

/**
 * A statement that does not come by gossip: a DHT record, or one that a peer was asked for.
 * @throws MeshError MALFORMED with the reason; UnsupportedError where it is true but of a newer version
 */
export function openStatement<T>(data: Uint8Array, context: JudgeContext<T>): OpenStatement<T> {
  const { verdict, value, reason = verdict } = judgeStatement(data, context)
  if (value !== undefined) return value
  if (verdict === 'forward') throw new UnsupportedError(reason)
  throw new MeshError('MALFORMED', { what: 'statement', why: reason })
}

function judgePayload<T>(
  signed: Signed<Statement>,
  row: StatementRow<T> | undefined,
  context: JudgeContext<T>,
): Judged<OpenStatement<T>> {
  if (row === undefined) return { verdict: 'forward', reason: 'unknown kind' }
  const codec = Object.hasOwn(row.versions, signed.value.version) ? row.versions[signed.value.version] : undefined
  if (codec === undefined) return { verdict: 'forward', reason: 'unknown version' }
  const inner = decodeJudged(codec, signed.payload!)
  if (inner.kind === 'refused') return inner.judged
  const payload = inner.value
  if (context.belongs?.(payload, signed.value) === false) return { verdict: 'reject', reason: 'another topic' }
  return { verdict: 'accept', value: { statement: signed.value, payload, signed } }
}

function untimelyReason(statement: Statement, nowMs: number): Judged<never> | undefined {
  const { issuedAtMs, expiresAtMs, sequence } = statement
  if (expiresAtMs <= issuedAtMs || expiresAtMs - issuedAtMs > BigInt(STATEMENT_LIFETIME_MS_MAX))
    return { verdict: 'reject', reason: 'validity window' }
  const now = Math.trunc(nowMs)
  if (expiresAtMs < BigInt(now - FUTURE_MS_MAX)) return { verdict: 'ignore', reason: 'expired' }
  if (issuedAtMs > BigInt(now + FUTURE_MS_MAX)) return { verdict: 'ignore', reason: 'issued ahead of time' }
  if (sequenceIsAhead(sequence, nowMs)) return { verdict: 'ignore', reason: 'sequence ahead of time' }
  return undefined
}
