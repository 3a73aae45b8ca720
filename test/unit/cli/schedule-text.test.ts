import { describe, expect, it } from 'vitest'
import { hoursText, scheduleCommand } from '../../../node/cli/node/schedule-command.ts'
import { list, watchedProgram, weeklyWindows } from '../../../node/config/setting-kinds.ts'
import { programOf, runWords } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('the hours of a miner, for people', () => {
  it('say of the miner, and of each card with hours of its own, how they stand now', () => {
    const windows = ['22:00-06:00', 'card 2: 08:00-10:00']
    const card = { number: 2, key: 'b', name: 'RTX 3060' }
    const cards = [{ card, isOpen: true, changesAt: 'Tue 10:00' }]
    expect(hoursText({ windows, isOpen: false, changesAt: 'Tue 22:00', cards })).toBe(
      'Jobs are taken: 22:00-06:00; card 2: 08:00-10:00. Now they are until Tue 10:00 on card 2 (RTX 3060), and are NOT until Tue 22:00 on all others.',
    )
    expect(hoursText({ windows, isOpen: null, changesAt: null, cards: null })).toBe(
      'Jobs are taken: 22:00-06:00; card 2: 08:00-10:00.',
    )
  })
})

it('hours that are set and cannot be shown are a failure of the command', async () => {
  const words = ['schedule', 'set', '22:00-06:00', '--data', temporaryFolder()]
  const stdoutFails = Object.assign(new Error('no room'), { code: 'ENOSPC' })
  expect(await runWords(programOf(scheduleCommand), words)).toMatchObject({ code: 0 })
  expect(await runWords(programOf(scheduleCommand), words, { stdoutFails })).toMatchObject({ code: 1 })
})

describe('settings that name cards', () => {
  it('are shown as they are read', () => {
    const programs = list(watchedProgram)
    expect(programs.show(programs.schema.parse('game.exe, blender @ rtx 3060'))).toBe('game.exe,blender@rtx 3060')
    for (const half of ['blender@', ' @2 ', 'game.exe,blender@ '])
      expect(programs.schema.safeParse(half).error?.issues[0]?.message).toMatch(/such as "blender@2"/)
    const hours = '22:00-06:00; card rtx 3060: mon-fri 08:00-10:00'
    expect(weeklyWindows.show(weeklyWindows.schema.parse(hours))).toBe(hours)
    expect(weeklyWindows.schema.safeParse('card 2: soon').error?.issues[0]?.message).toBe(
      '"card 2: soon" is no window such as "mon-fri 18:00-08:00" or "card 2: 22:00-06:00"',
    )
  })
})
