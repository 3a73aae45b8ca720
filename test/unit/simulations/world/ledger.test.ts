import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ledger } from '../../../../simulations/world/ledger.ts'

const owners = ['a', 'b', 'c', 'd'] as const
const owner = fc.constantFrom(...owners)

describe('the ledger of a simulated market', () => {
  it('neither makes nor loses a credit, whoever pays whom how much', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(owner, owner, fc.bigInt({ min: 0n, max: 10_000n }))), (payments) => {
        const ledger = new Ledger()
        for (const each of owners) ledger.mint(each, 5_000n)
        for (const [payer, payee, amount] of payments) ledger.pay(payer, payee, amount)
        ledger.assertConserved()
        const held = owners.reduce((sum, each) => sum + ledger.balanceOf(each), 0n)
        const burned = owners.reduce((sum, each) => sum + ledger.burnedBy(each), 0n)
        expect([held + ledger.burned, burned]).toEqual([20_000n, ledger.burned])
      }),
    )
  })

  it('burns a hundredth of each payment, rounded down, also of what somebody pays itself', () => {
    const ledger = new Ledger()
    ledger.mint('a', 1_000n)
    expect(ledger.pay('a', 'b', 199n)).toEqual({ paid: 198n, fee: 1n })
    expect(ledger.pay('a', 'a', 500n)).toEqual({ paid: 495n, fee: 5n })
    expect([ledger.balanceOf('a'), ledger.burnedBy('a'), ledger.burned]).toEqual([796n, 6n, 6n])
  })

  it('moves nothing where the payer has less', () => {
    const ledger = new Ledger()
    ledger.mint('a', 99n)
    expect(ledger.pay('a', 'b', 100n)).toBeUndefined()
    expect([ledger.balanceOf('a'), ledger.balanceOf('b'), ledger.burned]).toEqual([99n, 0n, 0n])
  })

  it('takes nothing below nothing', () => {
    const ledger = new Ledger()
    expect(() => ledger.mint('a', -1n)).toThrow('no less than nothing')
    expect(() => ledger.pay('a', 'b', -1n)).toThrow('no less than nothing')
  })
})
