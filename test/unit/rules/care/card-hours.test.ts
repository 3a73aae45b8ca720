import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardWindowText, hoursByCard, parseCardWindow } from '../../../../protocols/rules/care/card-hours.ts'
import { weekdays } from '../../../../protocols/rules/care/weekly-schedule.ts'
import '../../../support/property-seed.ts'

const some = (...texts: string[]) => texts.map((text) => parseCardWindow(text)!)

describe('hours of one card', () => {
  it.each([
    ['card 2: 22:00-06:00', 'card 2: 22:00-06:00'],
    ['CARD  RTX 3060 :  mon-fri 8:00-18:00', 'card RTX 3060: mon-fri 08:00-18:00'],
    ['card 0000:01:00.0: 00:00-24:00', 'card 0000:01:00.0: 00:00-24:00'],
    ['card GeForce: RTX: 22:00-06:00', undefined],
    ['22:00-06:00', '22:00-06:00'],
    ['card 2: tomorrow', undefined],
    ['card 2:22:00-06:00', undefined],
    ['card : 22:00-06:00', undefined],
    ['card: 22:00-06:00', undefined],
    ['card 2; 3: 22:00-06:00', undefined],
    ['card 2', undefined],
    [`card ${'x'.repeat(101)}: 22:00-06:00`, undefined],
  ])('are read from "%s" as %s', (text, again) => {
    const window = parseCardWindow(text)
    expect(window === undefined ? undefined : cardWindowText(window)).toBe(again)
  })

  it('are what their text says, whatever the card is called', () => {
    const window = fc.record({
      days: fc.subarray([...weekdays], { minLength: 1 }),
      fromMinute: fc.integer({ min: 0, max: 1_439 }),
      minutes: fc.integer({ min: 1, max: 1_440 }),
    })
    const card = fc
      .string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'aZ09:./- ()@,') })
      .map((text) => text.trim().replaceAll(/\s+/g, ' '))
      .filter((text) => text !== '' && !/ ?: /.test(`${text}. `) && !/ ?:$/.test(text))
    fc.assert(
      fc.property(window, card, (hours, word) => {
        expect(parseCardWindow(cardWindowText({ ...hours, card: word }))).toEqual({ ...hours, card: word })
      }),
    )
  })

  it('never break on anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'card 2:;-,0mon') }), (text) => {
        const window = parseCardWindow(text)
        if (window !== undefined) expect(parseCardWindow(cardWindowText(window))).toEqual(window)
      }),
    )
  })

  it('are sorted by the card that a word means; words of one card come together, and unknown ones count for nobody', () => {
    const windows = some('22:00-06:00', 'card 2: 08:00-10:00', 'card rtx: 12:00-14:00', 'card none: 00:00-24:00')
    const hours = hoursByCard(windows, (word) => (word === 'none' ? undefined : 'key'))
    expect(hours.miner).toEqual(some('22:00-06:00'))
    expect([...hours.cards]).toEqual([['key', some('08:00-10:00', '12:00-14:00')]])
  })
})
