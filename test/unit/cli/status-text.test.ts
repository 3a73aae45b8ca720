import { describe, expect, it } from 'vitest'
import { type StatusJson, statusText } from '../../../node/cli/node/status-command.ts'

const status: StatusJson = {
  phase: 'running',
  version: '1.2.3',
  network: 'local',
  networkFile: 'local',
  roles: ['miner'],
  name: 'mine',
  dataFolder: '/data',
  peer: 'self',
  addresses: [],
  bootstrap: [],
  uptimeMs: 1_000,
  unclean: false,
  peers: 1,
  settles: false,
  earned: { due: '0', promised: '0', redeemed: '0' },
  spent: { due: '0', promised: '0', disputed: 0 },
  jobs: { running: 0, finished: 0, aborted: {}, refused: {}, computedUs: 0 },
  requests: { running: 0, cloud: 0, answered: 0, failed: {} },
  models: [],
  care: { admits: true, loadShare: 1, stopsRunning: false, reasons: [] },
  seenBy: null,
  space: 'ok',
  troubles: [],
  next: 'Nothing to do.',
}
const text = (change: Partial<StatusJson>): string => statusText({ ...status, ...change }, (it) => it, 600_000)

describe('the status of a node, for people', () => {
  it('says of a disk without space that it passes, and nothing of signing', () => {
    expect(text({ space: 'reserve' })).toMatch(/^disk +FULL: no new jobs until there is space$/m)
    expect(text({ space: 'reserve' })).not.toMatch(/^signing/m)
  })

  it('says of a clock that is off which way, and who says so', () => {
    expect(text({ clock: { offsetMs: 45_200, voters: 7, isStopped: false } })).toMatch(
      /^clock +45 s BEHIND what 7 miners say$/m,
    )
    expect(text({ clock: { offsetMs: -12_000, voters: 5, isStopped: false } })).toMatch(
      /^clock +12 s AHEAD of what 5 miners say$/m,
    )
    expect(text({ clock: { offsetMs: 45_200, voters: 7, isStopped: true } })).toMatch(
      /^clock +STOPPED, no offers and no jobs: 45 s BEHIND/m,
    )
    expect(text({})).not.toMatch(/^clock/m)
  })

  it('says of a journal that failed that only a new start mends it, and does not call the disk full', () => {
    const message = 'journal.sqlite in the data folder is damaged: disk I/O error'
    const failed = text({ signing: { code: 'DATA_FOLDER_DAMAGED', message, hint: 'Check the disk.' } })
    expect(failed).toMatch(/^disk +has space$/m)
    expect(failed).toContain(`STOPPED until the next start: ${message}`)
  })

  it('says of each hold on which card it is and since when, and of one that holds nobody that it does not', () => {
    const held = { admits: false, loadShare: 0.25, stopsRunning: false }
    const card = { number: 2, key: 'pci/0000:01:00.0', name: 'RTX 3060' }
    const reasons = [{ cause: 'heat' as const, text: '86 C at the core' }]
    const hot = { ...held, by: 'heat', card, sinceMs: 480_000, reach: 'card' as const, reasons }
    const program = [{ cause: 'program' as const, text: 'blender runs' }]
    const holds = [
      hot,
      { ...hot, reach: 'nobody' as const },
      { ...held, by: 'program', sinceMs: 599_000, reach: 'miner' as const, reasons: program },
    ]
    expect(text({ holds })).toMatch(/^HEAT +card 2 \(RTX 3060\): 86 C at the core, for 2 min$/m)
    expect(text({ holds })).toMatch(/^heat +card 2 .* for 2 min; no models run on it$/m)
    expect(text({ holds })).toMatch(/^rests +blender runs, for 1 s$/m)
  })

  it('says what the budget of watts is, what is drawn, and what each card may', () => {
    const card = (key: string) => ({ key, why: '', shareW: 180, loadShare: 1, drawnW: 100 })
    const power = {
      budgetW: 450,
      drawnW: 311.7,
      cards: [
        { ...card('a'), limitW: 180 },
        { ...card('b'), loadShare: 0.5 },
        { ...card('c'), loadShare: 0 },
      ],
    }
    const cards = ['b', 'a', 'c'].map((key) => ({ key, seenBy: [], platforms: {}, limits: {}, isGone: false }))
    expect(text({ power, cards })).toMatch(
      /^power +312 W of 450 W drawn, card 2 180 W by its limit, card 1 180 W 50 % of the time, card 3 off$/m,
    )
    const untold = { key: 'a', why: '', shareW: 50, loadShare: 1 }
    expect(text({ power: { budgetW: 60, drawnW: 50, cards: [untold] }, cards })).toMatch(
      /^power +50 W of 60 W drawn or counted, card 2 50 W$/m,
    )
    expect(text({})).not.toMatch(/^power/m)
  })

  it('says of each key of the gateway what it has spent today', () => {
    const key = { name: 'main', budget: '1000000', spent: '12000', reserved: '0', dayEndsAtMs: 0 }
    const gatewayKeys = [key, { ...key, name: 'ci', reserved: '10000' }]
    const shown = text({ gateway: 'http://127.0.0.1:8011', gatewayKeys })
    expect(shown).toMatch(/^budget +main: 0\.012 of 1 spent today \(UTC\)$/m)
    expect(shown).toMatch(/^budget +ci: 0\.012 of 1 spent today \(UTC\), 0\.01 set aside for running jobs$/m)
  })

  it('says how many others see its offer, and a dash where nobody answered: that is not 0', () => {
    const offer = { atMs: 0, peers: 3, paused: false, jobs: 0 }
    expect(text({ offer, seenBy: { seen: 5, asked: 6, atMs: 0 } })).toMatch(
      /offer told to 3 peers, seen by 5 of 6 asked$/m,
    )
    expect(text({ offer, seenBy: { seen: 0, asked: 6, atMs: 0 } })).toMatch(/seen by 0 of 6 asked$/m)
    expect(text({ offer, seenBy: null })).toMatch(/seen by —$/m)
    expect(text({ seenBy: null })).not.toMatch(/seen by/)
  })

  it('tells why there is no work, a line for each reason', () => {
    const reasons = [
      { cause: 'price', text: 'letters: place 4 of 4 by price and load' },
      { cause: 'not-asked', text: 'nobody asked it for letters' },
    ] as const
    const lines = text({ idle: { quietMs: 7_380_000, reasons } }).split('\n')
    const first = lines.findIndex((line) => line.startsWith('idle'))
    expect(lines[first]).toContain('no job for 2 h 3 min: letters: place 4 of 4')
    expect(lines[first + 1]!.trim()).toBe('nobody asked it for letters')
    expect(text({ idle: { quietMs: 300_000, reasons: [] } })).toContain('nothing is known to keep jobs away')
  })
})
