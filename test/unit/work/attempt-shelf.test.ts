import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../../node/work/attempt.ts'
import { AttemptShelf } from '../../../node/work/attempt-shelf.ts'
import { attemptOf } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MIB = 1_048_576
const KEEP_MS = 120_000

/** What a shelf sees of an ended attempt. */
interface Ended {
  readonly id: Attempt['id']
  readonly endedAtMs: number
  readonly unacknowledgedBytes: number
  attended: boolean
  dropped: boolean
}

function set() {
  const clock = new ManualClock()
  const shelf = new AttemptShelf(clock)
  const keep = (word: string, bytes = 0, attended = false): Ended => {
    const ended = {
      id: attemptOf(word),
      endedAtMs: clock.monotonicMs(),
      unacknowledgedBytes: bytes,
      attended,
      dropped: false,
      drop: () => {
        ended.dropped = true
      },
    }
    shelf.keep(ended as Partial<Attempt> as Attempt)
    return ended
  }
  const has = (...words: readonly string[]): readonly boolean[] =>
    words.map((word) => shelf.get(attemptOf(word)) !== undefined)
  return { clock, shelf, keep, has }
}

describe('the shelf of ended attempts', () => {
  it('keeps an answer for two minutes, and lets go of it without being asked', () => {
    const { clock, keep, has } = set()
    const first = keep('a')
    clock.advance(1_000)
    keep('b')
    clock.advance(KEEP_MS - 1_001)
    expect(has('a', 'b')).toEqual([true, true])
    clock.advance(1)
    expect([first.dropped, ...has('a', 'b')]).toEqual([true, false, true])
    clock.advance(1_000)
    expect(has('b')).toEqual([false])
    expect(clock.pending).toBe(0)
  })

  it('lets the oldest go where all together are too large', () => {
    const { keep, has } = set()
    for (const word of ['a', 'b', 'c']) keep(word, 30 * MIB)
    expect(has('a', 'b', 'c')).toEqual([false, true, true])
  })

  it('keeps what is being read, and lets the next one go instead', () => {
    const { keep, has } = set()
    keep('read', 40 * MIB, true)
    keep('old', 20 * MIB)
    keep('new', 20 * MIB)
    expect(has('read', 'old', 'new')).toEqual([true, false, true])
  })

  it('comes back soon to what is too large and was being read', () => {
    const { clock, keep, has } = set()
    const large = keep('large', 100 * MIB, true)
    clock.advance(1_000)
    expect(has('large')).toEqual([true])
    large.attended = false
    clock.advance(1_000)
    expect(has('large')).toEqual([false])
    expect(clock.pending).toBe(0)
  })

  it('holds no more than 8,192 answers, however small', () => {
    const { keep, has } = set()
    for (let i = 0; i <= 8_192; i++) keep(`${i}`)
    expect(has('0', '1', '8192')).toEqual([false, true, true])
  })

  it('says whether somebody still takes an answer', () => {
    const { shelf, keep } = set()
    const answer = keep('a', 0, true)
    expect(shelf.isAttended).toBe(true)
    answer.attended = false
    expect(shelf.isAttended).toBe(false)
  })

  it('remembers under which id a job was taken, for the latest 65,536 jobs', () => {
    const { shelf } = set()
    for (let i = 0; i <= 65_536; i++) shelf.name(`peer/${i}`, attemptOf('x'))
    expect([shelf.attemptOf('peer/0'), shelf.attemptOf('peer/1')]).toEqual([undefined, attemptOf('x')])
  })

  it('lets go of everything in the end', () => {
    const { clock, shelf, keep, has } = set()
    keep('a', MIB)
    shelf[Symbol.dispose]()
    expect([...has('a'), clock.pending]).toEqual([false, 0])
  })
})
