import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Assurance } from '../../../protocols/kernel/ports.ts'
import { counterCeiling } from '../../../protocols/rules/settlement/counter-ceiling.ts'

const assurance: Assurance = { assured: credits(1_000), claimed: credits(300), spent: credits(500), payer: 'good' }
const NONE = credits(0)

describe('the ceiling of a counter', () => {
  it('is what was redeemed on it and what is assured on top', () => {
    expect(counterCeiling(assurance, undefined, NONE)).toBe(1_300n)
  })

  it('leaves other counters of the payer what their vouchers hold', () => {
    expect(counterCeiling(assurance, undefined, credits(400))).toBe(900n)
    expect(counterCeiling(assurance, undefined, credits(2_000))).toBe(300n)
  })

  it.each(['owes', 'revoked'] as const)('is what was redeemed where the payer %s', (payer) => {
    expect(counterCeiling({ ...assurance, payer }, undefined, NONE)).toBe(300n)
  })

  it('stays within the total of the grant, of which other counters spent a part', () => {
    const grant = { maxTotal: credits(700), maxPerMiner: credits(10_000) }
    expect(counterCeiling(assurance, grant, NONE)).toBe(500n)
    expect(counterCeiling(assurance, { ...grant, maxTotal: credits(400) }, NONE)).toBe(300n)
  })

  it('stays within what the grant allows one miner', () => {
    const grant = { maxTotal: credits(10_000), maxPerMiner: credits(350) }
    expect(counterCeiling(assurance, grant, NONE)).toBe(350n)
  })

  it('is never above what the chain would pay, whatever the amounts', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 62n })
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, amount, (assured, claimed, spent, others, total, each) => {
        const grant = { maxTotal: credits(total), maxPerMiner: credits(each) }
        const facts: Assurance = {
          assured: credits(assured),
          claimed: credits(claimed),
          spent: credits(spent),
          payer: 'good',
        }
        const more = counterCeiling(facts, grant, credits(others)) - claimed
        if (more <= 0n) return
        expect(more + others).toBeLessThanOrEqual(assured)
        expect(spent + more).toBeLessThanOrEqual(total)
        expect(claimed + more).toBeLessThanOrEqual(each)
      }),
    )
  })
})
