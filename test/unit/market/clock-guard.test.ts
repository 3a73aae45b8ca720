import { describe, expect, it } from 'vitest'
import { ClockGuard } from '../../../node/market/clock-guard.ts'
import type { ClockState } from '../../../node/market/clock-watch.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function set(witnessMs: number | MeshError = 45_000) {
  const clock = new ManualClock()
  const facts = { others: undefined as ClockState | undefined, asked: 0, witnessMs }
  const told: boolean[] = []
  const failures: string[] = []
  const guard = new ClockGuard({
    clock,
    others: () => facts.others,
    witnesses: [
      async () => {
        facts.asked++
        if (facts.witnessMs instanceof MeshError) throw facts.witnessMs
        return facts.witnessMs
      },
    ],
    onChange: (isStopped) => told.push(isStopped),
    onFailure: ({ code }) => failures.push(code),
  })
  const look = async (times = 1): Promise<void> => {
    for (let i = 0; i < times; i++) {
      clock.advance(5_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { facts, told, failures, guard, look }
}

describe('the guard of the clock', () => {
  it('asks nobody while the others agree, or are only a little apart', async () => {
    const { facts, told, guard, look } = set()
    await look()
    facts.others = { offsetMs: 29_000, voters: 9 }
    await look(100)
    expect([facts.asked, told, guard.standing]).toEqual([0, [], 'off'])
  })

  it('stops where a witness agrees that it is far off, and goes on when it is right again', async () => {
    const { facts, told, guard, look } = set()
    const heard: boolean[] = []
    const listening = guard.listen((isStopped) => heard.push(isStopped))
    facts.others = { offsetMs: 45_000, voters: 9 }
    await look(10)
    expect([told, heard, guard.standing, facts.asked]).toEqual([[true], [true], 'stopped', 1])
    facts.others = undefined
    await look()
    expect([told, heard, guard.standing]).toEqual([[true, false], [true, false], 'right'])
    listening[Symbol.dispose]()
    facts.others = { offsetMs: 45_000, voters: 9 }
    await look()
    expect([told.length, heard.length]).toEqual([3, 2])
  })

  it('is not moved by peers where the witness sides with this node, and asks it again after five minutes', async () => {
    const { facts, told, guard, look } = set(200)
    facts.others = { offsetMs: 45_000, voters: 9 }
    await look(59)
    expect([facts.asked, guard.standing]).toEqual([1, 'off'])
    facts.witnessMs = 45_000
    await look(3)
    expect([facts.asked, told]).toEqual([2, [true]])
  })

  it('asks at once where the others now say the opposite', async () => {
    const { facts, look } = set()
    facts.others = { offsetMs: 45_000, voters: 9 }
    await look(2)
    facts.others = { offsetMs: -45_000, voters: 9 }
    await look(2)
    expect(facts.asked).toBe(2)
  })

  it('says where nobody could be asked, and signs on', async () => {
    const { facts, failures, guard, look } = set(new MeshError('TIMEOUT', { what: 'a time server', ms: 3_000 }))
    facts.others = { offsetMs: 45_000, voters: 9 }
    await look(2)
    expect([failures, guard.standing]).toEqual([['TIMEOUT'], 'off'])
    await guard[Symbol.asyncDispose]()
    await look(100)
    expect(failures).toHaveLength(1)
  })
})
