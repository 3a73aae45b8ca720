import { beforeAll, describe, expect, test } from 'vitest'
import { FixedChainView } from '../../../node/chain/fixed-chain-view.ts'
import type { ChainTable } from '../../../node/config/network-file.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { CounterKey, Crypto } from '../../../protocols/kernel/ports.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const START = 1_800_000_000
const [rich, poor, miner] = ['01', '02', '03'].map((byte) => address(`0x${byte.repeat(20)}`)) as [
  ReturnType<typeof address>,
  ReturnType<typeof address>,
  ReturnType<typeof address>,
]
const table: ChainTable = {
  kind: 'table',
  head: { number: 100, time: START, periodSeconds: 12 },
  escrows: [{ payer: rich, balance: credits(5_000) }],
  stakes: [{ owner: rich, amount: credits(7_000) }],
  operators: [{ operator: miner, owner: rich }],
}

let crypto: Crypto
beforeAll(async () => {
  crypto = await createCrypto()
})
const viewAt = (nowMs: number, of: ChainTable = table, networkId = 'local') => {
  const clock = new ManualClock(nowMs)
  return { clock, view: new FixedChainView({ networkId, clock, hasher: crypto }, of) }
}

describe('a table in place of a chain', () => {
  test('never claims to settle', () => {
    expect(viewAt(0).view.settles).toBe(false)
  })

  test('has a head that moves with the clock, one block each period', async () => {
    const { clock, view } = viewAt(START * 1_000 + 11_999)
    expect(await view.head()).toMatchObject({ blockNumber: 100n, blockTime: BigInt(START) })
    clock.advance(1)
    const next = await view.head()
    expect(next).toMatchObject({ blockNumber: 101n, blockTime: BigInt(START + 12) })
    clock.advance(11_999)
    expect(await view.head()).toEqual(next)
  })

  test('is the same for everybody of a network, and for no other network', async () => {
    const head = await viewAt(START * 1_000).view.head()
    expect(await viewAt(START * 1_000 + 5_000).view.head()).toEqual(head)
    expect((await viewAt(START * 1_000, table, 'other').view.head()).blockHash).not.toBe(head.blockHash)
  })

  test('lets two nodes agree on a block while their clocks differ by less than 48 s', async () => {
    for (let offsetMs = 0; offsetMs < 12_000; offsetMs += 1_500) {
      const early = await viewAt(START * 1_000 + offsetMs).view.head()
      const late = await viewAt(START * 1_000 + offsetMs + 47_999).view.head()
      expect(late.blockTime - early.blockTime).toBeLessThanOrEqual(60n)
    }
  })

  test('has no block before its first one, however wrong the clock', async () => {
    expect((await viewAt(0).view.head()).blockNumber).toBe(100n)
  })

  const counterOf = (payer: typeof rich): CounterKey => ({ payer, session: payer, miner, collection: ZERO_HASH })

  test('says what is listed, and nothing of who is not', async () => {
    const { view } = viewAt(0)
    const nothing = { claimed: 0n, spent: 0n, payer: 'good' }
    expect(await view.assuranceOf(counterOf(rich))).toEqual({ assured: 5_000n, ...nothing })
    expect(await view.assuranceOf(counterOf(poor))).toEqual({ assured: 0n, ...nothing })
    expect(await view.standingOf(miner)).toEqual({ owner: rich, isActive: true, stake: 7_000n })
    expect(await view.standingOf(poor)).toEqual({ owner: undefined, isActive: false, stake: 0n })
  })

  test('may give everyone something, beside what is listed', async () => {
    const { view } = viewAt(0, { ...table, everyone: { escrow: credits(10), stake: credits(20) } })
    expect((await view.assuranceOf(counterOf(rich))).assured).toBe(5_000n)
    expect((await view.assuranceOf(counterOf(poor))).assured).toBe(10n)
    expect(await view.standingOf(miner)).toEqual({ owner: rich, isActive: true, stake: 7_000n })
    expect(await view.standingOf(poor)).toEqual({ owner: poor, isActive: true, stake: 20n })
  })
})
