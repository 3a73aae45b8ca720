import { expect, test } from 'vitest'
import { readLogs } from '../../../../node/chain/contracts/read-logs.ts'
import type { ChainLog, ChainRpc, LogFilter } from '../../../../node/chain/rpc/chain-rpc.ts'
import type { RpcOutcome } from '../../../../node/chain/rpc/rpc-pool.ts'
import { address, hash32 } from '../../../../protocols/kernel/ids.ts'

const at = address(`0x${'0a'.repeat(20)}`)
const logAt = (blockNumber: bigint): ChainLog => ({
  topics: [],
  data: '0x',
  blockNumber,
  transaction: hash32(`0x${'0b'.repeat(32)}`),
})

/** A chain with a log in each of these blocks; what it was asked for. */
function chainWith(blocks: readonly bigint[], refuse?: (filter: LogFilter) => boolean) {
  const asked: (readonly [bigint, bigint])[] = []
  const rpc = {
    async logs(filter: LogFilter): Promise<RpcOutcome<readonly ChainLog[]>> {
      const { fromBlock, toBlock } = filter
      asked.push([fromBlock, toBlock])
      if (refuse?.(filter) === true)
        return { kind: 'refused', refusal: { code: -32_005, message: 'too many results', data: undefined } }
      return { kind: 'result', value: blocks.filter((block) => block >= fromBlock && block <= toBlock).map(logAt) }
    },
  } as unknown as ChainRpc
  const read = (fromBlock: bigint, toBlock: bigint) => readLogs(rpc, { address: at, topics: [], fromBlock, toBlock })
  return { asked, read }
}

test('logs of many blocks are read page by page, each block once, and come oldest first', async () => {
  const blocks = [5n, 10_004n, 10_005n, 20_004n, 20_005n, 25_000n]
  const { asked, read } = chainWith(blocks)
  expect((await read(5n, 25_000n)).map(({ blockNumber }) => blockNumber)).toEqual(blocks)
  expect(asked).toEqual([
    [15_001n, 25_000n],
    [5_001n, 15_000n],
    [5n, 5_000n],
  ])
})

test('a single block is one page, and none where the range is empty', async () => {
  const { asked, read } = chainWith([7n])
  expect(await read(7n, 7n)).toHaveLength(1)
  expect(await read(8n, 7n)).toEqual([])
  expect(asked).toEqual([[7n, 7n]])
})

test('of a range that is too long the newest hundred pages are read', async () => {
  const { asked, read } = chainWith([0n, 1_000_000n, 1_000_001n, 2_000_000n])
  const logs = await read(0n, 2_000_000n)
  expect(asked).toHaveLength(100)
  expect(logs.map(({ blockNumber }) => blockNumber)).toEqual([1_000_001n, 2_000_000n])
})

test('a page that is refused is an error that says why, and nothing is taken for all', async () => {
  const { read } = chainWith([1n, 20_000n], ({ fromBlock }) => fromBlock < 10_000n)
  await expect(read(0n, 20_000n)).rejects.toMatchObject({
    code: 'CHAIN_REFUSED',
    facts: { what: 'logs', why: 'too many results' },
  })
})
