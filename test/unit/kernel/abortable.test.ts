import { describe, expect, it } from 'vitest'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

/** What was rejected and heard by nobody while `act` ran: in Node that ends the process. */
async function unheard(act: () => Promise<void>): Promise<readonly unknown[]> {
  const found: unknown[] = []
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => found.push(reason))
  try {
    await act()
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
  return found
}

describe('waiting for something that a signal may end', () => {
  it('ends as the promise does', async () => {
    const { signal } = new AbortController()
    expect(await abortable(Promise.resolve(7), signal)).toBe(7)
    expect(await abortable(Promise.resolve(7), undefined)).toBe(7)
    await expect(abortable(Promise.reject(new RangeError('no')), signal)).rejects.toThrow('no')
  })

  it('ends with the signal’s reason where that comes first', async () => {
    const stop = new AbortController()
    const waiting = abortable(new Promise(() => undefined), stop.signal)
    const reason = new MeshError('TIMEOUT', { what: 'x', ms: 1 })
    stop.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('does not wait at all for a signal that was aborted before', async () => {
    await expect(abortable(Promise.resolve(7), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it.each(['before', 'while'])(
    'lets nobody hear of a failure that comes after the signal was aborted %s it waited',
    async (when) => {
      const stop = new AbortController()
      const work = Promise.withResolvers<void>()
      const found = await unheard(async () => {
        if (when === 'before') stop.abort()
        const waiting = abortable(work.promise, stop.signal)
        stop.abort()
        await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
        work.reject(new MeshError('NO_PEERS', { network: 'n', why: [] }))
      })
      expect(found).toEqual([])
    },
  )
})
