import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CareVerdict, strictest, unhindered } from '../../../../protocols/rules/care/care-verdict.ts'
import { type CareHold, gravestFirst, seatVerdicts } from '../../../../protocols/rules/care/seat-verdicts.ts'
import '../../../support/property-seed.ts'

const seatsArbitrary = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 })
const verdictArbitrary: fc.Arbitrary<CareVerdict> = fc
  .record({
    admits: fc.boolean(),
    loadShare: fc.constantFrom(0, 0.25, 0.6, 1),
    stopsRunning: fc.boolean(),
    text: fc.constantFrom('one', 'two', 'three'),
  })
  .map(({ text, ...verdict }) => ({ ...verdict, reasons: [{ cause: 'heat', text }] }))
const holdArbitrary: fc.Arbitrary<CareHold> = fc
  .record({ card: fc.constantFrom(undefined, 'a', 'b', 'c', 'no seat'), verdict: verdictArbitrary })
  .map(({ card, verdict }) => (card === undefined ? { verdict } : { card, verdict }))
const holdsArbitrary = fc.array(holdArbitrary, { maxLength: 8 })

const isAtLeastAsStrict = (one: CareVerdict, other: CareVerdict): boolean =>
  Number(one.admits) <= Number(other.admits) &&
  one.loadShare <= other.loadShare + 1e-12 &&
  Number(one.stopsRunning) >= Number(other.stopsRunning)

describe('the verdicts of seats', () => {
  it('get no milder by one hold more, neither for the miner nor for any seat', () => {
    fc.assert(
      fc.property(holdsArbitrary, holdArbitrary, seatsArbitrary, (holds, more, seats) => {
        const before = seatVerdicts(holds, seats)
        const after = seatVerdicts([...holds, more], seats)
        expect(isAtLeastAsStrict(after.miner, before.miner)).toBe(true)
        for (const [seat, verdict] of after.seats) {
          expect(isAtLeastAsStrict(verdict, before.seats.get(seat)!)).toBe(true)
        }
      }),
    )
  })

  it('of one seat are the miner itself: the strictest of what reaches it', () => {
    fc.assert(
      fc.property(holdsArbitrary, (holds) => {
        const { miner, seats } = seatVerdicts(holds, ['a'])
        expect(miner).toEqual(gravestFirst(holds.filter(({ card }) => card === undefined || card === 'a')))
        expect(seats.get('a')).toEqual(miner)
      }),
    )
  })

  it('of no seat that is known let every hold be the miner’s', () => {
    fc.assert(
      fc.property(holdsArbitrary, (holds) => {
        const { miner, seats } = seatVerdicts(holds, [])
        const { reasons, ...word } = strictest(holds.map(({ verdict }) => verdict))
        expect(miner).toMatchObject(word)
        expect([miner.reasons.length, seats.size]).toEqual([reasons.length, 0])
      }),
    )
  })

  it('do not depend on what holds a card that is no seat', () => {
    fc.assert(
      fc.property(holdsArbitrary, fc.constantFrom<string[]>(['a'], ['a', 'b'], ['a', 'b', 'c']), (holds, seats) => {
        const ofSeats = holds.filter(({ card }) => card === undefined || seats.includes(card))
        expect(seatVerdicts(holds, seats)).toEqual(seatVerdicts(ofSeats, seats))
      }),
    )
  })

  it('let the miner admit while one seat does, stop where all do, and give the mean of what they admit', () => {
    const half: CareVerdict = { ...unhindered, loadShare: 0.5, reasons: [{ cause: 'heat', text: '82 C' }] }
    const off: CareVerdict = {
      admits: false,
      loadShare: 0,
      stopsRunning: true,
      reasons: [{ cause: 'card', text: 'gone' }],
    }
    const paused: CareVerdict = { ...unhindered, admits: false, reasons: [{ cause: 'owner', text: 'paused' }] }
    const at = (holds: readonly CareHold[]) => seatVerdicts(holds, ['a', 'b', 'c']).miner
    const one = [{ card: 'a', verdict: half }]
    const two = [...one, { card: 'b', verdict: paused }]
    expect(at(one)).toEqual({ ...half, loadShare: 2.5 / 3 })
    expect(at(two)).toMatchObject({ admits: true, loadShare: 0.5, stopsRunning: false })
    expect(at(two).reasons.map(({ text }) => text)).toEqual(['paused', '82 C'])
    expect(at([...two, { card: 'c', verdict: off }])).toMatchObject({ admits: true, stopsRunning: false })
    expect(at([{ verdict: off }])).toMatchObject({ admits: false, loadShare: 0, stopsRunning: true })
  })
})
