import { describe, expect, test } from 'vitest'
import { bytesText } from '../../../node/cli/screen/byte-sizes.ts'
import { progressLine, startProgress } from '../../../node/cli/screen/progress.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

describe('a line of progress', () => {
  const state = { label: 'fetching', done: 0, total: undefined, elapsedMs: 0 }
  test.each([
    [state, 'fetching …'],
    [{ ...state, elapsedMs: 3_400 }, 'fetching: 3 s'],
    // The timer of a second came early.
    [{ ...state, elapsedMs: 999.4 }, 'fetching: 1 s'],
    [{ ...state, done: 1, total: 2, elapsedMs: 999.4 }, 'fetching: 50 %, ~1 s left'],
    [{ ...state, done: 2_048, elapsedMs: 3_400, show: bytesText }, 'fetching: 2 KiB, 3 s'],
    [{ ...state, done: 1, total: 4, elapsedMs: 500 }, 'fetching: 25 %'],
    [{ ...state, done: 1, total: 4, elapsedMs: 4_000 }, 'fetching: 25 %, ~12 s left'],
    [
      { ...state, done: 1_024, total: 4_096, elapsedMs: 4_000, show: bytesText },
      'fetching: 1 KiB of 4 KiB, 25 %, ~12 s left',
    ],
    [{ ...state, done: 4, total: 4, elapsedMs: 4_000 }, 'fetching: 100 %'],
    [{ ...state, done: 9, total: 4, elapsedMs: 4_000 }, 'fetching: 100 %'],
    [{ ...state, total: 4, elapsedMs: 4_000 }, 'fetching: 0 %'],
  ])('%#: reads %s', (given, line) => {
    expect(progressLine(given)).toBe(line)
  })
})

describe('progress', () => {
  const watch = (animate: boolean) => {
    const clock = new ManualClock()
    const drawn: string[] = []
    const said: string[] = []
    const draw = (line: string): void => void drawn.push(line)
    const progress = startProgress('work', { clock, animate, draw, say: (line) => said.push(line) })
    return { clock, drawn, said, progress }
  }

  test('on a terminal is seen within 100 ms, drawn over, and gone at the end', () => {
    const { clock, drawn, said, progress } = watch(true)
    clock.advance(99)
    expect(drawn).toEqual([])
    clock.advance(1)
    expect(drawn).toEqual(['work …'])
    progress.update(1, 2)
    clock.advance(100)
    expect(drawn.at(-1)).toBe('work: 50 %')
    progress[Symbol.dispose]()
    expect(drawn.at(-1)).toBe('')
    const { length } = drawn
    clock.advance(10_000)
    expect(drawn).toHaveLength(length)
    expect(said).toEqual([])
  })

  test('elsewhere is a line after a second and every ten after that, and nothing moves', () => {
    const { clock, drawn, said, progress } = watch(false)
    clock.advance(999)
    expect(said).toEqual([])
    progress.update(1, 10)
    clock.advance(1)
    expect(said).toEqual(['work: 10 %, ~9 s left'])
    for (let i = 0; i < 21; i++) clock.advance(1_000)
    expect(said).toHaveLength(3)
    progress[Symbol.dispose]()
    expect(drawn).toEqual([])
  })
})
