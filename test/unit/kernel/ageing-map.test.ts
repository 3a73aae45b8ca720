import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import '../../support/property-seed.ts'

const steps = fc.array(
  fc.record({ what: fc.constantFrom('set', 'set', 'delete', 'oldest', 'drop', 'clear'), key: fc.nat(12) }),
  { maxLength: 200 },
)

describe('a map that ages', () => {
  it('holds what a plain one holds, and knows its first key, whatever was done before', () => {
    fc.assert(
      fc.property(steps, (done) => {
        const [plain, ageing] = [new Map<number, number>(), new AgeingMap<number, number>()]
        for (const [i, { what, key }] of done.entries()) {
          const first = plain.keys().next().value
          if (what === 'set') {
            plain.set(key, i)
            ageing.set(key, i)
          } else if (what === 'delete') expect(ageing.delete(key)).toBe(plain.delete(key))
          else if (what === 'oldest') expect(ageing.oldest()).toBe(first)
          else if (what === 'drop' && first !== undefined) {
            expect(ageing.delete(ageing.oldest()!)).toBe(plain.delete(first))
          } else if (what === 'clear' && key === 0) {
            plain.clear()
            ageing.clear()
          }
          expect([ageing.size, ageing.get(key), ageing.has(key)]).toEqual([plain.size, plain.get(key), plain.has(key)])
        }
        expect(ageing.oldest()).toBe(plain.keys().next().value)
        expect([...ageing]).toEqual([...plain])
        expect([...ageing.values()]).toEqual([...plain.values()])
      }),
      { numRuns: 500 },
    )
  })
})
