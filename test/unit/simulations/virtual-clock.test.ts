import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../simulations/clock/virtual-clock.ts'

const sleep = (clock: VirtualClock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))

describe('the virtual clock', () => {
  it('stands still until it is moved, and then both its times move by as much', async () => {
    const clock = new VirtualClock(1_000)
    const ran: number[] = []
    clock.after(10, () => ran.push(clock.monotonicMs()))
    clock.after(30, () => ran.push(clock.monotonicMs()))
    await clock.advance(20)
    expect(ran).toEqual([10])
    expect([clock.nowMs(), clock.monotonicMs(), clock.pending]).toEqual([1_020, 20, 1])
  })

  it('lets everything that was resolved run before the next event, however long the chain of promises', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    const chain = async (): Promise<void> => {
      await sleep(clock, 5)
      for (let i = 0; i < 1_000; i++) await Promise.resolve()
      seen.push('chain')
    }
    void chain()
    clock.after(5, () => seen.push('same time'))
    clock.after(5.001, () => seen.push('later'))
    await clock.advance(6)
    expect(seen).toEqual(['chain', 'same time', 'later'])
  })

  it('runs what an event asks for at once behind what waits for the same time', async () => {
    const clock = new VirtualClock()
    const seen: number[] = []
    clock.after(1, () => {
      seen.push(1)
      clock.after(0, () => seen.push(3))
    })
    clock.after(1, () => seen.push(2))
    await clock.advance(1)
    expect(seen).toEqual([1, 2, 3])
  })

  it('does not run what was cancelled', async () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    const timer = clock.after(2, () => ran.push('cancelled'))
    clock.after(1, () => timer.cancel())
    await clock.advance(5)
    expect(ran).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('passes only as much time as a promise needs, and gives its outcome', async () => {
    const clock = new VirtualClock()
    const work = async (): Promise<string> => {
      await sleep(clock, 7)
      await sleep(clock, 8)
      return 'done'
    }
    expect(await clock.until(work())).toBe('done')
    expect(clock.monotonicMs()).toBe(15)
    const failing = sleep(clock, 1).then(() => {
      throw new RangeError('broken')
    })
    await expect(clock.until(failing)).rejects.toThrow(RangeError)
  })

  it('says so where a wait can never end, and where it takes too long', async () => {
    const clock = new VirtualClock()
    await expect(clock.until(new Promise(() => undefined))).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(clock.until(sleep(clock, 1_000), 999)).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(clock.untilTrue(() => false)).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('is moved by one at a time', async () => {
    const clock = new VirtualClock()
    const moving = clock.advance(10)
    await expect(clock.advance(10)).rejects.toMatchObject({ code: 'BUG' })
    await moving
  })
})
