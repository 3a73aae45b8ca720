/** Gossip of observations and digests by raters that opt in: one topic per region, both kinds in the envelope. */
import type { Address } from '../../kernel/ids.ts'
import type { Signer } from '../../kernel/ports.ts'
import { type Judged, type Topic, topicId } from '../../kernel/topic.ts'
import { decodeJudged } from '../../statements/decode-verdict.ts'
import { issueStatement, judgeStatement, type OpenStatement } from '../../statements/envelope.ts'
import type { HighestSeen } from '../../statements/sequence.ts'
import { type Signed, signedCodec } from '../../statements/signed.ts'
import { type StatementRow, statementKinds } from '../../statements/statement-kinds.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type Statement, statementType } from '../../statements/struct-types.ts'
import { BATCH_PAYLOAD_BYTES_MAX, type ObservationBatch, observationBatchCodec } from './observation-batch.ts'
import { DIGEST_PAYLOAD_BYTES_MAX, type ScoreDigest, scoreDigestCodec } from './score-digest.ts'

/** Key, fields and signature around a payload. */
const ENVELOPE_BYTES_MAX = 240
export const SCORE_BYTES_MAX: number = Math.max(BATCH_PAYLOAD_BYTES_MAX, DIGEST_PAYLOAD_BYTES_MAX) + ENVELOPE_BYTES_MAX
/** A batch and a digest: 8 KB an hour at most, and three digests fit one's life. */
export const TOLD_EACH_MS = 900_000
/** Beside those come reviews, and who starts again says more. */
const PER_RATER_PER_MINUTE_MAX = 4
/** A digest names batches of a whole day, and they are still asked for while it lives. */
export const BATCH_LIFETIME_MS = 26 * 3_600_000
/** Three would come in that time. */
export const DIGEST_LIFETIME_MS = 45 * 60_000

/** A digest's window ends when it is issued: by a day of long ago a rater would say for ever what its receipts of then proved. */
const WINDOW_END_S_OFF = 900

export type ScoreWord = ObservationBatch | ScoreDigest

export const observationRow: StatementRow<ObservationBatch> = {
  kind: statementKinds.observations,
  versions: { 1: observationBatchCodec },
  lifetimeMsMax: BATCH_LIFETIME_MS,
}
const digestRow: StatementRow<ScoreDigest> = {
  kind: statementKinds.scores,
  versions: { 1: scoreDigestCodec },
  lifetimeMsMax: DIGEST_LIFETIME_MS,
}
const rows = [observationRow, digestRow] as unknown as readonly StatementRow<ScoreWord>[]

export interface HeardWord {
  readonly rater: Address
  readonly sequence: bigint
  readonly word: ScoreWord
  /** The signed payload, as it came. */
  readonly payload: Uint8Array
  /** The whole statement, as it came. */
  readonly bytes: Uint8Array
}

export interface ScoreDesk {
  /** Keys cost nothing: false for a payer that nobody here could give any weight, before its signature is checked. */
  concerns(rater: Address): boolean
}

const base = { name: 'scores', major: 1 } as const

export function scoreTopic(domain: SigningDomain, seen: HighestSeen, desk: ScoreDesk): Topic<HeardWord> {
  return {
    ...base,
    bytesMax: SCORE_BYTES_MAX,
    perAuthorPerMinuteMax: PER_RATER_PER_MINUTE_MAX,
    judge(data, { nowMs, topicId: id }) {
      const outer = decodeJudged(signedCodec(statementType), data)
      if (outer.kind === 'refused') return outer.judged
      if (!desk.concerns(outer.value.value.author)) return { verdict: 'ignore', reason: 'a rater without weight' }
      const belongs = ({ region }: ScoreWord): boolean => topicId(domain.tag, base, region) === id
      return heard(judgeStatement(data, { domain, nowMs, rows, seen, topicId: id, belongs }), data)
    },
  }
}

/** A batch that its rater was asked for. Undefined where it is none of its own, or too old. */
export function openBatch(
  domain: SigningDomain,
  rater: Address,
  data: Uint8Array,
  nowMs: number,
): { readonly sequence: bigint; readonly batch: ObservationBatch } | undefined {
  const { value } = judgeStatement<ObservationBatch>(data, { domain, nowMs, rows: [observationRow] })
  if (value === undefined || value.statement.author !== rater) return undefined
  if (aboutItself(rater, value.payload)) return undefined
  return { sequence: value.statement.sequence, batch: value.payload }
}

/** Signs what is to be published. @throws RangeError where the word breaks its own bounds, or is about its author */
export function signScoreWord(
  domain: SigningDomain,
  word: ScoreWord,
  facts: { readonly sequence: bigint; readonly nowMs: number },
  signer: Signer,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly signed: Signed<Statement> } {
  if (aboutItself(signer.address, word)) throw new RangeError('nobody rates itself')
  return word.kind === 'observations'
    ? issueStatement(domain, observationRow, word, { ...facts, lifetimeMs: BATCH_LIFETIME_MS }, signer)
    : issueStatement(domain, digestRow, word, { ...facts, lifetimeMs: DIGEST_LIFETIME_MS }, signer)
}

function heard(judged: Judged<OpenStatement<ScoreWord>>, data: Uint8Array): Judged<HeardWord> {
  const { value, ...verdict } = judged
  if (value === undefined) return verdict
  const { author: rater, sequence } = value.statement
  if (aboutItself(rater, value.payload)) return { ...verdict, verdict: 'reject', reason: 'of itself' }
  if (isOfAnotherDay(value)) return { ...verdict, verdict: 'ignore', reason: 'a window that does not end now' }
  const payload = value.signed.payload!
  return { ...verdict, value: { rater, sequence, word: value.payload, payload, bytes: data.slice() } }
}

function isOfAnotherDay({ payload, statement }: OpenStatement<ScoreWord>): boolean {
  if (payload.kind !== 'scores') return false
  return Math.abs(payload.untilS - Number(statement.issuedAtMs) / 1_000) > WINDOW_END_S_OFF
}

function aboutItself(rater: Address, word: ScoreWord): boolean {
  const subjects = word.kind === 'observations' ? word.subjects : word.rows
  return subjects.some(({ miner, owner }) => miner === rater || owner === rater)
}
