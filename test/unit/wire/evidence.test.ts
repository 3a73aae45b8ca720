import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type Contradiction, nullifier } from '../../../protocols/statements/contradiction.ts'
import {
  contradictionCodec,
  EVIDENCE_BYTES_MAX,
  evidenceOf,
  inOrder,
  isInOrder,
} from '../../../protocols/wire/evidence/evidence.ts'
import { type EvidenceDesk, evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { contradictionCases, proven } from '../../support/statement-vectors/contradiction-vectors.ts'

const swapped = ({ kind, a, b }: Contradiction): Contradiction => ({ kind, a: b, b: a }) as Contradiction
const cases = contradictionCases()
const good = cases.filter(({ fault }) => fault === undefined)
const [receipts] = good.map(({ evidence }) => evidence)
const operator = cast.operator.signer.address

const open: EvidenceDesk = { isKnown: () => false, concerns: () => true }
const judge = (bytes: Uint8Array, desk: EvidenceDesk = open) =>
  evidenceTopic(domain, desk).judge(bytes, { topicId: 'any', nowMs: 0, from: peerId('neighbour') })

describe('evidence on its way', () => {
  it.each(good)('has one form, whichever side was found first: $evidence.kind, $name', ({ evidence }) => {
    const bytes = encode(contradictionCodec, inOrder(domain, evidence))
    expect(encode(contradictionCodec, inOrder(domain, swapped(evidence)))).toEqual(bytes)
    expect(decode(contradictionCodec, bytes)).toEqual(inOrder(domain, evidence))
    expect(isInOrder(domain, evidence)).toBe(!isInOrder(domain, swapped(evidence)))
  })

  it('fits its bound at its longest, and a body does not travel with it', () => {
    const wide = {
      usage: 2n ** 64n - 1n,
      waitedUs: 2n ** 64n - 1n,
      computedUs: 2n ** 64n - 1n,
      blockTime: 2n ** 64n - 1n,
    }
    const side = (price: bigint) => proven({ ...wide, price: credits(price) }, 40, 64)
    const pair: Contradiction = { kind: 'receipts', a: side(2n ** 64n - 1n), b: side(2n ** 64n - 2n) }
    const { length } = encode(contradictionCodec, pair)
    expect(length).toBeGreaterThan(EVIDENCE_BYTES_MAX - 100)
    expect(length).toBeLessThanOrEqual(EVIDENCE_BYTES_MAX)
  })
})

describe('the topic of evidence', () => {
  it.each(cases)('says of $evidence.kind, $name: $fault', ({ evidence, fault }) => {
    const ordered = inOrder(domain, evidence)
    const judged = judge(encode(contradictionCodec, ordered))
    if (fault === undefined)
      expect(judged).toEqual({ verdict: 'accept', value: evidenceOf(domain, evidence), author: operator })
    // What is the same twice has no order either.
    else expect(judged).toMatchObject({ verdict: 'reject', reason: expect.stringMatching(`${fault}|not in order`) })
  })

  it('rejects the wrong order: one pair has one message', () => {
    const bytes = encode(contradictionCodec, swapped(inOrder(domain, receipts!)))
    expect(judge(bytes)).toEqual({ verdict: 'reject', reason: 'not in order' })
  })

  it('rejects what is no contradiction, and bytes that are none', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x82, 1, 0x80), new Uint8Array(5_000)])
      expect(judge(bytes).verdict).toBe('reject')
  })

  it('checks nothing of what is known, or of an operator that nobody here could be served by', () => {
    const forged = inOrder(domain, receipts!)
    const bytes = encode(contradictionCodec, {
      ...forged,
      a: {
        ...forged.a,
        batch: { ...(forged.a as typeof forged.a & { batch: object }).batch, signature: new Uint8Array(64) },
      },
    } as Contradiction)
    expect(judge(bytes).verdict).toBe('reject')
    const asked: string[] = []
    const known: EvidenceDesk = {
      isKnown: (of, under) => asked.push(of, under) > 0,
      concerns: () => true,
    }
    expect(judge(bytes, known)).toEqual({ verdict: 'ignore', reason: 'known' })
    expect(asked).toEqual([operator, nullifier(crypto, receipts!)])
    expect(judge(bytes, { ...open, concerns: () => false })).toEqual({
      verdict: 'ignore',
      reason: 'of an operator without an offer',
    })
  })
})
