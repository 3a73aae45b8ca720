/** Statements as they arrive at a node that knows one kind in one version, and what it must do with each. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { text, u32 } from '../../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { optional, struct } from '../../../protocols/kernel/open-codec.ts'
import type { Verdict } from '../../../protocols/kernel/topic.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { type StatementRow, statementKind } from '../../../protocols/statements/statement-kinds.ts'
import { type Statement, statementType } from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, domain } from './cast.ts'
import { arrayOf, intItem, mapOf, nested, textItem } from './cbor-parts.ts'

export interface Reading {
  readonly region: string
  readonly load: number
  readonly note?: string
}

/** What the node of these vectors understands: kind `obsv`, version 1, `{region: text, load: uint32, note?: text}`. */
export const readingRow: StatementRow<Reading> = {
  kind: statementKind('obsv'),
  versions: { 1: struct<Reading>({ region: text(16), load: u32, note: optional(text(64)) }) },
  lifetimeMsMax: 600_000,
}
/** It listens on the topic of this region. */
export const READING_REGION = 'eu-west'
export const NOW_MS = 1_790_000_000_000

export interface EnvelopeVector {
  readonly name: string
  readonly nowMs: number
  /** Judged before, on the same node. */
  readonly after?: string
  readonly bytes: string
  readonly verdict: Verdict
}

const region = [textItem('region'), textItem(READING_REGION)] as const
const load = [textItem('load'), intItem(7)] as const
const plain = mapOf(...load, ...region)
const key = (name: string) => textItem(name)

function statement(facts: Partial<Statement>, payload: Uint8Array = plain): Uint8Array<ArrayBuffer> {
  const value: Statement = {
    author: cast.operator.signer.address,
    kind: readingRow.kind,
    version: 1,
    sequence: BigInt(NOW_MS),
    issuedAtMs: BigInt(NOW_MS),
    expiresAtMs: BigInt(NOW_MS + 300_000),
    payloadHash: toHex(crypto.keccak256(payload)) as Hash32,
    ...facts,
  }
  return encodeSigned(statementType, signStruct(domain, statementType, value, cast.operator.signer, payload))
}

export function envelopeVectors(): readonly EnvelopeVector[] {
  const row = (
    name: string,
    verdict: Verdict,
    bytes: Uint8Array,
    more: { nowMs?: number; after?: Uint8Array } = {},
  ): EnvelopeVector => ({
    name,
    nowMs: more.nowMs ?? NOW_MS,
    ...(more.after === undefined ? {} : { after: toHex(more.after) }),
    bytes: toHex(bytes),
    verdict,
  })
  const good = statement({})
  const hour = 3_600_000n
  const now = BigInt(NOW_MS)
  return [
    row('version 1', 'accept', good),
    row(
      'version 1 with an optional key',
      'accept',
      statement({}, mapOf(...load, key('note'), textItem('ß'), ...region)),
    ),
    row(
      'version 1 with a key of a later minor version',
      'accept',
      statement({}, mapOf(...load, key('colour'), arrayOf(intItem(1), textItem('red')), ...region)),
    ),
    row(
      'a critical key that is known',
      'accept',
      statement({}, mapOf(...load, ...region, key('critical'), arrayOf(textItem('load')))),
    ),
    row(
      'a critical key that is unknown',
      'forward',
      statement({}, mapOf(...load, key('unit'), intItem(2), ...region, key('critical'), arrayOf(textItem('unit')))),
    ),
    row('version 2', 'forward', statement({ version: 2 })),
    row('version 2 with a payload of another shape', 'forward', statement({ version: 2 }, arrayOf(intItem(1)))),
    row('version 0', 'forward', statement({ version: 0 })),
    row('an unknown kind', 'forward', statement({ kind: statementKind('zzzz') })),
    row('a kind of four zero bytes', 'forward', statement({ kind: '0x00000000' as Statement['kind'] }, nested(16))),
    row('an unknown kind, a second time', 'ignore', statement({ kind: statementKind('zzzz') }), {
      after: statement({ kind: statementKind('zzzz') }),
    }),
    row('a second time', 'ignore', good, { after: good }),
    row('an older sequence', 'ignore', statement({ sequence: now - 1n }), { after: good }),
    row(
      'the same sequence for something else',
      'ignore',
      statement({}, mapOf(...load.with(1, intItem(8)), ...region)),
      {
        after: good,
      },
    ),
    row('a newer sequence', 'accept', statement({ sequence: now + 1n }), { after: good }),
    row('expired within the tolerance of clocks', 'accept', good, { nowMs: NOW_MS + 330_000 }),
    row('expired', 'ignore', good, { nowMs: NOW_MS + 330_001 }),
    row('ahead within the tolerance of clocks', 'accept', good, { nowMs: NOW_MS - 30_000 }),
    row('issued ahead of time', 'ignore', good, { nowMs: NOW_MS - 30_001 }),
    row('sequence ahead of time', 'ignore', statement({ sequence: now + 30_001n })),
    row('sequence of 2^64-1', 'ignore', statement({ sequence: 2n ** 64n - 1n })),
    row('longer than its kind may live', 'ignore', statement({ expiresAtMs: now + 600_001n })),
    row('longer than any statement may live', 'reject', statement({ expiresAtMs: now + 48n * hour + 1n })),
    row('expires for ever', 'reject', statement({ expiresAtMs: 2n ** 64n - 1n })),
    row('expires when it is issued', 'reject', statement({ expiresAtMs: now })),
    row('expires before it is issued', 'reject', statement({ expiresAtMs: now - 1n })),
    row(
      'of another region than its topic',
      'reject',
      statement({}, mapOf(...load, key('region'), textItem('ap-east'))),
    ),
    row('without a key that version 1 requires', 'reject', statement({}, mapOf(...region))),
    row('a key of the wrong kind', 'reject', statement({}, mapOf(key('load'), textItem('7'), ...region))),
    row('a number above its bound', 'reject', statement({}, mapOf(key('load'), intItem(2n ** 32n), ...region))),
    row('a text above its bound', 'reject', statement({}, mapOf(...load, key('region'), textItem('x'.repeat(17))))),
    row('a list instead of a map', 'reject', statement({}, arrayOf(intItem(1)))),
    row(
      'a critical list that is none',
      'reject',
      statement({}, mapOf(...load, ...region, key('critical'), textItem('load'))),
    ),
    row('unknown kind with a false signature', 'reject', falseSignature(statement({ kind: statementKind('zzzz') }))),
    row('version 2 with a false signature', 'reject', falseSignature(statement({ version: 2 }))),
    row('a false signature', 'reject', falseSignature(good)),
    row('a false signature, not kept as seen', 'accept', good, { after: falseSignature(good) }),
    row('no statement', 'reject', new Uint8Array([0xf6])),
  ]
}

/** The last byte of s, changed. */
function falseSignature(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)
}
