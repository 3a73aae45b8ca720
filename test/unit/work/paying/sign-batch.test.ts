import { describe, expect, it } from 'vitest'
import { signBatch } from '../../../../node/work/paying/sign-batch.ts'
import { receiptIsProven } from '../../../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../../../protocols/statements/signed.ts'
import { receiptBatchType } from '../../../../protocols/statements/struct-types.ts'
import { receiptOf } from '../../../support/receipts.ts'
import { cast, domain } from '../../../support/statement-vectors/cast.ts'

const { signer } = cast.operator
const receipts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...receiptOf(`${i}`), operator: signer.address }))

describe('a batch of receipts', () => {
  it.each([1, 2, 3, 63, 64])('of %i proves each of them alone', (count) => {
    const { batch, leaves } = signBatch(domain, signer, 7n, receipts(count))
    const opened = openSigned(domain, receiptBatchType, batch)
    expect(opened.value).toMatchObject({ operator: signer.address, count, sequence: 7n })
    for (const leaf of leaves) expect(receiptIsProven(domain, { ...leaf, batch: opened })).toBe(true)
    expect(leaves.map(({ receipt }) => receipt)).toEqual(receipts(count))
  })

  it('has the same bytes each time it is signed, and others under another sequence', () => {
    const { batch } = signBatch(domain, signer, 7n, receipts(3))
    expect(signBatch(domain, signer, 7n, receipts(3)).batch).toEqual(batch)
    expect(signBatch(domain, signer, 8n, receipts(3)).batch).not.toEqual(batch)
  })

  it.each([0, 65])('is never made of %i', (count) => {
    expect(() => signBatch(domain, signer, 7n, receipts(count))).toThrow(RangeError)
  })
})
