import { describe, expect, it } from 'vitest'
import { HeadWatch } from '../../../node/chain/head-watch.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import type { ChainHead, ChainView } from '../../../protocols/kernel/ports.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const ASK_MS = 6_000
const ANSWER_MS = 6_000
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
      const { number } = chain
      await chain.gate
      if (chain.failure !== undefined) throw chain.failure
      return { blockNumber: number, blockTime: number * 12n, blockHash: ZERO_HASH }
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
    const { chain, failures, start, advance } = set()
    using _ = await start()
    chain.gate = new Promise(() => undefined)
    await advance(ASK_MS)
    await advance(ANSWER_MS - 1)
    expect([chain.asked, failures]).toEqual([2, []])
  })

  it('gives a call up that is never answered, says so, and asks again at its pace', async () => {
    const { clock, chain, failures, start, advance } = set()
    using watch = await start()
    chain.gate = new Promise(() => undefined)
    for (const _ of [1, 2]) {
      await advance(ASK_MS)
      await advance(ANSWER_MS)
    }
    expect(failures).toMatchObject([{ code: 'TIMEOUT' }, { code: 'TIMEOUT' }])
    chain.gate = undefined
    chain.number = 5n
    await advance(ASK_MS - 1)
    expect(chain.asked).toBe(3)
    await advance(1)
    expect([chain.asked, watch.head.blockNumber]).toEqual([4, 5n])
    expect(clock.pending, 'no time limit is left of calls that ended').toBe(1)
  })

  it('does not go back to the head that a call brings which it gave up', async () => {
    const { chain, failures, start, advance } = set()
    using watch = await start()
    const slow = Promise.withResolvers<void>()
    chain.gate = slow.promise
    chain.number = 2n
    await advance(ASK_MS)
    await advance(ANSWER_MS)
    chain.gate = undefined
    chain.number = 3n
    await advance(ASK_MS)
    expect(watch.head.blockNumber).toBe(3n)
    slow.resolve()
    await advance(0)
    expect([watch.head.blockNumber, failures.length]).toEqual([3n, 1])
  })

  it('is asked again out of turn, all who ask together once, and not more often than every two seconds', async () => {
    const { clock, chain, start, advance } = set()
    using watch = await start()
    chain.number = 2n
    expect((await watch.again()).blockNumber).toBe(1n)
    await advance(2_000)
    const both = await Promise.all([watch.again(), watch.again()])
    expect([both.map(({ blockNumber }) => blockNumber), chain.asked]).toEqual([[2n, 2n], 2])
    chain.failure = away
    await advance(2_000)
    expect((await watch.again()).blockNumber).toBe(2n)
    // Its own beat goes on beside.
    chain.failure = undefined
    chain.number = 4n
    await advance(ASK_MS)
    expect([watch.head.blockNumber, clock.pending]).toEqual([4n, 1])
  })

  it('does not wait for ever for its first head', async () => {
    const { clock, chain, start, advance } = set()
    chain.gate = new Promise(() => undefined)
    const started = start().catch((error: unknown) => error)
    await advance(ANSWER_MS)
    expect(await started).toMatchObject({ code: 'TIMEOUT' })
    expect(clock.pending).toBe(0)
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
