import { ethers } from 'ethers'
import { expect, test } from 'vitest'
import { escrow } from '../../../../contracts/generated/escrow.ts'
import { BurnedFees } from '../../../../node/chain/contracts/burned-fees.ts'
import type { ChainLog, ChainRpc, LogFilter } from '../../../../node/chain/rpc/chain-rpc.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type Address, address, hash32 } from '../../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const hash = hash32(`0x${'0c'.repeat(32)}`)
const named = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const [payer, other, miner, second, owner, rich] = [1, 2, 3, 4, 5, 6].map(named) as [
  Address,
  Address,
  Address,
  Address,
  Address,
  Address,
]
const forms = new ethers.Interface(escrow.abi as ethers.InterfaceAbi)

function redeemed(block: bigint, from: Address, by: Address, of: Address, fee: bigint): ChainLog {
  const { data, topics } = forms.encodeEventLog('Redeemed', [
    from,
    by,
    of,
    from,
    `0x${'00'.repeat(32)}`,
    fee * 100n,
    fee * 100n,
    fee,
  ])
  return {
    topics: topics as unknown as ChainLog['topics'],
    data: data as ChainLog['data'],
    blockNumber: block,
    transaction: hash,
  }
}

async function ledger(logs: ChainLog[], { head = 100n, periodSeconds = 8_640 } = {}) {
  const clock = new ManualClock()
  const facts = { head, asked: [] as string[], down: undefined as MeshError | undefined, logs }
  const rpc = {
    async head() {
      if (facts.down !== undefined) throw facts.down
      return { blockNumber: facts.head, blockTime: 0n, blockHash: hash }
    },
    async logs({ fromBlock, toBlock }: LogFilter) {
      facts.asked.push(`${fromBlock}-${toBlock}`)
      const value = facts.logs.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock)
      return { kind: 'result', value } as const
    },
  } as unknown as ChainRpc
  const failures: string[] = []
  const fees = new BurnedFees({
    chain: { rpc, periodSeconds, confirmations: 2, contracts: { escrow: named(9) } as never },
    clock,
    onFailure: ({ code }) => failures.push(code),
  })
  await fees.look()
  return { fees, facts, failures }
}

test('fees are counted by payer and owner over one window, from blocks that stay', async () => {
  // Ten blocks are a window here.
  const { fees, facts } = await ledger([
    redeemed(85n, payer, miner, owner, 1_000n),
    redeemed(90n, payer, miner, owner, 7n),
    redeemed(95n, payer, second, owner, 20n),
    redeemed(96n, payer, named(7), rich, 3n),
    redeemed(97n, other, miner, owner, 400n),
    redeemed(99n, payer, miner, owner, 50n),
  ])
  expect(facts.asked[0]).toBe('78-98')
  expect(fees.untilBlock).toBe(98n)
  expect(fees.burned(payer, owner)).toEqual({ there: 27n, inAll: 30n })
  expect(fees.burned(payer, rich)).toEqual({ there: 3n, inAll: 30n })
  expect(fees.burned(named(8), owner)).toEqual({ there: 0n, inAll: 0n })
  expect([fees.hasBurned(payer), fees.hasBurned(named(8))]).toEqual([true, false])
  expect(fees.ownerOf(second)).toBe(owner)

  facts.head = 101n
  await fees.look()
  expect(facts.asked.at(-1)).toBe('99-99')
  expect(fees.burned(payer, owner)).toEqual({ there: 77n, inAll: 80n })
})

test('what was burned in some blocks is said only where all of them are known', async () => {
  const { fees } = await ledger([
    redeemed(80n, payer, miner, owner, 5n),
    redeemed(90n, payer, miner, owner, 7n),
    redeemed(91n, payer, second, owner, 9n),
  ])
  expect(fees.feeAt(payer, miner, 80n, 98n)).toBe(12n)
  expect(fees.feeAt(payer, miner, 81n, 90n)).toBe(7n)
  expect(fees.feeAt(payer, miner, 81n, 89n)).toBe(0n)
  expect(fees.feeAt(payer, miner, 77n, 90n)).toBeUndefined()
  expect(fees.feeAt(payer, miner, 80n, 99n)).toBeUndefined()
})

test('a chain that is away is told of once, and read on from where it was', async () => {
  const { fees, facts, failures } = await ledger([redeemed(90n, payer, miner, owner, 7n)])
  facts.down = new MeshError('CHAIN_UNREACHABLE', { endpoints: 1, why: 'gone' })
  await fees.look()
  await fees.look()
  expect(failures).toEqual(['CHAIN_UNREACHABLE'])
  expect(fees.burned(payer, owner).there).toBe(7n)
  facts.down = undefined
  facts.head = 105n
  facts.logs.push(redeemed(99n, payer, miner, owner, 2n))
  await fees.look()
  expect(facts.asked.at(-1)).toBe('99-103')
  expect(fees.burned(payer, owner).there).toBe(2n)
})

test('a chain that is younger than a window is read from its beginning', async () => {
  const { fees, facts } = await ledger([redeemed(1n, payer, miner, owner, 7n)], { head: 4n })
  expect(facts.asked).toContain('0-2')
  expect(fees.feeAt(payer, miner, 0n, 2n)).toBe(7n)
})
