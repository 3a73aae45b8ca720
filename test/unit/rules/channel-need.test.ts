import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import { type ChannelUse, needsFilling, shareOut } from '../../../protocols/rules/settlement/channel-need.ts'

const FILLING = credits(100)
const use = (facts: Partial<Record<keyof ChannelUse, number>>): ChannelUse => ({
  ceiling: credits(facts.ceiling ?? 1_000),
  freeThen: credits(facts.freeThen ?? 1_000),
  promised: credits(facts.promised ?? 0),
})

describe('a channel', () => {
  it('is filled up when half of a filling is left', () => {
    expect(needsFilling(use({ promised: 949 }), FILLING)).toBe(false)
    expect(needsFilling(use({ promised: 950 }), FILLING)).toBe(true)
    expect(needsFilling(use({ promised: 1_200 }), FILLING)).toBe(true)
  })

  it("is filled up when half of a stranger's share is used, where that is less than a filling", () => {
    const share = { ceiling: 40, freeThen: 40 }
    expect(needsFilling(use({ ...share, promised: 19 }), FILLING)).toBe(false)
    expect(needsFilling(use({ ...share, promised: 20 }), FILLING)).toBe(true)
  })

  it('is left alone where its owner wants to fill it himself', () => {
    expect(needsFilling(use({ promised: 1_000 }), credits(0))).toBe(false)
  })
})

describe('fillings', () => {
  it('go to as many miners as the balance reaches for, the last one a smaller one', () => {
    expect(shareOut(['a', 'b', 'c'], FILLING, credits(250))).toEqual([
      { miner: 'a', amount: 100n },
      { miner: 'b', amount: 100n },
      { miner: 'c', amount: 50n },
    ])
    expect(shareOut(['a', 'b', 'c'], FILLING, credits(200)).map(({ miner }) => miner)).toEqual(['a', 'b'])
    expect(shareOut(['a'], FILLING, credits(0))).toEqual([])
  })

  it('never come to more than the balance, nor any of them to more than a filling', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 40n })
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 12 }), amount, amount, (miners, filling, balance) => {
        const parts = shareOut(miners, credits(filling), credits(balance))
        const sum = parts.reduce((all, part) => all + part.amount, 0n)
        expect(sum).toBe([BigInt(miners.length) * filling, balance].reduce((a, b) => (a < b ? a : b)))
        for (const part of parts) expect(part.amount > 0n && part.amount <= filling).toBe(true)
      }),
    )
  })
})
