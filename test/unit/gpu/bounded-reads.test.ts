import { describe, expect, it } from 'vitest'
import { BoundedReads, READ_MS_MAX, READS_AT_ONCE_MAX } from '../../../node/gpu/bounded-reads.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

function lab() {
  const clock = new ManualClock()
  const reads = new BoundedReads(clock)
  const begun: { readonly end: (text: string) => void; readonly fail: (error: Error) => void }[] = []
  const read = (): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    begun.push({ end: resolve, fail: reject })
    return promise
  }
  return { clock, begun, ask: () => reads.within<string | undefined>(read, undefined) }
}

describe('reads of files that may hang', () => {
  it('are few at once, and the next begins when one has ended', async () => {
    const { begun, ask, clock } = lab()
    const asked = Array.from({ length: 5 }, ask)
    expect(begun).toHaveLength(READS_AT_ONCE_MAX)
    begun[0]!.end('a')
    expect(await asked[0]).toBe('a')
    await settled()
    expect(begun).toHaveLength(READS_AT_ONCE_MAX + 1)
    for (let next = 1; next < 5; next++) {
      begun[next]!.end('b')
      await asked[next]
      await settled()
    }
    expect(clock.pending).toBe(0)
  })

  it('are not there where they fail or do not end in time, and one that hangs keeps its place and nothing more', async () => {
    const { begun, ask, clock } = lab()
    const [hung, failed, waiting] = [ask(), ask(), ask()]
    begun[1]!.fail(new Error('EIO'))
    expect(await failed).toBeUndefined()
    await settled()
    begun[2]!.end('c')
    expect(await waiting).toBe('c')
    clock.advance(READ_MS_MAX)
    expect(await hung).toBeUndefined()
    const next = ask()
    expect(begun).toHaveLength(4)
    begun[3]!.end('d')
    expect(await next).toBe('d')
  })

  it('that wait behind hung ones give up in time, and are never begun afterwards', async () => {
    const { begun, ask, clock } = lab()
    const asked = Array.from({ length: READS_AT_ONCE_MAX + 3 }, ask)
    clock.advance(READ_MS_MAX)
    expect(await Promise.all(asked)).toEqual(asked.map(() => undefined))
    for (const { end } of begun.slice()) end('late')
    await settled()
    expect(begun).toHaveLength(READS_AT_ONCE_MAX)
    const fresh = ask()
    begun.at(-1)!.end('fresh')
    expect(await fresh).toBe('fresh')
  })
})
