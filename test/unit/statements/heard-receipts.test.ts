import { describe, expect, it } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { HeardReceipts } from '../../../protocols/statements/heard-receipts.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import { cast, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { proven } from '../../support/statement-vectors/contradiction-vectors.ts'

const attempt = (of: number): AttemptId => toHex(digestOf(`attempt ${of}`)) as AttemptId
const other = `0x${'7'.repeat(64)}` as Hash32
const spoilt = (of: ProvenReceipt): ProvenReceipt => ({ ...of, path: of.path.map(() => other) })

describe('receipts that were heard', () => {
  it('are held against a second one of the same attempt that says something else', () => {
    const heard = new HeardReceipts(domain)
    const [first, second] = [proven({}, 2, 5), proven({ price: credits(1) }, 0, 3)]
    expect(heard.hear(first)).toBeUndefined()
    const found = heard.hear(second)
    expect(found).toEqual({ kind: 'receipts', a: first, b: second })
    expect(contradictionFault(domain, found!)).toBeUndefined()
  })

  it('say nothing against one that is told again, in another batch, or with other times', () => {
    const heard = new HeardReceipts(domain)
    heard.hear(proven())
    for (const again of [proven(), proven({}, 3, 7), proven({ computedUs: 9n })])
      expect(heard.hear(again)).toBeUndefined()
  })

  it('say nothing against another attempt, or another operator', () => {
    const heard = new HeardReceipts(domain)
    heard.hear(proven())
    expect(heard.hear(proven({ agreement: attempt(1), price: credits(1) }))).toBeUndefined()
    expect(heard.hear(proven({ price: credits(1) }, 0, 1, cast.stranger.signer))).toBeUndefined()
  })

  it('prove nothing where a path does not lead to the root, and none of that stands in the way of what does', () => {
    const heard = new HeardReceipts(domain)
    const lie = { ...proven({}, 1, 3), receipt: { ...proven().receipt, price: credits(2) } }
    expect(heard.hear(lie)).toBeUndefined()
    // The lie was told first: it proves nothing, and is forgotten for the first that holds.
    expect(heard.hear(proven())).toBeUndefined()
    expect(heard.hear(spoilt(proven({ price: credits(1) }, 1, 3)))).toBeUndefined()
    expect(heard.hear(proven({ price: credits(1) }, 1, 3))).toBeDefined()
  })

  it('prove nothing under a batch that another key signed', () => {
    const heard = new HeardReceipts(domain)
    heard.hear(proven())
    const second = proven({ price: credits(1) })
    const signature = second.batch.signature.with(5, second.batch.signature[5]! ^ 1)
    expect(heard.hear({ ...second, batch: { ...second.batch, signature } })).toBeUndefined()
  })

  it('are the newest 512 of an operator, of 32 operators', () => {
    const heard = new HeardReceipts(domain)
    const first = proven()
    heard.hear(first)
    // Paths are not looked at where nothing is known of the attempt.
    const filler = (i: number): ProvenReceipt => ({ ...first, receipt: { ...first.receipt, agreement: attempt(i) } })
    for (let i = 0; i < 511; i++) heard.hear(filler(i))
    expect(heard.hear(proven({ price: credits(1) }))).toBeDefined()
    heard.hear(filler(511))
    expect(heard.hear(proven({ price: credits(1) }))).toBeUndefined()

    const many = new HeardReceipts(domain)
    many.hear(first)
    const batchOf = (i: number) => ({
      ...first.batch,
      value: { ...first.batch.value, operator: toHex(digestOf(`${i}`).subarray(12)) },
    })
    for (let i = 0; i < 31; i++) many.hear({ ...first, batch: batchOf(i) } as ProvenReceipt)
    expect(many.hear(proven({ price: credits(1) }))).toBeDefined()
    many.hear({ ...first, batch: batchOf(31) } as ProvenReceipt)
    expect(many.hear(proven({ price: credits(1) }))).toBeUndefined()
  })
})
