import { describe, expect, it } from 'vitest'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { StakeGate } from '../../../node/market/stake-gate.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Standing } from '../../../protocols/kernel/ports.ts'
import { offerOf } from '../../support/offers.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const NOW_MS = 1_790_000_000_000
const owner = address(`0x${'0a'.repeat(20)}`)
const operatorOf = (number: number): Address => address(`0x${number.toString(16).padStart(40, '0')}`)
const staked = (amount: number): Standing => ({ owner, isActive: true, stake: credits(amount) })
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function set() {
  const clock = new ManualClock(NOW_MS)
  const facts = {
    standings: new Map<Address, Standing>(),
    failure: undefined as MeshError | undefined,
    asked: [] as Address[],
    running: 0,
    runningMax: 0,
    gate: undefined as Promise<void> | undefined,
  }
  const told: string[] = []
  const gate = new StakeGate({
    chain: {
      async standingOf(operator) {
        facts.asked.push(operator)
        facts.runningMax = Math.max(facts.runningMax, ++facts.running)
        await facts.gate
        facts.running--
        if (facts.failure !== undefined) throw facts.failure
        return facts.standings.get(operator) ?? { owner: undefined, isActive: false, stake: credits(0) }
      },
    },
    clock,
    stakeMin: credits(100),
    onVerdict: (operator, verdict) => told.push(`${Number(operator)} ${verdict}`),
    onFailure: ({ code }) => told.push(code),
  })
  return { clock, facts, gate, told }
}

describe('the gate of stakes', () => {
  it.each([
    ['as much as is wanted', staked(100), 'good'],
    ['a credit less', staked(99), 'short'],
    ['enough, of an operator that was revoked or tombstoned', { ...staked(100), isActive: false }, 'short'],
    ['nothing, of an operator without an owner', undefined, 'short'],
  ] as const)('knows nothing of a stranger until the chain has answered: %s', async (_, standing, verdict) => {
    const { facts, gate, told } = set()
    if (standing !== undefined) facts.standings.set(operatorOf(1), standing)
    expect(gate.verdictOf(operatorOf(1))).toBe('unknown')
    await settled()
    expect(gate.verdictOf(operatorOf(1))).toBe(verdict)
    expect(told).toEqual([`1 ${verdict}`])
    expect(facts.asked).toHaveLength(1)
  })

  it('asks again when what it knows is old, sooner of who had too little, and goes by the old word meanwhile', async () => {
    const { clock, facts, gate } = set()
    facts.standings.set(operatorOf(1), staked(100))
    for (const number of [1, 2]) gate.verdictOf(operatorOf(number))
    await settled()
    clock.advance(30_001)
    facts.standings.set(operatorOf(2), staked(500))
    expect([gate.verdictOf(operatorOf(1)), gate.verdictOf(operatorOf(2))]).toEqual(['good', 'short'])
    await settled()
    expect(gate.verdictOf(operatorOf(2))).toBe('good')
    expect(facts.asked).toHaveLength(3)
    clock.advance(300_001)
    facts.standings.delete(operatorOf(1))
    expect(gate.verdictOf(operatorOf(1))).toBe('good')
    await settled()
    expect(gate.verdictOf(operatorOf(1))).toBe('short')
  })

  it('believes who was good for an hour while the chain is away, and no stranger; and does not hammer it', async () => {
    const { clock, facts, gate, told } = set()
    facts.standings.set(operatorOf(1), staked(100))
    gate.verdictOf(operatorOf(1))
    await settled()
    facts.failure = new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' })
    clock.advance(3_000_000)
    for (let i = 0; i < 100; i++) {
      expect(gate.verdictOf(operatorOf(1))).toBe('good')
      expect(gate.verdictOf(operatorOf(2))).toBe('unknown')
      await settled()
    }
    expect(facts.asked.length).toBeLessThan(5)
    clock.advance(600_001)
    expect(gate.verdictOf(operatorOf(1))).toBe('unknown')
    await settled()
    expect(told).toEqual(['1 good', 'CHAIN_UNREACHABLE'])
    facts.failure = undefined
    clock.advance(5_001)
    gate.verdictOf(operatorOf(1))
    await settled()
    expect(gate.verdictOf(operatorOf(1))).toBe('good')
  })

  it('asks about eight at once, and lets a flood of strangers push out only strangers', async () => {
    const { facts, gate } = set()
    facts.standings.set(operatorOf(1), staked(100))
    gate.verdictOf(operatorOf(1))
    await settled()
    const slow = Promise.withResolvers<void>()
    facts.gate = slow.promise
    for (let i = 2; i < 5_000; i++) gate.verdictOf(operatorOf(i))
    expect(facts.running).toBe(8)
    slow.resolve()
    for (let i = 0; i < 2_000; i++) await settled()
    expect(facts.runningMax).toBe(8)
    expect(facts.asked.length).toBe(1 + 8 + 1_024)
    expect(gate.verdictOf(operatorOf(1))).toBe('good')
  })

  it('hides an offer until its miner is good, sets it aside when it is no more, and takes it back when it is again', async () => {
    const clock = new ManualClock(NOW_MS)
    const standings = new Map<Address, Standing>()
    const directory: OfferDirectory = new OfferDirectory(
      clock,
      () => false,
      (miner) => gate.verdictOf(miner) === 'good',
      (miner) => gate.verdictOf(miner) === 'short',
    )
    const gate = new StakeGate({
      chain: { standingOf: async (operator) => standings.get(operator)! },
      clock,
      stakeMin: credits(100),
      onVerdict: (operator, verdict) => verdict === 'good' && directory.recognise(operator),
      onFailure: () => undefined,
    })
    const offer = offerOf({ nowMs: NOW_MS, miner: 1 })
    const shown = (): number => [...directory.live()].length
    standings.set(offer.miner, staked(100))
    directory.put(offer)
    expect(shown()).toBe(0)
    await settled()
    expect(shown()).toBe(1)
    standings.set(offer.miner, { ...staked(100), isActive: false })
    gate.askAgain(offer.miner)
    await settled()
    expect(shown()).toBe(0)
    expect(directory.size).toBe(0)
    standings.set(offer.miner, staked(100))
    gate.askAgainOf(address(`0x${'0b'.repeat(20)}`))
    await settled()
    expect(shown()).toBe(0)
    // Of its owner it is said that it has staked.
    gate.askAgainOf(owner)
    await settled()
    expect(shown()).toBe(1)
  })
})
