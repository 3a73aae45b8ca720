import { expect, test } from 'vitest'
import { ChainFollower } from '../../../../node/chain/contracts/chain-follower.ts'
import type { ChainLog, ChainRpc, LogFilter } from '../../../../node/chain/rpc/chain-rpc.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { address, hash32 } from '../../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const at = address(`0x${'0a'.repeat(20)}`)
const topic = hash32(`0x${'0c'.repeat(32)}`)
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
}

async function set({ confirmations = 3, periodSeconds = 2 } = {}) {
  const clock = new ManualClock()
  const facts = { head: 100n, down: undefined as MeshError | undefined, asked: [] as string[], logs: [] as bigint[] }
  const rpc = {
    async head(signal?: AbortSignal) {
      if (facts.down !== undefined) throw facts.down
      signal?.throwIfAborted()
      return { blockNumber: facts.head, blockTime: 0n, blockHash: topic }
    },
    async logs({ address: of, topics, fromBlock, toBlock }: LogFilter) {
      expect([of, topics]).toEqual([at, [topic]])
      facts.asked.push(`${fromBlock}-${toBlock}`)
      const value = facts.logs
        .filter((block) => block >= fromBlock && block <= toBlock)
        .map((blockNumber): ChainLog => ({ topics: [topic], data: '0x', blockNumber, transaction: topic }))
      return { kind: 'result', value } as const
    },
  } as unknown as ChainRpc
  const heard: bigint[][] = []
  const failures: string[] = []
  const follower = new ChainFollower({
    chain: { rpc, periodSeconds, confirmations },
    clock,
    address: at,
    topics: [topic],
    onLogs: (logs) => heard.push(logs.map(({ blockNumber }) => blockNumber)),
    onFailure: ({ code }) => failures.push(code),
  })
  await settled()
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  return { clock, facts, heard, failures, follower, pass }
}

test('a follower begins at the head, and reads each new block once it is there and again until it is deep', async () => {
  const { facts, heard, pass } = await set()
  facts.logs = [99n, 101n]
  facts.head = 101n
  await pass(2_000)
  facts.head = 103n
  await pass(2_000)
  await pass(2_000)
  expect(facts.asked).toEqual(['100-100', '98-101', '99-103', '101-103'])
  expect(heard).toEqual([[99n, 101n], [99n, 101n], [101n]])
})

test('what was in a block that was exchanged is heard from the one that took its place', async () => {
  const { facts, heard, pass } = await set()
  facts.head = 102n
  await pass(2_000)
  facts.logs = [101n]
  await pass(2_000)
  expect(heard).toEqual([[101n]])
})

test('a chain that lost its last blocks is followed on from where it is', async () => {
  const { facts, heard, pass } = await set()
  facts.head = 90n
  await pass(2_000)
  facts.logs = [91n]
  facts.head = 91n
  await pass(2_000)
  expect(facts.asked).toEqual(['100-100', '88-91'])
  expect(heard).toEqual([[91n]])
})

test('a chain that is away is told of once, and what came meanwhile is read when it is back', async () => {
  const { facts, heard, failures, pass } = await set()
  facts.down = new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' })
  for (let i = 0; i < 5; i++) await pass(2_000)
  expect(failures).toEqual(['CHAIN_UNREACHABLE'])
  facts.down = undefined
  facts.head = 140n
  facts.logs = [101n, 139n]
  await pass(2_000)
  expect(heard).toEqual([[101n, 139n]])
  facts.down = new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' })
  await pass(2_000)
  expect(failures).toHaveLength(2)
})

test.each([
  [0, 1_000],
  [12, 12_000],
  [600, 15_000],
])('with a block every %i s it looks after %i ms', async (periodSeconds, pauseMs) => {
  const { facts, pass } = await set({ periodSeconds })
  await pass(pauseMs - 1)
  expect(facts.asked).toHaveLength(1)
  await pass(1)
  expect(facts.asked).toHaveLength(2)
})

test('the first blocks of a chain are no negative ones, and an end ends the looks', async () => {
  const { clock, facts, follower, pass } = await set({ confirmations: 500 })
  await pass(2_000)
  expect(facts.asked).toEqual(['100-100', '0-100'])
  await follower[Symbol.asyncDispose]()
  expect(clock.pending).toBe(0)
})
