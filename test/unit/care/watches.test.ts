import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Conditions, ConditionWatch, ofMachine } from '../../../node/care/condition-watch.ts'
import { idleMs } from '../../../node/care/presence/idle-time.ts'
import { programCondition } from '../../../node/care/programs/program-condition.ts'
import { type ProgramList, programListOf, programName } from '../../../node/care/programs/running-programs.ts'
import { parseWatchedProgram } from '../../../node/care/programs/watched-program.ts'
import { minuteOfWeek, ScheduleWatch } from '../../../node/care/schedule/schedule-watch.ts'
import { isOnBattery } from '../../../node/care/surroundings/battery.ts'
import { isMetered } from '../../../node/care/surroundings/metered.ts'
import { parseCardWindow } from '../../../protocols/rules/care/card-hours.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import { weekMinuteText } from '../../../protocols/rules/care/weekly-schedule.ts'
import { RecordedMachine, type Recording } from '../../support/recordings/recorded-machine.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const { signal } = new AbortController()
const held: CareVerdict = { admits: false, loadShare: 1, stopsRunning: false, reasons: [] }
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a condition', () => {
  it('holds while it is so and a while longer, and nothing where the system does not say', async () => {
    const clock = new ManualClock()
    const said: (CareVerdict | undefined)[] = []
    let answer: Conditions<'machine'> | 'unknown' = 'unknown'
    await using watch = new ConditionWatch({
      clock,
      ask: async () => answer,
      everyMs: 1_000,
      clearMs: 10_000,
      tell: (_, verdict) => said.push(verdict),
      onFailure: () => undefined,
    })
    const pass = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        clock.advance(1_000)
        await settled()
      }
    }
    await pass(5)
    expect([watch.knows, said]).toEqual([false, []])
    answer = ofMachine('machine', held)
    await pass(600)
    expect([watch.knows, said.at(-1)]).toEqual([true, held])
    answer = ofMachine('machine', undefined)
    await pass(9)
    expect(said.at(-1)).toEqual(held)
    await pass(2)
    expect(said.at(-1)).toBeUndefined()
  })

  it('that is over at once stands as long as it is so', async () => {
    const clock = new ManualClock()
    const said: (CareVerdict | undefined)[] = []
    await using _ = new ConditionWatch({
      clock,
      ask: async () => ofMachine('machine', held),
      everyMs: 1_000,
      clearMs: 0,
      tell: (_holder, verdict) => said.push(verdict),
      onFailure: () => undefined,
    })
    await settled()
    expect(said).toEqual([held])
  })

  it('of one card comes and goes without the others', async () => {
    const clock = new ManualClock()
    const standing = new Set<string>()
    let answer = new Map([
      ['a', held],
      ['b', held],
    ])
    await using _ = new ConditionWatch({
      clock,
      ask: async () => answer,
      everyMs: 1_000,
      clearMs: 2_000,
      tell: (holder, verdict) => (verdict === undefined ? standing.delete(holder) : standing.add(holder)),
      onFailure: () => undefined,
    })
    await settled()
    expect([...standing]).toEqual(['a', 'b'])
    answer = new Map([['b', held]])
    for (let i = 0; i < 3; i++) {
      clock.advance(1_000)
      await settled()
    }
    expect([...standing]).toEqual(['b'])
  })
})

