import { describe, expect, test } from 'vitest'
import { type PartEvent, Parts } from '../../../node/roles/parts.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function setUp() {
  const story: string[] = []
  const events: PartEvent[] = []
  const needs = { clock: new ManualClock(), onEvent: (event: PartEvent) => events.push(event) }
  const part = (name: string, failure?: Error): AsyncDisposable => {
    story.push(`${name} up`)
    return {
      async [Symbol.asyncDispose]() {
        await Promise.resolve()
        story.push(`${name} down`)
        if (failure !== undefined) throw failure
      },
    }
  }
  return { story, events, needs, part, kinds: () => events.map((event) => `${event.kind} ${event.part}`) }
}

describe('parts', () => {
  test('start in order and stop in reverse', async () => {
    const { story, needs, part, kinds } = setUp()
    const running = await Parts.start(needs, async (parts) => {
      await parts.start('a', () => part('a'))
      await parts.start('b', async () => part('b'))
      const c: Disposable = { [Symbol.dispose]: () => story.push('c down') }
      await parts.start('c', () => c)
      return 'value'
    })
    expect(running.value).toBe('value')
    expect(story).toEqual(['a up', 'b up'])
    await running.stop()
    expect(story).toEqual(['a up', 'b up', 'c down', 'b down', 'a down'])
    expect(kinds().slice(3)).toEqual(['part:stopped c', 'part:stopped b', 'part:stopped a'])
  })

  test('that were up go down when a later one fails, and the failure is the one that is thrown', async () => {
    const { story, needs, part, events } = setUp()
    const failure = new MeshError('PORT_IN_USE', { port: 1, address: 'x' })
    const start = Parts.start(needs, async (parts) => {
      await parts.start('a', () => part('a'))
      await parts.start('b', () => Promise.reject(failure))
      await parts.start('c', () => part('c'))
    })
    await expect(start).rejects.toBe(failure)
    expect(story).toEqual(['a up', 'a down'])
    expect(events).toContainEqual({ kind: 'part:failed', part: 'b', error: failure })
  })

  test('go down too where what stands between them fails', async () => {
    const { story, needs, part } = setUp()
    const start = Parts.start(needs, async (parts) => {
      await parts.start('a', () => part('a'))
      throw new TypeError('wrong')
    })
    await expect(start).rejects.toThrow('wrong')
    expect(story).toEqual(['a up', 'a down'])
  })

  test('are cancelled between two of them, and the ones before go down', async () => {
    const { story, needs, part } = setUp()
    const stop = new AbortController()
    const start = Parts.start(
      needs,
      async (parts) => {
        await parts.start('a', (signal) => {
          expect(signal).toBe(stop.signal)
          stop.abort()
          return part('a')
        })
        await parts.start('b', () => part('b'))
      },
      stop.signal,
    )
    await expect(start).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(story).toEqual(['a up', 'a down'])
  })

  test('that fail to stop do not keep the others up, and are told of', async () => {
    const { story, needs, part, events } = setUp()
    const running = await Parts.start(needs, async (parts) => {
      await parts.start('a', () => part('a'))
      await parts.start('b', () => part('b', new MeshError('DISK_FULL', { file: 'x' })))
    })
    await running.stop()
    expect(story).toEqual(['a up', 'b up', 'b down', 'a down'])
    expect(events).toContainEqual(expect.objectContaining({ kind: 'part:failed', part: 'b' }))
  })

  test('stop once, however often they are asked, and every call waits for the end', async () => {
    const { story, needs, part } = setUp()
    const running = await Parts.start(needs, async (parts) => {
      await parts.start('a', () => part('a'))
    })
    const first = running.stop()
    await running.stop()
    expect(story).toEqual(['a up', 'a down'])
    await first
    await running[Symbol.asyncDispose]()
    expect(story).toHaveLength(2)
  })
})
