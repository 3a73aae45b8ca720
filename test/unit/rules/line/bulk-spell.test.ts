import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BulkSpell,
  type CarriedRate,
  LEAD_MS,
  PAUSE_MS,
  SPELL_BYTES_MIN,
  SPELL_MS_MAX,
  SPELL_MS_MIN,
} from '../../../../protocols/rules/line/bulk-spell.ts'
import '../../../support/property-seed.ts'

const PIECE_BYTES = 65_536

/** Pieces that arrive at these times; what is told of them, and of the end. */
function carried(timesMs: readonly number[], bytes = PIECE_BYTES): readonly CarriedRate[] {
  const spell = new BulkSpell()
  const told = timesMs.map((atMs) => spell.moved(bytes, atMs))
  const end = spell.settle((timesMs.at(-1) ?? 0) + PAUSE_MS + 1)
  return [...told, end].filter((rate) => rate !== undefined)
}
const every = (gapMs: number, forMs: number): number[] =>
  Array.from({ length: Math.floor(forMs / gapMs) + 1 }, (_, at) => at * gapMs)

describe('a spell of bulk', () => {
  it('says what the line carried in it, once it is over', () => {
    const [only, ...more] = carried(every(50, 3_000))
    expect(more).toEqual([])
    expect(only?.bitsPerS).toBeCloseTo((8_000 * PIECE_BYTES) / 50)
  })

  it('is told of every ten seconds while it goes on', () => {
    expect(carried(every(50, 3 * SPELL_MS_MAX + 2_000))).toHaveLength(4)
  })

  it.each([
    ['too short', every(20, LEAD_MS + SPELL_MS_MIN - 40)],
    ['too little', every(400, (400 * SPELL_BYTES_MIN) / PIECE_BYTES - 400)],
    ['full of pauses', every(PAUSE_MS + 1, 20_000)],
    ['nothing', []],
  ])('says nothing where it was %s', (_, timesMs) => {
    expect(carried(timesMs)).toEqual([])
  })

  it('does not count what had waited in buffers before it', () => {
    const burst = Array.from({ length: 200 }, (_, at) => at / 10)
    const [only] = carried([...burst, ...every(50, 3_000).map((ms) => ms + 50)])
    expect(only?.bitsPerS).toBeCloseTo((8_000 * PIECE_BYTES) / 50, -3)
  })

  it('says no more than the line carries, whatever the pieces and the pauses are', () => {
    let spells = 0
    const waitMs = fc.oneof(
      { weight: 40, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
    )
    const pieces = fc.array(fc.record({ waitMs, bytes: fc.integer({ min: 1, max: 200_000 }) }), {
      minLength: 60,
      maxLength: 400,
    })
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1_000, max: 100_000 }), (all, bytesPerMs) => {
        const spell = new BulkSpell()
        let atMs = 0
        for (const { waitMs, bytes } of all) {
          // A piece is there when its last byte is.
          atMs += waitMs + bytes / bytesPerMs
          const told = spell.moved(bytes, atMs)
          if (told === undefined) continue
          expect(told.bitsPerS).toBeLessThanOrEqual(8_000 * bytesPerMs * 1.000001)
          spells++
        }
      }),
    )
    expect(spells).toBeGreaterThan(0)
  })

  it('is not confused by a clock that stands, and starts anew after its end', () => {
    const spell = new BulkSpell()
    for (let i = 0; i < 100; i++) expect(spell.moved(PIECE_BYTES, 5)).toBeUndefined()
    expect(spell.settle(5 + PAUSE_MS)).toBeUndefined()
    expect(spell.settle(6 + PAUSE_MS)).toBeUndefined()
    const told = every(50, 2_000).map((ms) => spell.moved(PIECE_BYTES, 100_000 + ms))
    expect(told.every((rate) => rate === undefined)).toBe(true)
    expect(spell.settle(200_000)?.bitsPerS).toBeCloseTo((8_000 * PIECE_BYTES) / 50)
    expect(spell.settle(300_000)).toBeUndefined()
  })
})
