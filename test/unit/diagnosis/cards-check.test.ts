import { describe, expect, it } from 'vitest'
import { cardWordsOf } from '../../../node/care/named-cards.ts'
import { parseWatchedProgram } from '../../../node/care/programs/watched-program.ts'
import { cardsCheck } from '../../../node/diagnosis/cards-check.ts'
import { Simulated } from '../../../node/gpu/simulated/simulated.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { parseCardWindow } from '../../../protocols/rules/care/card-hours.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const clock = new ManualClock()
const backend = new Simulated(['a', 'b'].map((key) => new SimulatedCard({ key: `simulated/${key}`, clock })))
const found = (words: readonly string[]) => cardsCheck(words, [backend]).run(new AbortController().signal)

describe('the check of the cards', () => {
  it('is content where settings name cards that are there', async () => {
    expect(await found(['2', 'simulated/a'])).toMatchObject({ state: 'ok' })
  })

  it('names what settings call by a word that is none of them, or several', async () => {
    const finding = await found(['radeon', 'simulated', '1'])
    expect(finding).toMatchObject({ state: 'warn' })
    expect(JSON.stringify(finding)).toContain('this machine has no card radeon; simulated may be any of several cards')
  })

  it('finds the words of programs and of hours', () => {
    const exclusivePrograms = ['blender@2', 'game'].map(parseWatchedProgram)
    const schedule = ['22:00-06:00', 'card rtx: 08:00-10:00'].map((text) => parseCardWindow(text)!)
    expect(cardWordsOf({ exclusivePrograms, schedule })).toEqual(['2', 'rtx'])
  })
})
