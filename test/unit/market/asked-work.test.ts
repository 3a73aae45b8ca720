import { describe, expect, it } from 'vitest'
import { AskedWork } from '../../../node/market/asked-work.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MINUTE_MS = 60_000
const accepted = (model: string) => ({ kind: 'job:accepted', model, attempt: '0x', price: credits(1) }) as never
const refused = (model: string) => ({ kind: 'job:refused', model, reason: 'BUSY' }) as const

function set() {
  const clock = new ManualClock()
  clock.advance(90_000)
  return { clock, asked: new AskedWork(clock) }
}

describe('what a miner was asked for', () => {
  it('is counted by model, taken and refused, for an hour', () => {
    const { clock, asked } = set()
    asked.note(accepted('a'))
    asked.note(refused('a'))
    clock.advance(10 * MINUTE_MS)
    asked.note(refused('a'))
    asked.note(refused('b'))
    expect(Object.fromEntries(asked.byModel())).toEqual({
      a: { accepted: 1, refused: { BUSY: 2 } },
      b: { accepted: 0, refused: { BUSY: 1 } },
    })
    expect(asked.lookedMs).toBe(10 * MINUTE_MS)
    clock.advance(50 * MINUTE_MS)
    expect(asked.byModel().get('a')).toEqual({ accepted: 0, refused: { BUSY: 1 } })
    clock.advance(24 * 60 * MINUTE_MS)
    expect(asked.byModel().size).toBe(0)
    expect(asked.lookedMs).toBeLessThanOrEqual(60 * MINUTE_MS)
    expect(asked.lookedMs).toBeGreaterThan(54 * MINUTE_MS)
  })

  it('was quiet since the last job, a refused one being none', () => {
    const { clock, asked } = set()
    clock.advance(MINUTE_MS)
    asked.note(refused('a'))
    expect(asked.quietMs).toBe(MINUTE_MS)
    asked.note(accepted('a'))
    clock.advance(5)
    expect(asked.quietMs).toBe(5)
  })

  it('has room for so many models, and no more for whoever makes up names', () => {
    const { asked } = set()
    for (let i = 0; i < 10_000; i++) asked.note(refused(`${i}`))
    expect(asked.byModel().size).toBe(256)
    asked.note(refused('0'))
    expect(asked.byModel().get('0')).toEqual({ accepted: 0, refused: { BUSY: 2 } })
  })
})
