import { describe, expect, it } from 'vitest'
import { EndedAttempts } from '../../../node/work/ended-attempts.ts'
import { attemptOf } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const OFFER_LIFE_MS = 300_000

describe('attempts that ended in this process', () => {
  it('are found, and others are not', () => {
    const ended = new EndedAttempts(new ManualClock())
    ended.add(attemptOf('a'))
    expect(ended.mayHold(attemptOf('a'))).toBe(true)
    expect(ended.mayHold(attemptOf('b'))).toBe(false)
  })

  it('are remembered for longer than the offer lives that they were agreed under, whenever they ended', () => {
    const clock = new ManualClock()
    const ended = new EndedAttempts(clock)
    for (let minute = 0; minute < 30; minute++) {
      ended.add(attemptOf(`${minute}`))
      clock.advance(60_000)
      for (let before = 0; before * 60_000 < OFFER_LIFE_MS && before <= minute; before++) {
        expect(ended.mayHold(attemptOf(`${minute - before}`))).toBe(true)
      }
    }
    expect(ended.mayHold(attemptOf('0'))).toBe(false)
  })

  it('are forgotten after a long silence', () => {
    const clock = new ManualClock()
    const ended = new EndedAttempts(clock)
    ended.add(attemptOf('a'))
    clock.advance(3 * 400_000)
    expect(ended.mayHold(attemptOf('a'))).toBe(false)
  })

  it('never hide one where there were too many to remember', () => {
    const ended = new EndedAttempts(new ManualClock())
    for (let i = 0; i < 500_000; i++) ended.add(`0x${i.toString(16).padStart(12, '0')}` as never)
    expect(ended.mayHold(attemptOf('not here'))).toBe(false)
    ended.add(attemptOf('one too many'))
    expect(ended.mayHold(attemptOf('one too many'))).toBe(true)
    expect(ended.mayHold(attemptOf('not here'))).toBe(true)
  })
})