describe('programs that run', () => {
  const keyOf = (word: string) => (word === '2' || word === 'card-2' ? 'card-2' : undefined)
  const asking = (list: ProgramList, ...programs: string[]) =>
    programCondition(list, programs.map(parseWatchedProgram), keyOf)
  const running = (program: string): CareVerdict => ({
    ...held,
    reasons: [{ cause: 'program', text: `${program} runs` }],
  })

  it.each([
    ['/usr/games/Game', 'game'],
    ['C:\\Games\\Game.EXE', 'game'],
    ['game.exe', 'game'],
    ['Google Chrome', 'google chrome'],
  ])('of %s the name is %s', (path, name) => {
    expect(programName(path)).toBe(name)
  })

  it.each<[string, Recording]>([
    ['linux', { files: { '/proc/12/cmdline': '/usr/bin/blender\0--background\0', '/proc/12/comm': 'blender\n' } }],
    ['linux, under Wine', { files: { '/proc/12/cmdline': 'Z:\\b\\Blender.exe\0', '/proc/12/comm': 'Blender.exe\n' } }],
    [
      'darwin',
      { platform: 'darwin', tools: { ps: '/sbin/launchd\n/Applications/Blender.app/Contents/MacOS/Blender\n' } },
    ],
    [
      'win32',
      {
        platform: 'win32',
        tools: { tasklist: '"System","4","Services","0","136 K"\r\n"blender.exe","7120","Console","1","91,232 K"\r\n' },
      },
    ],
  ])('are found on %s', async (_, recording) => {
    const ask = asking(programListOf(new RecordedMachine(recording)), 'Blender', 'other')
    expect(await ask(signal)).toEqual(new Map([['program', running('Blender')]]))
    const other = asking(programListOf(new RecordedMachine(recording)), 'blend')
    expect(await other(signal)).toEqual(new Map())
  })

  it('hold the cards that they want, and the machine where that card is not known', async () => {
    const files = { '/proc/12/comm': 'blender\n', '/proc/13/comm': 'game\n' }
    const list = programListOf(new RecordedMachine({ files }))
    const ask = asking(list, 'blender@2', 'game@card-2', 'game@another', 'idle@2')
    expect(await ask(signal)).toEqual(
      new Map([
        ['program/card-2', running('blender')],
        ['program', running('game')],
      ]),
    )
  })

  it('are unknown where the system does not say', async () => {
    const ask = asking(programListOf(new RecordedMachine({ platform: 'darwin' })), 'x')
    expect(await ask(signal)).toBe('unknown')
  })

  it('are seen when a process becomes them after it began', async () => {
    const files: Record<string, string> = { '/proc/12/cmdline': 'bash\0', '/proc/12/comm': 'bash\n' }
    const list = programListOf(new RecordedMachine({ files }))
    const ask = asking(list, 'game')
    expect(await ask(signal)).toEqual(new Map())
    files['/proc/12/cmdline'] = '/opt/game\0'
    expect(await ask(signal)).toEqual(new Map([['program', running('game')]]))
    delete files['/proc/12/cmdline']
    delete files['/proc/12/comm']
    files['/proc/1/comm'] = 'init'
    expect(await ask(signal)).toEqual(new Map())
  })
})

describe('the hours of the owner', () => {
  afterEach(() => vi.unstubAllEnvs())
  const watching = (clock: ManualClock, ...windows: string[]) => {
    const said: (CareVerdict | undefined)[] = []
    const standing = new Set<string>()
    const facts = { seats: [] as string[] }
    const watch = new ScheduleWatch({
      clock,
      windows: windows.map((text) => parseCardWindow(text)!),
      seats: () => facts.seats,
      keyOf: (word) => (facts.seats.includes(word) ? word : undefined),
      tell: (holder, verdict) => {
        said.push(verdict)
        if (verdict === undefined) standing.delete(holder)
        else standing.add(holder)
      },
    })
    return { watch, said, standing, facts }
  }

  it('hold outside of them, say until when, and can be changed at once', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    const clock = new ManualClock(Date.parse('2027-03-02T12:00:00+01:00'))
    const { watch, said } = watching(clock, 'mon-fri 18:00-08:00')
    expect(said.at(-1)?.reasons).toEqual([{ cause: 'schedule', text: 'outside of its hours until Tue 18:00' }])
    clock.advance(6 * 3_600_000)
    expect(said.at(-1)).toBeUndefined()
    watch.change([parseCardWindow('12:00-13:00')!])
    expect(said.at(-1)?.admits).toBe(false)
    watch.change([])
    expect(said.at(-1)).toBeUndefined()
    watch[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })

  it('of one card stand in place of those of the miner, once it is known which card that is', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    const clock = new ManualClock(Date.parse('2027-03-02T12:00:00+01:00'))
    const { watch, standing, facts } = watching(clock, '18:00-08:00', 'card b: 10:00-14:00')
    expect([...standing]).toEqual(['schedule'])
    facts.seats = ['a', 'b']
    watch.lookNow()
    expect([...standing]).toEqual(['schedule/a'])
    expect(watch.now()).toMatchObject({ isOpen: false })
    expect([...watch.cardsNow()]).toEqual([['b', { isOpen: true, changesAtMinute: 1_440 + 14 * 60 }]])
    clock.advance(3 * 3_600_000)
    expect([...standing]).toEqual(['schedule/a', 'schedule/b'])
    clock.advance(4 * 3_600_000)
    expect([...standing]).toEqual(['schedule/b'])
    watch.change([parseCardWindow('12:00-13:00')!])
    expect([...standing]).toEqual(['schedule'])
    watch[Symbol.dispose]()
  })

  it('go by the clock on the wall in the nights in which it is put forward and back', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    const text = (iso: string): string => weekMinuteText(minuteOfWeek(Date.parse(iso)))
    // 28 March 2027: from 2:00 to 3:00. 31 October 2027: from 3:00 to 2:00.
    expect([text('2027-03-28T00:59:00Z'), text('2027-03-28T01:00:00Z')]).toEqual(['Sun 01:59', 'Sun 03:00'])
    expect([text('2027-10-31T00:30:00Z'), text('2027-10-31T01:30:00Z')]).toEqual(['Sun 02:30', 'Sun 02:30'])
    const clock = new ManualClock(Date.parse('2027-03-28T00:59:00Z'))
    const { said } = watching(clock, '02:30-04:00')
    expect(said.at(-1)?.admits).toBe(false)
    clock.advance(66_000)
    expect(said.at(-1)).toBeUndefined()
  })
})

