import { describe, expect, test } from 'vitest'
import { decode } from '../../../protocols/kernel/codec.ts'
import { type Contradiction, contradictionFault, nullifier } from '../../../protocols/statements/contradiction.ts'
import { provenReceiptCodec } from '../../../protocols/statements/receipt-batch.ts'
import { signedCodec } from '../../../protocols/statements/signed.ts'
import { leaseType, offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { crypto, domain } from '../../support/statement-vectors/cast.ts'
import { bytesOf, type Vectors, vectors } from '../../support/statement-vectors/read.ts'

function evidenceOf({ kind, a, b }: Vectors['contradictions'][number]): Contradiction {
  switch (kind) {
    case 'receipts':
      return { kind, a: decode(provenReceiptCodec, bytesOf(a)), b: decode(provenReceiptCodec, bytesOf(b)) }
    case 'offer-heads':
      return {
        kind,
        a: decode(signedCodec(offerHeadType), bytesOf(a)),
        b: decode(signedCodec(offerHeadType), bytesOf(b)),
      }
    case 'leases':
      return { kind, a: decode(signedCodec(leaseType), bytesOf(a)), b: decode(signedCodec(leaseType), bytesOf(b)) }
  }
}
const swapped = ({ kind, a, b }: Contradiction): Contradiction => ({ kind, a: b, b: a }) as Contradiction

describe('two statements of one key', () => {
  test.each(vectors.contradictions)('$kind: $name -> $fault', (vector) => {
    const evidence = evidenceOf(vector)
    expect(contradictionFault(domain, evidence) ?? null).toBe(vector.fault)
    expect(contradictionFault(domain, swapped(evidence)) ?? null).toBe(vector.fault)
  })
  test('are punished under one key, whichever comes first', () => {
    for (const vector of vectors.contradictions) {
      if (vector.nullifier === null) continue
      const evidence = evidenceOf(vector)
      expect(nullifier(crypto, evidence)).toBe(vector.nullifier)
      expect(nullifier(crypto, swapped(evidence))).toBe(vector.nullifier)
    }
  })
  test('are punished apart for another offence', () => {
    const keys = vectors.contradictions.flatMap(({ nullifier: key, name }) => (key === null ? [] : [{ key, name }]))
    const kindsAndSubjects = new Set(keys.map(({ key }) => key))
    // One attempt, one offer sequence; leases against `b` and against the same agreement again.
    expect(kindsAndSubjects.size).toBe(4)
  })
})
