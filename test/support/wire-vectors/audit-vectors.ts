/** The whole of protocols/wire/audit/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { commitmentTo, isDrawn } from '../../../protocols/rules/auditing/audit-draw.ts'
import {
  type AuditRequest,
  type AuditResponse,
  auditRequestCodec,
  auditResponseCodec,
} from '../../../protocols/wire/audit/audit-messages.ts'
import { crypto, digestOf } from '../statement-vectors/cast.ts'
import { arrayOf, bytesItem, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import type { BrokenRule } from './broken-rules.ts'
import { hashOf } from './job-samples.ts'
import { invalidSamples, read, type Samples, validSamples } from './messages.ts'
import { type Beyond, type InvalidMessage, tooLong } from './spoil.ts'

const secret = digestOf('secret of an epoch')
const audit = {
  kind: 'outcome',
  attempt: hashOf('attempt'),
  receipt: hashOf('receipt'),
  share: 50_000,
  outcome: 'matched',
  by: 'twin',
} as const

const requests: Samples<AuditRequest> = {
  commit: [
    { kind: 'commit', epoch: 500_000, commitment: commitmentTo(crypto, 500_000, secret) },
    { kind: 'commit', epoch: 0xffff_ffff, commitment: commitmentTo(crypto, 0xffff_ffff, secret) },
  ],
  reveal: [{ kind: 'reveal', epoch: 500_000, secret }],
  outcome: [
    audit,
    { ...audit, share: 1_000_000, outcome: 'mismatched', error: 340_000 },
    { ...audit, outcome: 'inconclusive', by: 'canary', why: 'no-twin' },
  ],
}

const responses: Samples<AuditResponse> = {
  noted: [{ kind: 'noted' }],
  refused: [
    { kind: 'refused', reason: 'unknown' },
    { kind: 'refused', reason: 'false' },
    { kind: 'refused', reason: 'unfair' },
    { kind: 'refused', reason: 'full' },
  ],
}

const epochBeyond: Beyond = ['epoch', 'of more than 32 bits', 'range', intItem(2 ** 32)]
const requestsBeyond: { readonly [K in AuditRequest['kind']]: readonly Beyond[] } = {
  commit: [epochBeyond, ['commitment', 'of 33 bytes', 'length', tooLong.bytes(33)]],
  reveal: [
    epochBeyond,
    ['secret', 'of 31 bytes', 'length', bytesItem(secret.subarray(1))],
    ['secret', 'of 33 bytes', 'length', tooLong.bytes(33)],
  ],
  outcome: [],
}

type Pairs = Readonly<Record<string, Uint8Array>>
const known: Pairs = {
  by: textItem('twin'),
  share: intItem(50_000),
  attempt: bytesItem(digestOf('attempt')),
  outcome: textItem('matched'),
  receipt: bytesItem(digestOf('receipt')),
}
/** Keys in the order of the law: shorter ones first, then by their bytes. */
function outcomeOf(pairs: Pairs): Uint8Array {
  const keys = Object.keys(pairs).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return arrayOf(intItem(2), mapOf(...keys.flatMap((key) => [textItem(key), pairs[key]!])))
}

function invalidOutcomes(): readonly InvalidMessage[] {
  const row = (how: string, rule: BrokenRule, bytes: Uint8Array): InvalidMessage => ({
    name: `outcome ${how}`,
    message: 'audit request',
    rule,
    bytes: toHex(bytes),
  })
  const { receipt: _, ...without } = known
  return [
    row('without a receipt', 'keys', outcomeOf(without)),
    row('with a share above a million', 'range', outcomeOf({ ...known, share: intItem(1_000_001) })),
    row('with a share that is a text', 'kind', outcomeOf({ ...known, share: textItem('5 %') })),
    row('with an outcome that there is not', 'word', outcomeOf({ ...known, outcome: textItem('slashed') })),
    row('by nobody that there is', 'word', outcomeOf({ ...known, by: textItem('me') })),
    row('for a reason that there is not', 'word', outcomeOf({ ...known, why: textItem('no-mood') })),
    row('with an error above 10^9', 'range', outcomeOf({ ...known, error: intItem(1_000_000_001) })),
    row(
      'of a receipt of 31 bytes',
      'length',
      outcomeOf({ ...known, receipt: bytesItem(digestOf('receipt').subarray(1)) }),
    ),
    row(
      'with a critical key that is unknown',
      'critical',
      outcomeOf({ ...known, zone: intItem(1), critical: arrayOf(textItem('zone')) }),
    ),
  ]
}

/** What a secret draws, at which share. */
const draws = [0, 1, 49_999, 50_000, 500_000, 999_999, 1_000_000].map((share) => ({
  secret,
  share,
  drawn: Array.from({ length: 40 }, (_, i) => i).filter((i) => isDrawn(crypto, secret, receiptOf(i), share)),
}))

function receiptOf(i: number): Hash32 {
  return toHex(digestOf(`receipt ${i}`)) as Hash32
}

export function auditVectors(): { readonly [name: string]: Json } {
  const [request, response] = ['audit request', 'audit response'] as const
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. Bytes as 0x text. draws: of the receipts ' +
      'keccak256("receipt 0") to keccak256("receipt 39") those that a secret draws at a share.',
    messages: toJson([
      ...validSamples(request, auditRequestCodec, requests),
      read(
        request,
        'outcome with a key of a later version',
        auditRequestCodec,
        outcomeOf({ ...known, zone: intItem(7) }),
      ),
      ...validSamples(response, auditResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples(request, auditRequestCodec, requests, requestsBeyond),
      ...invalidOutcomes(),
      ...invalidSamples(response, auditResponseCodec, responses, {
        noted: [],
        refused: [['reason', 'tired', 'word', textItem('tired')]],
      }),
    ]),
    draws: toJson(draws),
  }
}