describe('whether somebody is at the machine', () => {
  const clock = new ManualClock(1_800_000_000_000)
  const busctl = (idle: string): Recording => ({
    tools: { busctl: (args) => (args.includes('IdleHint') ? `b ${idle}\n` : 't 1799999940000000\n') },
  })
  it.each<[string, Recording, number | undefined]>([
    ['an X server', { tools: { xprintidle: '61234\n' } }, 61_234],
    ['logind, in use', busctl('false'), 0],
    ['logind, idle for a minute', busctl('true'), 60_000],
    ['ioreg', { platform: 'darwin', tools: { ioreg: '    | |   "HIDIdleTime" = 5250000000\n' } }, 5_250],
    ['PowerShell', { platform: 'win32', tools: { powershell: '93\r\n' } }, 93],
    ['nobody', {}, undefined],
    ['a tool that fails', { tools: { xprintidle: { code: 1, stderr: "couldn't open display" } } }, undefined],
    ['nonsense', { platform: 'darwin', tools: { ioreg: '"HIDIdleTime" = soon' } }, undefined],
  ])('is said by %s', async (_, recording, expected) => {
    expect(await idleMs(new RecordedMachine(recording), clock, signal)).toBe(expected)
  })
})

describe('whether it runs on its battery', () => {
  const supply = (name: string, facts: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(facts).map(([file, text]) => [`/sys/class/power_supply/${name}/${file}`, `${text}\n`]),
    )
  const draining = supply('BAT0', { type: 'Battery', status: 'Discharging' })
  it.each<[string, Recording, boolean | undefined]>([
    ['a laptop on the road', { files: draining }, true],
    ['one at its charger', { files: { ...draining, ...supply('AC', { type: 'Mains', online: '1' }) } }, false],
    ['one with a mouse', { files: supply('hid', { type: 'Battery', scope: 'Device', status: 'Discharging' }) }, false],
    ['a desktop', {}, false],
    [
      'a Mac on the road',
      { platform: 'darwin', tools: { pmset: "Now drawing from 'Battery Power'\n -InternalBattery-0" } },
      true,
    ],
    ['a Mac at its charger', { platform: 'darwin', tools: { pmset: "Now drawing from 'AC Power'\n" } }, false],
    ['Windows on the road', { platform: 'win32', tools: { powershell: '1\r\n' } }, true],
    ['Windows without a battery', { platform: 'win32', tools: { powershell: '\r\n' } }, false],
    ['Windows that fails', { platform: 'win32', tools: { powershell: { code: 1 } } }, undefined],
  ])('%s', async (_, recording, expected) => {
    expect(await isOnBattery(new RecordedMachine(recording), signal)).toBe(expected)
  })
})

describe('whether the connection is metered', () => {
  it.each<[string, Recording, boolean | undefined]>([
    ['by NetworkManager', { tools: { busctl: 'u 1\n' } }, true],
    ['guessed by it', { tools: { busctl: 'u 3\n' } }, true],
    ['not, guessed by it', { tools: { busctl: 'u 4\n' } }, false],
    ['unknown to it', { tools: { busctl: 'u 0\n' } }, undefined],
    ['unknown without it', {}, undefined],
    ['by Windows', { platform: 'win32', tools: { powershell: 'Fixed\r\n' } }, true],
    ['not, by Windows', { platform: 'win32', tools: { powershell: 'Unrestricted\r\n' } }, false],
    ['unknown to macOS', { platform: 'darwin' }, undefined],
  ])('%s', async (_, recording, expected) => {
    expect(await isMetered(new RecordedMachine(recording), signal)).toBe(expected)
  })
})
