import { describe, expect, it } from 'vitest'
import { type Pause, PauseSwitch } from '../../../node/work/pause-switch.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function set() {
  const clock = new ManualClock(1_000)
  const applied: boolean[] = []
  const told: (Pause | undefined)[] = []
  const failures: string[] = []
  const facts = { fails: false }
  const pause = new PauseSwitch({
    clock,
    apply: async (state) => {
      applied.push(state !== undefined)
      if (facts.fails) throw new MeshError('DISK_FULL', { path: '/data' })
    },
    onChange: (state) => told.push(state),
    onFailure: ({ code }) => failures.push(code),
  })
  return { clock, applied, told, failures, facts, pause }
}

describe('the switch of the owner', () => {
  it('withdraws and brings back, and says so', async () => {
    const { applied, told, pause } = set()
    await pause.resume()
    expect(applied).toEqual([])
    await pause.stop()
    expect(pause.pause).toEqual({})
    await pause.resume()
    expect(applied).toEqual([true, false])
    expect(told).toEqual([{}, undefined])
  })

  it('brings back by itself after its time, and goes by the last time that was said', async () => {
    const { clock, applied, pause } = set()
    await pause.stop(1_000)
    await pause.stop(5_000)
    expect(pause.pause).toEqual({ untilMs: 6_000 })
    clock.advance(4_999)
    expect(applied).toEqual([true, true])
    clock.advance(1)
    expect([applied, pause.pause]).toEqual([[true, true, false], undefined])
    await pause.stop(1_000)
    await pause.stop()
    clock.advance(10_000)
    expect(pause.pause).toEqual({})
    await pause.stop(1_000)
    pause[Symbol.dispose]()
    clock.advance(10_000)
    expect(pause.pause).toBeDefined()
  })

  it('stays where its withdrawal cannot be sent, and tells of a return that could not', async () => {
    const { clock, facts, failures, pause } = set()
    facts.fails = true
    await expect(pause.stop(1_000)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(pause.pause).toBeDefined()
    clock.advance(1_000)
    await Promise.resolve()
    await Promise.resolve()
    expect(failures).toEqual(['DISK_FULL'])
  })
})
