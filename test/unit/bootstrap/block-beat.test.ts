import { describe, expect, it, onTestFinished } from 'vitest'
import { BlockBeat } from '../../../bootstrap/localnet/block-beat.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

/** A chain that counts, and its beat of a second, or of 15 while nothing happens. */
function beating() {
  const clock = new ManualClock()
  const chain = { height: 0, isAway: false }
  const failures: MeshError[] = []
  const away = (): void => {
    if (chain.isAway) throw new MeshError('LOCAL_CHAIN', { why: 'it is away' })
  }
  const beat = new BlockBeat({
    clock,
    busySeconds: 1,
    idleSeconds: 15,
    height: async () => {
      away()
      return chain.height
    },
    mine: async () => {
      away()
      chain.height++
    },
    onFailure: (error) => failures.push(error),
  })
  onTestFinished(() => beat[Symbol.dispose]())
  const pass = async (seconds: number): Promise<number> => {
    const before = chain.height
    for (let i = 0; i < seconds; i++) {
      clock.advance(1_000)
      // What the beat does within one second are a few turns.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    }
    return chain.height - before
  }
  return { beat, chain, clock, failures, pass }
}

describe('the beat of a development chain', () => {
  it('makes a block a second after a transaction, then few', async () => {
    const { chain, pass } = beating()
    await pass(60)
    expect(await pass(150)).toBe(10)
    chain.height++
    expect(await pass(8)).toBe(8)
    expect(await pass(14)).toBe(0)
    expect(await pass(1)).toBe(1)
  })

  it('goes on after the chain was away, which it tells once', async () => {
    const { chain, failures, pass } = beating()
    await pass(60)
    chain.isAway = true
    await pass(60)
    expect(failures.map(({ code }) => code)).toEqual(['LOCAL_CHAIN'])
    chain.isAway = false
    expect(await pass(30)).toBeGreaterThanOrEqual(2)
  })

  it('ends with its chain', async () => {
    const { beat, clock, pass } = beating()
    beat[Symbol.dispose]()
    expect(await pass(60)).toBe(0)
    expect(clock.pending).toBe(0)
  })
})
