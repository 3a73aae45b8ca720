import { describe, expect, test } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { array, encode, text, u32 } from '../../../protocols/kernel/codec.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { struct } from '../../../protocols/kernel/open-codec.ts'
import {
  issueStatement,
  type JudgeContext,
  judgeStatement,
  openStatement,
} from '../../../protocols/statements/envelope.ts'
import { judgeOffer, type OfferContext } from '../../../protocols/statements/offer-head.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { statementKind, statementKinds } from '../../../protocols/statements/statement-kinds.ts'
import { type OfferHead, offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { NOW_MS, READING_REGION, type Reading, readingRow } from '../../support/statement-vectors/envelope-vectors.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'

const context = (more: Partial<JudgeContext<Reading>> = {}): JudgeContext<Reading> => ({
  domain,
  nowMs: NOW_MS,
  rows: [readingRow],
  seen: new HighestSeen(),
  topicId: 'readings',
  belongs: ({ region }) => region === READING_REGION,
  ...more,
})

describe('a node that knows one kind in one version', () => {
  test.each(vectors.envelopes)('$verdict: $name', ({ nowMs, after, bytes, verdict }) => {
    const seen = new HighestSeen()
    if (after !== undefined) judgeStatement(bytesOf(after), context({ seen }))
    const judged = judgeStatement(bytesOf(bytes), context({ nowMs, seen }))
    expect(judged.verdict).toBe(verdict)
    expect(judged.value === undefined).toBe(verdict !== 'accept')
    // Whoever limits what one author may say counts under this name.
    if (verdict === 'accept' || verdict === 'forward') expect(judged.author).toBe(cast.operator.signer.address)
    if (judged.reason === 'false-signature') expect(judged.author).toBeUndefined()
    if (verdict !== 'accept') expect(judged.reason).toBeTypeOf('string')
  })

  test('remembers only what it accepts or forwards', () => {
    for (const { nowMs, after, bytes, verdict } of vectors.envelopes) {
      if (after !== undefined) continue
      const seen = new HighestSeen()
      judgeStatement(bytesOf(bytes), context({ nowMs, seen }))
      expect(seen.size).toBe(verdict === 'accept' || verdict === 'forward' ? 1 : 0)
    }
  })
})

describe('an issued statement', () => {
  const issue = (sequence = BigInt(NOW_MS)) =>
    issueStatement(
      domain,
      readingRow,
      { region: READING_REGION, load: 3 },
      { sequence, nowMs: NOW_MS, lifetimeMs: 60_000 },
      cast.operator.signer,
    )

  test('is accepted with its payload as it was given', () => {
    const judged = judgeStatement(issue().bytes, context())
    expect(judged.value?.payload).toEqual({ region: READING_REGION, load: 3 })
    expect(judged.value?.statement.author).toBe(cast.operator.signer.address)
  })
  test('counts apart on another topic, as two topics deliver in any order', () => {
    const seen = new HighestSeen()
    expect(judgeStatement(issue(2n).bytes, context({ seen, topicId: 'one' })).verdict).toBe('accept')
    expect(judgeStatement(issue(1n).bytes, context({ seen, topicId: 'two' })).verdict).toBe('accept')
    expect(judgeStatement(issue(1n).bytes, context({ seen, topicId: 'one' })).verdict).toBe('ignore')
  })
  test('is not made for a life that its kind does not allow', () => {
    for (const lifetimeMs of [0, -1, readingRow.lifetimeMsMax + 1])
      expect(() =>
        issueStatement(
          domain,
          readingRow,
          { region: READING_REGION, load: 3 },
          { sequence: 1n, nowMs: NOW_MS, lifetimeMs },
          cast.operator.signer,
        ),
      ).toThrow(RangeError)
  })
  test('takes the latest version that its row has', () => {
    const codec = struct<{ load: number }>({ load: u32 })
    const row = { kind: statementKind('abcd'), versions: { 1: codec, 3: codec, 2: codec }, lifetimeMsMax: 1_000 }
    const facts = { sequence: 1n, nowMs: NOW_MS, lifetimeMs: 1_000 }
    expect(issueStatement(domain, row, { load: 1 }, facts, cast.operator.signer).signed.value.version).toBe(3)
  })
  test('opens as a record, again and again', () => {
    const { seen: _, ...record } = context()
    expect(openStatement(issue().bytes, record).payload.load).toBe(3)
    expect(openStatement(issue().bytes, record).payload.load).toBe(3)
  })
})

describe('a record that does not open', () => {
  const { seen: _, ...record } = context()
  const named = (name: string) => bytesOf(vectors.envelopes.find((vector) => vector.name === name)!.bytes)
  test('of a newer version is unsupported', () => {
    expect(() => openStatement(named('version 2'), record)).toThrow(UnsupportedError)
  })
  test('that is false or too old is malformed, with the reason', () => {
    expect(() => openStatement(named('a false signature'), record)).toThrow('false-signature')
    expect(() => openStatement(named('expired'), { ...record, nowMs: NOW_MS + 10 ** 9 })).toThrow('expired')
  })
})

test('kinds are four letters, each once', () => {
  const kinds = Object.values(statementKinds)
  expect(new Set(kinds).size).toBe(kinds.length)
  for (const wrong of ['', 'abc', 'abcde', 'ABCD', 'ab d', 'ab1d', 'äbcd'])
    expect(() => statementKind(wrong)).toThrow(RangeError)
})

describe('a gossiped offer', () => {
  interface Body {
    readonly load: number
  }
  const body = struct<Body>({ load: u32 })
  const offerContext = (more: Partial<OfferContext<Body>> = {}): OfferContext<Body> => ({
    domain,
    nowMs: NOW_MS,
    body,
    lifetimeMsMax: 300_000,
    seen: new HighestSeen(),
    topicId: 'offers',
    ...more,
  })
  const offer = (change: Partial<OfferHead> = {}, payload: Uint8Array | undefined = encode(body, { load: 1 })) => {
    const head: OfferHead = {
      operator: cast.operator.signer.address,
      sequence: BigInt(NOW_MS),
      expiresAtMs: BigInt(NOW_MS + 300_000),
      bodyHash: toHex(crypto.keccak256(payload)) as Hash32,
      termsHash: ZERO_HASH,
      beacon: ZERO_HASH,
      ...change,
    }
    return signStruct(domain, offerHeadType, head, cast.operator.signer, payload)
  }
  const bytes = (signed: ReturnType<typeof offer>) => encodeSigned(offerHeadType, signed)
  const verdict = (data: Uint8Array, more: Partial<OfferContext<Body>> = {}) =>
    judgeOffer(data, offerContext(more)).verdict

  test('is accepted with its body, and counted under its operator', () => {
    const judged = judgeOffer(bytes(offer()), offerContext())
    expect(judged.value?.body).toEqual({ load: 1 })
    expect(judged.author).toBe(cast.operator.signer.address)
  })
  test('without its body is rejected', () => {
    const { payload: _, ...bare } = offer()
    expect(verdict(bytes(bare))).toBe('reject')
  })
  test('that is expired, stands too long or is ahead of time is ignored', () => {
    expect(verdict(bytes(offer()), { nowMs: NOW_MS + 330_001 })).toBe('ignore')
    expect(verdict(bytes(offer({ expiresAtMs: BigInt(NOW_MS + 330_001) })))).toBe('ignore')
    expect(verdict(bytes(offer({ expiresAtMs: 2n ** 64n - 1n })))).toBe('ignore')
    expect(verdict(bytes(offer({ sequence: BigInt(NOW_MS + 30_001) })))).toBe('ignore')
  })
  test('is ignored a second time, on its own topic', () => {
    const seen = new HighestSeen()
    expect(verdict(bytes(offer()), { seen })).toBe('accept')
    expect(verdict(bytes(offer()), { seen })).toBe('ignore')
    expect(verdict(bytes(offer({ sequence: BigInt(NOW_MS + 1) })), { seen })).toBe('accept')
    expect(verdict(bytes(offer()), { seen, topicId: 'other' })).toBe('accept')
  })
  test('with a false signature is rejected, and the true one is still accepted', () => {
    const seen = new HighestSeen()
    const signed = offer()
    const signature = signed.signature.with(63, signed.signature[63]! ^ 1)
    expect(verdict(bytes({ ...signed, signature }), { seen })).toBe('reject')
    expect(verdict(bytes(signed), { seen })).toBe('accept')
  })
  test('of another topic is rejected, and counts for nothing', () => {
    const seen = new HighestSeen()
    expect(verdict(bytes(offer()), { seen, belongs: () => false })).toBe('reject')
    expect(seen.size).toBe(0)
  })
  test('with a body that this version cannot know is forwarded, a broken one rejected', () => {
    const critical = encode(
      struct<{ critical: readonly string[]; load: number }>({ critical: array(text(16), 4), load: u32 }),
      {
        critical: ['watts'],
        load: 1,
      },
    )
    expect(verdict(bytes(offer({}, critical)))).toBe('forward')
    expect(verdict(bytes(offer({}, Uint8Array.of(0))))).toBe('reject')
    expect(verdict(Uint8Array.of(0))).toBe('reject')
  })
})
