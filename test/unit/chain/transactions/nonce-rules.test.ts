import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gapBelow, nextNonce } from '../../../../node/chain/transactions/nonce-rules.ts'
import '../../../support/property-seed.ts'

const number = fc.bigInt({ min: 0n, max: 40n })
const nonces = fc
  .record({ mined: number, more: fc.bigInt({ min: 0n, max: 5n }), held: fc.uniqueArray(number, { maxLength: 16 }) })
  .map(({ mined, more, held }) => ({ mined, waiting: mined + more, held: new Set(held) }))

describe('the number of the next transaction', () => {
  it('is none that is mined, waits or is held, and the lowest of these', () => {
    fc.assert(
      fc.property(nonces, (seen) => {
        const next = nextNonce(seen)
        expect(seen.held.has(next)).toBe(false)
        expect(next).toBeGreaterThanOrEqual(seen.waiting)
        for (let lower = seen.waiting; lower < next; lower++) expect(seen.held.has(lower)).toBe(true)
      }),
    )
  })

  it('closes a gap before it goes beyond, and a gap is where a held one waits above a free one', () => {
    const held = new Set([6n, 7n])
    expect(nextNonce({ mined: 5n, waiting: 5n, held })).toBe(5n)
    expect(gapBelow({ mined: 5n, waiting: 5n, held })).toBe(5n)
    expect(nextNonce({ mined: 6n, waiting: 6n, held })).toBe(8n)
    expect(gapBelow({ mined: 6n, waiting: 6n, held })).toBeUndefined()
    // Somebody else's waits there.
    expect(gapBelow({ mined: 5n, waiting: 6n, held })).toBeUndefined()
    fc.assert(
      fc.property(nonces, (seen) => {
        const gap = gapBelow(seen)
        expect(gap !== undefined).toBe([...seen.held].some((held) => held > nextNonce(seen)))
        if (gap !== undefined) expect(gap).toBe(nextNonce(seen))
      }),
    )
  })

  it('gives a run of transactions numbers without gaps or repeats, however they are mined', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), number, (steps, start) => {
        let mined = start
        const held = new Set<bigint>()
        const given: bigint[] = []
        for (const isMined of steps) {
          if (isMined && held.has(mined)) held.delete(mined++)
          else if (!isMined) {
            const next = nextNonce({ mined, waiting: mined, held })
            held.add(next)
            given.push(next)
          }
        }
        expect(given).toEqual(given.map((_, i) => start + BigInt(i)))
      }),
    )
  })
})
