import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../support/property-seed.ts'
import { DayBudgets, type KeyHolder, type Reservation } from '../../../node/gateway/day-budgets.ts'
import { SpentFile } from '../../../node/gateway/spent-file.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { MemorySpentFile } from '../../support/nodes/gateway-keys.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const HOUR_MS = 3_600_000
/** Half past eleven in the evening, UTC. */
const LATE_MS = Date.UTC(2027, 0, 15, 23, 30)
const main: KeyHolder = { name: 'main', budget: credits(1_000) }
const named = (ceiling: number) => ({ ceiling: credits(ceiling), isNamed: true })
const unnamed = (ceiling: number) => ({ ceiling: credits(ceiling), isNamed: false })
const codeOf = (run: () => unknown): string | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as MeshError).code
  }
}

function opened(file = new MemorySpentFile(), clock = new ManualClock(LATE_MS)) {
  return { file, clock, budgets: new DayBudgets({ clock, file }) }
}

describe('the budget of a key for a day', () => {
  it('is set aside by the ceilings of jobs, and used up by their prices', () => {
    const { budgets } = opened()
    const job = budgets.reserve(main, named(400))
    expect(budgets.of(main)).toMatchObject({ spent: 0n, reserved: 400n })
    job.settle(credits(100))
    expect(budgets.of(main)).toMatchObject({ spent: 100n, reserved: 0n, dayEndsAtMs: LATE_MS + HOUR_MS / 2 })
  })

  it('lets as many of a crowd pass as it has room for, and tells the others that running jobs stand in the way', () => {
    const { budgets } = opened()
    const codes = Array.from({ length: 8 }, () => codeOf(() => budgets.reserve(main, named(300))))
    expect(codes).toEqual([undefined, undefined, undefined, ...Array(5).fill('LIMIT')])
  })

  it('says how much is left, until when, and how it is raised, where a job does not fit any more', () => {
    const { budgets } = opened()
    budgets.reserve(main, named(900)).settle(credits(900))
    const facts = { key: 'main', left: 100n, needed: 101n, until: '2027-01-16T00:00:00.000Z' }
    expect(() => budgets.reserve(main, named(101))).toThrow(
      expect.objectContaining({ code: 'KEY_BUDGET', facts: expect.objectContaining(facts) }),
    )
    expect(() => budgets.reserve({ ...main, name: 'notebook', budget: credits(5) }, named(6))).toThrow(
      expect.objectContaining({
        message: 'the key notebook has 0.000005 of its 0.000005 a day left, and the job may cost 0.000006',
        hint: expect.stringContaining('aitbc config api-key notebook --budget-per-day'),
      }),
    )
    expect(codeOf(() => budgets.reserve(main, named(100)))).toBeUndefined()
  })

  it('is lent to the last credit where the caller named no ceiling, and tells a price that was too high from other ones', () => {
    const { budgets } = opened()
    budgets.reserve(main, named(999)).settle(credits(999))
    const job = budgets.reserve(main, unnamed(400))
    expect(job.ceiling).toBe(1n)
    expect(job.tooLow(credits(2))).toMatchObject({ code: 'KEY_BUDGET', facts: { left: 1n, needed: 2n } })
    job.settle(credits(1))
    expect(codeOf(() => budgets.reserve(main, unnamed(400)))).toBe('KEY_BUDGET')
    const other = budgets.reserve({ ...main, name: 'other' }, unnamed(400))
    expect({ ceiling: other.ceiling, why: other.tooLow(credits(500)) }).toEqual({ ceiling: 400n, why: undefined })
  })

  it('tells who named no ceiling to wait for running jobs, as long as they may leave something', () => {
    const { budgets } = opened()
    budgets.reserve(main, named(1)).settle(credits(1))
    const job = budgets.reserve(main, unnamed(1_000))
    expect(codeOf(() => budgets.reserve(main, unnamed(1_000)))).toBe('LIMIT')
    // For this one no end of theirs is enough.
    expect(codeOf(() => budgets.reserve(main, named(1_000)))).toBe('KEY_BUDGET')
    job.settle(credits(999))
    expect(codeOf(() => budgets.reserve(main, unnamed(1_000)))).toBe('KEY_BUDGET')
  })

  it('is one of each key', () => {
    const { budgets } = opened()
    budgets.reserve(main, named(1_000))
    expect(codeOf(() => budgets.reserve({ ...main, name: 'other' }, named(1_000)))).toBeUndefined()
  })

  it('counts a job of which nobody says what it cost with all that it might have cost', () => {
    const { budgets } = opened()
    {
      using job = budgets.reserve(main, named(400))
      void job
    }
    expect(budgets.of(main)).toMatchObject({ spent: 400n, reserved: 0n })
  })

  it('begins anew at midnight UTC, and a job that runs over it ends in the day that it began in', () => {
    const { budgets, clock } = opened()
    const job = budgets.reserve(main, named(1_000))
    clock.advance(HOUR_MS)
    const next = budgets.reserve(main, named(1_000))
    job.settle(credits(1_000))
    expect(budgets.of(main)).toMatchObject({ spent: 0n, reserved: 1_000n })
    next.settle(credits(10))
    expect(budgets.of(main)).toMatchObject({ spent: 10n, reserved: 0n })
  })

  it('does not begin anew when the clock is set back, neither now nor after a restart', () => {
    const { budgets, clock, file } = opened()
    clock.advance(HOUR_MS)
    budgets.reserve(main, named(1_000)).settle(credits(1_000))
    clock.setWall(LATE_MS)
    expect(codeOf(() => budgets.reserve(main, named(1)))).toBe('KEY_BUDGET')
    budgets[Symbol.dispose]()
    const again = opened(file, clock)
    expect(codeOf(() => again.budgets.reserve(main, named(1)))).toBe('KEY_BUDGET')
    clock.setWall(LATE_MS + 25 * HOUR_MS)
    expect(codeOf(() => again.budgets.reserve(main, named(1)))).toBeUndefined()
  })

  it('is exact after a run that ended well, and never more after one that was killed', () => {
    const { budgets, file, clock } = opened()
    budgets.reserve(main, named(100)).settle(credits(10))
    budgets.reserve(main, named(100))
    const killed = opened(file, clock).budgets.of(main).spent
    expect(killed).toBeGreaterThanOrEqual(110n)
    // A step beside what ran: a sixteenth of the day.
    expect(killed).toBeLessThanOrEqual(110n + 62n)
    budgets[Symbol.dispose]()
    expect(opened(file, clock).budgets.of(main).spent).toBe(110n)
  })

  it('is written some twenty times a day however many jobs there are', () => {
    const { budgets, file } = opened()
    for (let i = 0; i < 1_000; i++) budgets.reserve(main, named(1)).settle(credits(1))
    expect(budgets.of(main).spent).toBe(1_000n)
    expect(file.writes).toBeLessThanOrEqual(20)
  })

  it('lets nothing pass that the disk does not take, and forgets nothing by it', () => {
    const { budgets, file } = opened()
    file.failure = new MeshError('DISK_FULL', { file: 'gateway-spent.json' })
    expect(codeOf(() => budgets.reserve(main, named(500)))).toBe('DISK_FULL')
    expect(budgets.of(main)).toMatchObject({ spent: 0n, reserved: 0n })
    file.failure = undefined
    expect(codeOf(() => budgets.reserve(main, named(500)))).toBeUndefined()
  })

  it('is kept whatever the interleaving of jobs, crashes, clean ends, failing disks and clocks', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('begin' as const),
          ceiling: fc.nat(700),
          isNamed: fc.boolean(),
          key: fc.nat(1),
        }),
      },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), share: fc.nat(100) }) },
      { weight: 2, arbitrary: fc.constantFrom({ kind: 'kill' as const }, { kind: 'stop' as const }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('clock' as const), hours: fc.integer({ min: -40, max: 40 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('disk' as const), isFull: fc.boolean() }) },
    )
    let charged = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const clock = new ManualClock(LATE_MS)
        const file = new MemorySpentFile()
        const keys: readonly KeyHolder[] = [main, { name: 'other', budget: credits(333) }]
        let { budgets } = opened(file, clock)
        let running: { readonly job: Reservation; readonly book: string }[] = []
        /** By day and key: what jobs really cost; one that was killed cost all that it might. */
        const books = new Map<string, bigint>()
        const charge = (book: string, price: bigint): void => {
          charged++
          books.set(book, (books.get(book) ?? 0n) + price)
        }
        for (const each of steps) {
          if (each.kind === 'begin') {
            const holder = keys[each.key]!
            try {
              const job = budgets.reserve(holder, { ceiling: credits(each.ceiling), isNamed: each.isNamed })
              running.push({ job, book: `${budgets.of(holder).dayEndsAtMs} ${holder.name}` })
            } catch (error) {
              if (!(error instanceof MeshError) || error.fault === 'bug') throw error
            }
          } else if (each.kind === 'end' && running.length > 0) {
            const [{ job, book }] = running.splice(each.which % running.length, 1) as [(typeof running)[number]]
            const price = (job.ceiling * BigInt(each.share)) / 100n
            job.settle(credits(price))
            charge(book, price)
          } else if (each.kind === 'kill' || each.kind === 'stop') {
            for (const { job, book } of running) charge(book, job.ceiling)
            running = []
            if (each.kind === 'stop' && file.failure === undefined) budgets[Symbol.dispose]()
            budgets = opened(file, clock).budgets
          } else if (each.kind === 'clock') clock.setWall(clock.nowMs() + each.hours * HOUR_MS)
          else if (each.kind === 'disk')
            file.failure = each.isFull ? new MeshError('DISK_FULL', { file: 'x' }) : undefined
        }
        for (const { job, book } of running) charge(book, job.ceiling)
        for (const [book, sum] of books) {
          const { budget } = keys.find(({ name }) => book.endsWith(` ${name}`))!
          expect({ book, fits: sum <= budget }).toEqual({ book, fits: true })
        }
      }),
      { numRuns: 500 },
    )
    expect(charged).toBeGreaterThan(1_000)
  })
})

