import { expect, test } from 'vitest'
import type { HeldVoucher } from '../../../node/work/journal/held-vouchers.ts'
import { Recheck } from '../../../node/work/redemption/recheck.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MINUTE_MS = 60_000

function set(earlier: Readonly<Record<string, bigint>> = {}) {
  const clock = new ManualClock()
  const redeemed = new Map<string, Credits>()
  for (const [counter, amount] of Object.entries(earlier)) redeemed.set(counter, credits(amount))
  const facts = {
    claimed: new Map<string, bigint>(redeemed),
    failure: undefined as MeshError | undefined,
    asked: [] as string[],
  }
  const voucherOf = (counter: string): HeldVoucher | undefined => {
    const amount = redeemed.get(counter)
    return amount === undefined ? undefined : ({ counter, redeemed: amount } as HeldVoucher)
  }
  const recheck = new Recheck({
    clock,
    journal: {
      voucherOf,
      lastRedeemed: (max) => [...redeemed.keys()].slice(0, max).map((counter) => voucherOf(counter)!),
      recordForgotten: async (counter, claimed) => void redeemed.set(counter, claimed),
    },
    claimedOf: async ({ counter }, block) => {
      facts.asked.push(`${counter} at ${block}`)
      if (facts.failure !== undefined) throw facts.failure
      return facts.claimed.get(counter) ?? 0n
    },
  })
  const paid = (counter: string, amount: bigint, block: bigint): void => {
    redeemed.set(counter, credits(amount))
    facts.claimed.set(counter, amount)
    recheck.paid(counter, block)
  }
  return { clock, facts, redeemed, recheck, paid }
}

test('what the chain still knows stays as it is, and is asked once a minute, for a quarter of an hour', async () => {
  const { clock, facts, redeemed, recheck, paid } = set()
  paid('a', 50n, 100n)
  for (let minute = 0; minute < 20; minute++) {
    expect(await recheck.look(100n)).toEqual([])
    expect(await recheck.look(100n)).toEqual([])
    clock.advance(MINUTE_MS)
  }
  expect(facts.asked).toEqual(new Array(15).fill('a at 100'))
  expect(redeemed.get('a')).toBe(50n)
})

test('what it has forgotten is taken back in the journal and told once', async () => {
  const { clock, facts, redeemed, recheck, paid } = set()
  paid('a', 50n, 100n)
  paid('b', 70n, 100n)
  facts.claimed.set('a', 20n)
  expect(await recheck.look(101n)).toEqual([{ counter: 'a', claimed: 20n, before: 50n }])
  expect([...redeemed]).toEqual([
    ['a', 20n],
    ['b', 70n],
  ])
  clock.advance(MINUTE_MS)
  expect(await recheck.look(102n)).toEqual([])
})

test('a head from before it was paid proves nothing, and is waited out', async () => {
  const { facts, recheck, paid } = set()
  paid('a', 50n, 100n)
  facts.claimed.set('a', 0n)
  expect(await recheck.look(99n)).toEqual([])
  expect(facts.asked).toEqual([])
  // The very next block decides.
  expect(await recheck.look(100n)).toMatchObject([{ counter: 'a', claimed: 0n }])
})

test('what an earlier run was paid is looked at when the next one begins', async () => {
  const { facts, recheck } = set({ old: 30n, older: 40n })
  facts.claimed.set('old', 0n)
  expect(await recheck.look(5n)).toMatchObject([{ counter: 'old', before: 30n }])
  expect(facts.asked).toEqual(['old at 5', 'older at 5'])
})

test('a chain that is away takes nothing back, and is asked again', async () => {
  const { facts, redeemed, recheck } = set({ a: 30n })
  facts.failure = new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' })
  await expect(recheck.look(5n)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  expect(redeemed.get('a')).toBe(30n)
  facts.failure = undefined
  facts.claimed.set('a', 0n)
  expect(await recheck.look(5n)).toHaveLength(1)
})

test('of many that were paid the last are watched', async () => {
  const { facts, recheck, paid } = set()
  for (let i = 0; i < 100; i++) paid(String(i), 1n, 1n)
  await recheck.look(1n)
  expect(facts.asked).toHaveLength(64)
  expect(facts.asked[0]).toBe('36 at 1')
})
