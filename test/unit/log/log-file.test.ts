import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LogFile } from '../../../node/log/log-file.ts'
import { logParts } from '../../../node/log/log-parts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const lineOf = (text: string): string => `${JSON.stringify({ text })}\n`

function setUp(options: { readonly fileBytesMax?: number; readonly filesMax?: number } = {}) {
  const clock = new ManualClock()
  const folder = join(temporaryFolder(), 'log')
  let hasSpace = true
  const log = new LogFile({ clock, fileBytesMax: 1_000, filesMax: 3, ...options })
  onTestFinished(() => log[Symbol.asyncDispose]())
  return {
    clock,
    folder,
    log,
    place: () => log.place({ folder, mayWrite: () => hasSpace }),
    setSpace: (space: boolean) => {
      hasSpace = space
    },
  }
}

const textOf = (folder: string): string =>
  logParts(folder)
    .map(({ path }) => readFileSync(path, 'utf8'))
    .join('')
const linesOf = (folder: string): readonly Record<string, unknown>[] =>
  textOf(folder)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('a log on the disk', () => {
  test('keeps what was said before the folder was its own, and leaves no folder where it never was', async () => {
    const { folder, log, place } = setUp()
    log.write(lineOf('early'))
    expect(() => readdirSync(folder)).toThrow()
    place()
    log.write(lineOf('late'))
    await log[Symbol.asyncDispose]()
    expect(linesOf(folder)).toEqual([{ text: 'early' }, { text: 'late' }])
  })

  test('never takes more than its files and their bytes, and drops the oldest', async () => {
    const { folder, log, place } = setUp({ fileBytesMax: 1_000, filesMax: 3 })
    place()
    for (let i = 0; i < 500; i++) log.write(lineOf(`line ${i}`))
    await log[Symbol.asyncDispose]()
    const parts = logParts(folder)
    expect(parts).toHaveLength(3)
    for (const { path } of parts) expect(statSync(path).size).toBeLessThanOrEqual(1_000)
    const kept = linesOf(folder)
    expect(kept.at(-1)).toEqual({ text: 'line 499' })
    // Without a hole.
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => ({ text: `line ${500 - kept.length + i}` })))
  })

  test('goes on where an old file cannot be removed', async () => {
    const { folder, log, place } = setUp({ fileBytesMax: 1_000, filesMax: 3 })
    // No file, so it does not go as one.
    mkdirSync(join(folder, '1.jsonl'), { recursive: true })
    writeFileSync(join(folder, '2.jsonl'), '')
    place()
    for (let i = 0; i < 500; i++) log.write(lineOf(`line ${i}`))
    await log[Symbol.asyncDispose]()
    const [stuck, ...parts] = logParts(folder)
    expect([stuck!.number, parts.length]).toEqual([1, 3])
    expect(readFileSync(parts.at(-1)!.path, 'utf8')).toContain('line 499')
  })

  test('goes on in the newest file at the next start, on a line of its own where a crash cut the last one', async () => {
    const { folder, log, place } = setUp()
    mkdirSync(folder)
    writeFileSync(join(folder, '7.jsonl'), '{"text":"cut off in the mi')
    place()
    log.write(lineOf('next run'))
    await log[Symbol.asyncDispose]()
    expect(readFileSync(join(folder, '7.jsonl'), 'utf8')).toBe('{"text":"cut off in the mi\n{"text":"next run"}\n')
  })

  test.skipIf(process.platform === 'win32')('is for its owner alone, also where it was not before', async () => {
    const { folder, log, place } = setUp()
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, '1.jsonl'), '')
    chmodSync(join(folder, '1.jsonl'), 0o644)
    place()
    for (let i = 0; i < 100; i++) log.write(lineOf(`line ${i}`))
    await log[Symbol.asyncDispose]()
    expect(logParts(folder).map(({ path }) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
  })

  test.skipIf(process.platform === 'win32')('does not write through a link', async () => {
    const { folder, log, place } = setUp()
    mkdirSync(folder)
    const target = join(folder, 'precious')
    writeFileSync(target, 'as it was')
    symlinkSync(target, join(folder, '1.jsonl'))
    place()
    log.write(lineOf('x'))
    await log[Symbol.asyncDispose]()
    expect(readFileSync(target, 'utf8')).toBe('as it was')
  })

  test('says how many lines are missing where the disk took none for a while', async () => {
    const { clock, folder, log, place, setSpace } = setUp({ fileBytesMax: 10_000_000 })
    place()
    log.write(lineOf('before'))
    await expect.poll(() => textOf(folder)).toContain('before')
    setSpace(false)
    const long = 'x'.repeat(50_000)
    // More than may wait: what waits is bounded, and is dropped at once.
    for (let i = 0; i < 30; i++) log.write(lineOf(long))
    await expect.poll(() => clock.pending).toBe(1)
    expect(textOf(folder)).not.toContain(long)
    setSpace(true)
    log.write(lineOf('after'))
    clock.advance(10_000)
    await expect.poll(() => textOf(folder)).toContain('after')
    const gap = linesOf(folder).find(({ event }) => event === 'log:gap')
    expect(gap).toMatchObject({ level: 'warn', facts: { lines: 20 } })
    expect(linesOf(folder).filter(({ text }) => text === long).length).toBeLessThanOrEqual(10)
  })

  test('that cannot be opened loses its lines and nothing else, and goes on when it can', async () => {
    const { clock, folder, log, place } = setUp()
    writeFileSync(folder, 'a file where the folder should be')
    place()
    log.write(lineOf('lost'))
    await expect.poll(() => clock.pending).toBe(1)
    rmSync(folder)
    log.write(lineOf('kept'))
    clock.advance(10_000)
    await expect.poll(() => textOf(folder)).toContain('kept')
    expect(linesOf(folder).at(-1)).toEqual({ text: 'kept' })
  })

  test('ends within a second, also where nothing can be written', async () => {
    const { log, place, setSpace } = setUp()
    setSpace(false)
    place()
    log.write(lineOf('never'))
    await log[Symbol.asyncDispose]()
    log.write(lineOf('after its end'))
  })

  test('leaves out a line that no reader would take', async () => {
    const { folder, log, place } = setUp({ fileBytesMax: 1_000_000 })
    place()
    log.write(lineOf('x'.repeat(70_000)))
    log.write(lineOf('short'))
    await log[Symbol.asyncDispose]()
    expect(linesOf(folder)).toMatchObject([{ event: 'log:gap', facts: { lines: 1 } }, { text: 'short' }])
  })
})