describe('what keys have spent, on disk', () => {
  it('is read as it was written, by its owner alone', () => {
    const path = join(temporaryFolder(), 'gateway-spent.json')
    const file = new SpentFile(path)
    expect(file.read()).toBeUndefined()
    const day = {
      day: 20_833,
      marks: new Map([
        ['main', credits(5n)],
        ['a-1', credits(2n ** 64n - 1n)],
      ]),
    }
    file.write(day)
    expect(file.read()).toEqual(day)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['half of it', (whole: string) => whole.slice(0, -9)],
    ['an amount below nothing', (whole: string) => whole.replace('"5"', '"-5"')],
    ['an amount that no voucher holds', (whole: string) => whole.replace('"5"', '"99999999999999999999"')],
    ['a name that is none', (whole: string) => whole.replace('main', '../main')],
    ['a day that is none', (whole: string) => whole.replace('20833', '-1')],
    ['something long', (whole: string) => whole + ' '.repeat(200_000)],
  ])('is not believed where it is %s: then no key spends', (_, spoil) => {
    const path = join(temporaryFolder(), 'gateway-spent.json')
    const file = new SpentFile(path)
    file.write({ day: 20_833, marks: new Map([['main', credits(5n)]]) })
    writeFileSync(path, spoil(readFileSync(path, 'utf8')))
    const clock = new ManualClock(LATE_MS)
    expect(codeOf(() => new DayBudgets({ clock, file }))).toBe('DATA_FOLDER_DAMAGED')
  })

  it('cannot be written where there is no folder: then the job does not start', () => {
    const file = new SpentFile(join(temporaryFolder(), 'gone', 'gateway-spent.json'))
    const budgets = new DayBudgets({ clock: new ManualClock(), file })
    expect(() => budgets.reserve(main, named(1))).toThrow()
    expect(budgets.of(main)).toMatchObject({ spent: 0n, reserved: 0n })
  })
})
