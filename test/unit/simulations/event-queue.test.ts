import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from '../../../simulations/clock/event-queue.ts'
import '../../support/property-seed.ts'

describe('the event queue', () => {
  it('gives what was not cancelled, by time and then by order of asking', () => {
    const event = fc.record({ dueMs: fc.nat(20), cancelled: fc.boolean() })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const queue = new EventQueue()
        const ran: number[] = []
        const asked = events.map(({ dueMs }, i) => queue.push(dueMs, () => ran.push(i)))
        for (const [i, { cancelled }] of events.entries()) if (cancelled) queue.cancel(asked[i]!)
        const wanted = events.map(({ dueMs, cancelled }, i) => ({ dueMs, cancelled, i })).filter((e) => !e.cancelled)
        expect(queue.size).toBe(wanted.length)
        for (let call = queue.pop(); call !== undefined; call = queue.pop()) call()
        expect(ran).toEqual(wanted.sort((a, b) => a.dueMs - b.dueMs || a.i - b.i).map(({ i }) => i))
        expect(queue.size).toBe(0)
      }),
    )
  })

  it('keeps its order when most of it is cancelled', () => {
    const queue = new EventQueue()
    const ran: number[] = []
    const asked = Array.from({ length: 5_000 }, (_, i) => queue.push(5_000 - i, () => ran.push(i)))
    for (const [i, event] of asked.entries()) if (i % 10 !== 0) queue.cancel(event)
    expect(queue.size).toBe(500)
    for (let call = queue.pop(); call !== undefined; call = queue.pop()) call()
    expect(ran).toEqual(Array.from({ length: 500 }, (_, i) => 4_990 - 10 * i))
  })

  it('takes a second cancellation, and one of what has run, for nothing', () => {
    const queue = new EventQueue()
    const [first, second] = [queue.push(1, () => undefined), queue.push(2, () => undefined)]
    queue.pop()
    queue.cancel(first)
    queue.cancel(second)
    queue.cancel(second)
    expect(queue.size).toBe(0)
    expect(queue.nextMs).toBeUndefined()
  })
})
