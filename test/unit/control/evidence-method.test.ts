import { describe, expect, it } from 'vitest'
import { type EvidenceJson, evidenceText } from '../../../node/cli/market/evidence-text.ts'
import { type EvidenceBook, listEvidence } from '../../../node/control/methods/evidence-method.ts'
import { plainJson } from '../../../node/control/methods/plain-json.ts'
import type { KeptEvidence } from '../../../node/market/evidence-store.ts'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import { contradictionCodec, evidenceOf } from '../../../protocols/wire/evidence/evidence.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { contradictionCases } from '../../support/statement-vectors/contradiction-vectors.ts'

const of = (kind: KeptEvidence['kind'], foundAtMs: number): KeptEvidence => {
  const { evidence } = contradictionCases().find(
    ({ evidence, fault }) => evidence.kind === kind && fault === undefined,
  )!
  return { ...evidenceOf(domain, evidence), kind, source: 'own', foundAtMs }
}
const kept = [of('receipts', 1_000), { ...of('offer-heads', 2_000), source: 'told' as const }]
const [receipts, heads] = kept as [KeptEvidence, KeptEvidence]
const book: EvidenceBook = {
  kept: () => kept,
  evidence: (nullifier) => kept.find((each) => each.nullifier === nullifier),
  standing: (nullifier) => (nullifier === receipts.nullifier ? 'sent, waits for two blocks' : undefined),
}
/** As the command line gets it. */
const list = (params: unknown = {}) =>
  (plainJson(listEvidence(book, params)) as unknown as { evidence: EvidenceJson[] }).evidence

describe('the evidence of a node', () => {
  it('is listed with the newest first, and how it stands with the court', () => {
    expect(list()).toEqual([
      { nullifier: heads.nullifier, operator: heads.operator, kind: 'offer-heads', source: 'told', foundAtMs: 2_000 },
      {
        nullifier: receipts.nullifier,
        operator: receipts.operator,
        kind: 'receipts',
        source: 'own',
        foundAtMs: 1_000,
        standing: 'sent, waits for two blocks',
      },
    ])
  })

  it('is found by the beginning of an offence or of an operator, in any case of letters', () => {
    const found = (id: string) => list({ id }).map(({ kind }) => kind)
    expect(found(receipts.nullifier.slice(0, 8))).toEqual(['receipts'])
    expect(found(cast.operator.signer.address)).toEqual(['offer-heads', 'receipts'])
    expect(found(`0x${cast.operator.signer.address.slice(2, 12).toUpperCase()}`)).toHaveLength(2)
    expect(found('0x00000000')).toEqual([])
  })

  it('is shown with all that a court needs, and as the message that nodes tell each other', () => {
    for (const each of kept) {
      const [shown] = list({ id: each.nullifier }) as unknown as [{ bytes: string; a: object; b: object }]
      expect(decode(contradictionCodec, fromHex(shown.bytes)!)).toEqual(each.contradiction)
      expect([shown.a, shown.b]).toMatchObject([
        { value: { operator: each.operator } },
        { value: { operator: each.operator } },
      ])
    }
  })

  it.each<[params: unknown]>([
    [{ id: '0x1' }],
    [{ id: 'x' }],
    [{ id: `0x${'1'.repeat(66)}` }],
    [{ ID: '0x123456' }],
    [7],
  ])('is not asked for by %j', (params) => {
    expect(() => listEvidence(book, params)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('is told field by field, with the fields marked that differ', () => {
    const text = evidenceText(list({ id: receipts.nullifier })[0]!, 61_000, (title) => title)
    expect(text).toContain('contradicted itself: two receipts of one attempt')
    expect(text).toContain('found    1 min ago by this node')
    expect(text).toContain('court    sent, waits for two blocks')
    expect(text).toMatch(/^status +≠ +(finished|aborted: thermal) +(finished|aborted: thermal)$/m)
    expect(text).toMatch(/^agreement +0x[0-9a-f]{64} +0x[0-9a-f]{64}$/m)
    expect(text).toMatch(/^batch root +≠/m)
    const offers = evidenceText(list({ id: heads.nullifier })[0]!, 2_000, (title) => title)
    expect(offers).toContain('two offers of one sequence')
    expect(offers).toContain('by others')
    expect(offers).toContain('no chain judges here')
    expect(offers).toMatch(/^sequence +(\d+) +\1$/m)
  })
})
