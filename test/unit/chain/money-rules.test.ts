import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MoneyBooks, STRANGERS } from '../../../node/chain/money-desk.ts'
import { changesBetween, figuresOf, shortfall } from '../../../node/chain/money-rules.ts'
import { coinText, figureText } from '../../../node/cli/money/money-text.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import '../../support/property-seed.ts'

const NOW_S = 1_800_000_000
const at = (digit: string): Address => `0x${digit.repeat(40)}` as Address
const amount = fc.bigInt(0n, CREDITS_MAX / 8n).map(credits)
const nothing = { amount: credits(0), endsAtS: 0 }

/** Books in which nothing thaws more than is there. */
const arbitraryBooks: fc.Arbitrary<MoneyBooks> = fc
  .record({
    tokens: amount,
    total: amount,
    balance: amount,
    deposit: amount,
    reserve: amount,
    thawing: fc.bigInt(0n, 100n),
  })
  .map(({ tokens, total, balance, deposit, reserve, thawing }) => {
    const thaw = (of: bigint, endsAtS: number) => ({ amount: credits((of * thawing) / 100n), endsAtS })
    return {
      blockNumber: 1n,
      blockTimeS: NOW_S,
      wallets: { owner: { address: at('1'), coinWei: 1n, tokens }, payer: { address: at('2'), coinWei: 1n, tokens } },
      stake: { owner: at('1'), total, thaw: thaw(total, NOW_S + 1), locked: credits(0), isTombstoned: false },
      earnings: {
        owner: at('1'),
        withdrawable: credits(0),
        locked: [],
        unredeemed: { vouchers: 0, amount: credits(0) },
      },
      escrow: {
        payer: at('2'),
        balance,
        thaw: thaw(balance, NOW_S),
        owed: credits(0),
        reserve: { deposit: reserve, thaw: nothing, share: credits(reserve / 64n), drawers: 0 },
        channels: [{ miner: at('3'), deposit, thaw: thaw(deposit, NOW_S + 9) }],
      },
    }
  })

describe('what stands in the way of an action', () => {
  test('is nothing up to the last credit that is free, and the next credit is too much', () => {
    fc.assert(
      fc.property(arbitraryBooks, (books) => {
        const { wallets, stake, escrow } = books
        const channel = escrow!.channels[0]!
        const limits = [
          ['stake', wallets.owner!.tokens, 'TOKENS_SHORT'],
          ['deposit', wallets.payer!.tokens, 'TOKENS_SHORT'],
          ['unstake', stake!.total - stake!.thaw.amount, 'STAKE_SHORT'],
          ['thaw-balance', escrow!.balance - escrow!.thaw.amount, 'ESCROW_LOOSE'],
        ] as const
        for (const [kind, most, code] of limits) {
          expect(shortfall({ kind, amount: credits(most) }, books)).toBeUndefined()
          expect(shortfall({ kind, amount: credits(most + 1n) }, books)).toMatchObject({ code })
        }
        // What thaws may be set aside after all: the contract takes it from the thaw.
        const parts = (most: bigint, miner: Address) => [{ miner, amount: credits(most) }]
        for (const [kind, most, miner] of [
          ['fund', escrow!.balance, at('9')],
          ['thaw-channels', channel.deposit - channel.thaw.amount, channel.miner],
          ['thaw-channels', escrow!.reserve.deposit, STRANGERS],
          ['thaw-channels', 0n, at('9')],
        ] as const) {
          expect(shortfall({ kind, parts: parts(most, miner) }, books)).toBeUndefined()
          expect(shortfall({ kind, parts: parts(most + 1n, miner) }, books)).toMatchObject({ code: 'ESCROW_LOOSE' })
        }
      }),
    )
  })

  test('is a thaw that has not ended, said with its end, and nothing from its last second on', () => {
    fc.assert(
      fc.property(arbitraryBooks, (books) => {
        const { stake, escrow } = books
        const waits = shortfall({ kind: 'withdraw-stake' }, books)
        expect(waits).toMatchObject({ code: 'NOT_THAWED', hint: expect.any(String) })
        const later = { ...books, blockTimeS: NOW_S + 1 }
        expect(shortfall({ kind: 'withdraw-stake' }, later) === undefined).toBe(stake!.thaw.amount > 0n)
        const free = escrow!.thaw.amount > 0n
        expect(shortfall({ kind: 'withdraw-escrow' }, books) === undefined).toBe(free)
        const disputed = { ...later, stake: { ...stake!, locked: stake!.total } }
        expect(shortfall({ kind: 'withdraw-stake' }, disputed)).toMatchObject({ code: 'NOT_THAWED' })
      }),
    )
  })
})

describe('what became different', () => {
  test('is every figure that differs, once, and nothing between equal books', () => {
    fc.assert(
      fc.property(arbitraryBooks, arbitraryBooks, (before, after) => {
        expect(changesBetween(before, before)).toEqual([])
        const changes = changesBetween(before, after)
        const [old, now] = [figuresOf(before), figuresOf(after)]
        const differing = [...old.keys()].filter((figure) => old.get(figure) !== now.get(figure))
        expect(changes.map(({ figure }) => figure)).toEqual(differing)
        for (const change of changes)
          expect([change.before, change.after]).toEqual([old.get(change.figure), now.get(change.figure)])
      }),
    )
  })

  test('begins at nothing for a channel that was not there', () => {
    const [books] = fc.sample(arbitraryBooks, 1) as [MoneyBooks]
    const escrow = {
      ...books.escrow!,
      channels: [...books.escrow!.channels, { miner: at('7'), deposit: credits(5), thaw: nothing }],
    }
    expect(changesBetween(books, { ...books, escrow })).toEqual([
      { figure: `escrow.channel.${at('7')}`, before: 0n, after: 5n },
    ])
    expect(figureText(`escrow.channel.${at('7')}.thawing`)).toBe('channel with 0x77777777…7777, thawing')
  })
})

test('a fee is shown in few digits, and never as less than it is', () => {
  for (const [wei, text] of [
    [0n, '0 ETH'],
    [1n, '0.000000000000000001 ETH'],
    [21_000n * 1_000_000_007n, '0.00002101 ETH'],
    [10n ** 18n, '1 ETH'],
    [123_456_789n * 10n ** 12n, '123.5 ETH'],
    [9_999_900_000_000_000n, '0.01 ETH'],
  ] as const) {
    expect(coinText(wei, 'ETH')).toBe(text)
  }
})
