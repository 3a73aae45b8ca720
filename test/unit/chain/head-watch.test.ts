import { describe, expect, it } from 'vitest'
import { HeadWatch } from '../../../node/chain/head-watch.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import type { ChainHead, ChainView } from '../../../protocols/kernel/ports.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const ASK_MS = 6_000
const away = new MeshError('CHAIN_UNREACHABLE', { chain: 'local', why: 'it is away' })

function set() {
  const clock = new ManualClock()
  const chain = {
    number: 1n,
    asked: 0,
    failure: undefined as MeshError | undefined,
    gate: undefined as Promise<void> | undefined,
    async head(): Promise<ChainHead> {
      chain.asked++
      await chain.gate
      if (chain.failure !== undefined) throw chain.failure
      return { blockNumber: chain.number, blockTime: chain.number * 12n, blockHash: ZERO_HASH }
    },
  }
  const failures: MeshError[] = []
  const start = (signal?: AbortSignal): Promise<HeadWatch> =>
    HeadWatch.start(chain as unknown as ChainView, clock, (error) => failures.push(error), signal)
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, chain, failures, start, advance }
}

describe('the watch on the chain’s head', () => {
  it('has a head from the start, and a new one every six seconds', async () => {
    const { chain, start, advance } = set()
    using watch = await start()
    expect(watch.head.blockNumber).toBe(1n)
    chain.number = 2n
    await advance(ASK_MS - 1)
    expect(watch.head.blockNumber).toBe(1n)
    await advance(1)
    expect(watch.head.blockNumber).toBe(2n)
    chain.number = 3n
    await advance(ASK_MS)
    expect(watch.head.blockNumber).toBe(3n)
  })

  it('does not begin without a first head', async () => {
    const { chain, clock, start } = set()
    chain.failure = away
    await expect(start()).rejects.toBe(away)
    expect(clock.pending).toBe(0)
  })

  it('keeps the head that it has while the chain is away, says so each time, and goes on after it', async () => {
    const { chain, failures, start, advance } = set()
    using watch = await start()
    chain.failure = away
    await advance(ASK_MS)
    await advance(ASK_MS)
    expect([watch.head.blockNumber, failures]).toEqual([1n, [away, away]])
    chain.failure = undefined
    chain.number = 9n
    await advance(ASK_MS)
    expect([watch.head.blockNumber, failures.length]).toEqual([9n, 2])
  })

  it('asks nothing while an answer is on its way', async () => {
    const { chain, start, advance } = set()
    using _ = await start()
    chain.gate = new Promise(() => undefined)
    for (let i = 0; i < 10; i++) await advance(ASK_MS)
    expect(chain.asked).toBe(2)
  })

  it('asks no more once it is disposed, and does not complain of what that broke off', async () => {
    const { clock, chain, failures, start, advance } = set()
    const watch = await start()
    const answer = Promise.withResolvers<void>()
    chain.gate = answer.promise
    await advance(ASK_MS)
    watch[Symbol.dispose]()
    answer.reject(new MeshError('CANCELLED'))
    await advance(0)
    expect([failures.length, clock.pending]).toEqual([0, 0])
  })
})
