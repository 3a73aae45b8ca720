import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logRecord } from '../../../node/log/log-record.ts'
import { type LogEntry, type LogQuery, readLog } from '../../../node/log/read-log.ts'
import '../../support/property-seed.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const START = Date.UTC(2027, 0, 2)
const lineOf = (i: number, level = 'info'): string =>
  `${JSON.stringify({ at: new Date(START + i * 1_000).toISOString(), level, event: 'node:started', text: `line ${i}`, facts: {} })}\n`
const linesOf = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => lineOf(from + i)).join('')

function folderWith(parts: Readonly<Record<number, string | Uint8Array>>): string {
  const folder = join(temporaryFolder(), 'log')
  mkdirSync(folder)
  for (const [number, content] of Object.entries(parts)) writeFileSync(join(folder, `${number}.jsonl`), content)
  return folder
}

const queryOf = (folder: string, query: Partial<LogQuery> = {}): LogQuery => ({
  folder,
  level: 'debug',
  follow: false,
  wait: () => Promise.reject(new Error('it waits')),
  signal: new AbortController().signal,
  ...query,
})
const wordOf = (entry: LogEntry): string => (entry.kind === 'record' ? entry.record.text : entry.kind)
async function read(folder: string, query?: Partial<LogQuery>): Promise<readonly string[]> {
  const found: string[] = []
  for await (const entry of readLog(queryOf(folder, query))) found.push(wordOf(entry))
  return found
}
const texts = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}`)

describe('a log that is read', () => {
  test('goes through its files in the order of their numbers, not of their names', async () => {
    const folder = folderWith({ 9: linesOf(0, 3), 10: linesOf(3, 5), 11: linesOf(5, 6) })
    writeFileSync(join(folder, 'notes.txt'), 'no part of it')
    expect(await read(folder)).toEqual(texts(0, 6))
  })

  test('gives the last lines, also where they begin in an older file', async () => {
    const folder = folderWith({ 1: linesOf(0, 5), 2: linesOf(5, 10), 3: '' })
    expect(await read(folder, { linesMax: 7 })).toEqual(texts(3, 10))
    expect(await read(folder, { linesMax: 5 })).toEqual(texts(5, 10))
    expect(await read(folder, { linesMax: 100 })).toEqual(texts(0, 10))
    expect(await read(folder, { linesMax: 0 })).toEqual([])
  })

  test('gives the last of a level, and those since a time', async () => {
    const folder = folderWith({ 1: lineOf(0, 'warn') + linesOf(1, 9) + lineOf(9, 'error') + linesOf(10, 12) })
    expect(await read(folder, { level: 'warn' })).toEqual(['line 0', 'line 9'])
    expect(await read(folder, { level: 'warn', linesMax: 1 })).toEqual(['line 9'])
    expect(await read(folder, { sinceMs: START + 10_000 })).toEqual(['line 10', 'line 11'])
  })

  test('is empty where there is none', async () => {
    expect(await read(join(temporaryFolder(), 'log'))).toEqual([])
  })

  test('steps over what is no line of a log, and over a line without an end', async () => {
    const noise = [
      new Uint8Array([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from('\n\nnull\n[1]\n{"at":"yesterday","level":"info","event":"x","text":"y"}\n'),
      Buffer.from(`${'['.repeat(60_000)}\n`),
      Buffer.alloc(3 * 65_536, 0x61),
      Buffer.from('\n'),
    ]
    const folder = folderWith({
      1: Buffer.concat([Buffer.from(lineOf(0)), ...noise, Buffer.from(lineOf(1))]),
      2: `${lineOf(2)}{"at":"cut off`,
      3: lineOf(3),
    })
    const expected = ['line 0', ...Array(6).fill('unreadable'), 'line 1', 'line 2', 'unreadable', 'line 3']
    expect(await read(folder)).toEqual(expected)
  })

  test('takes no more memory for a line of a quarter of a gigabyte than for any other', async () => {
    const folder = folderWith({ 1: linesOf(0, 1), 2: '' })
    // A hole: it reads as zeroes and takes no room.
    const path = join(folder, '1.jsonl')
    const file = openSync(path, 'r+')
    ftruncateSync(file, 2 ** 28)
    closeSync(file)
    appendFileSync(path, `\n${lineOf(1)}`)
    let most = 0
    const before = process.memoryUsage().rss
    const found: string[] = []
    for await (const entry of readLog(queryOf(folder))) {
      most = Math.max(most, process.memoryUsage().rss)
      found.push(wordOf(entry))
    }
    expect(found).toEqual(['line 0', 'unreadable', 'line 1'])
    expect(most - before).toBeLessThan(100 * 2 ** 20)
  })

  test('never gives a control character, whatever the file holds', () => {
    const hostile = {
      at: new Date(START).toISOString(),
      level: 'info',
      event: '\u001b[2J',
      text: 'a\u001b]0;x\u0007\u009b1m\nb',
    }
    const record = logRecord(Buffer.from(JSON.stringify({ ...hostile, facts: { '\u001b': '\u202e', deep: { a: 1 } } })))
    expect(record).toMatchObject({ event: '�[2J', text: 'a�]0;x��1m�b', facts: { '�': '�', deep: '(object)' } })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.jsonValue(), (bytes, facts) => {
        logRecord(bytes)
        const found = logRecord(Buffer.from(JSON.stringify({ ...hostile, text: 'x', event: 'y', facts })))
        const said = JSON.stringify(found)
        expect(/[\p{Cc}\p{Cf}]/u.test(said)).toBe(false)
      }),
    )
  })
})

describe('a log that is followed', () => {
  /** Reads until it waits, then does the next step; ends when there is none. */
  function follow(folder: string, steps: readonly (() => void)[], query: Partial<LogQuery> = {}) {
    const ending = new AbortController()
    const left = [...steps]
    const wait = async (): Promise<void> => {
      const step = left.shift()
      if (step === undefined) ending.abort(new Error('the end of the test'))
      ending.signal.throwIfAborted()
      step!()
    }
    return queryOf(folder, { follow: true, wait, signal: ending.signal, ...query })
  }

  async function said(query: LogQuery): Promise<readonly string[]> {
    const found: string[] = []
    await expect(async () => {
      for await (const entry of readLog(query)) found.push(wordOf(entry))
    }).rejects.toThrow('the end of the test')
    return found
  }

  test('shows what is written later, a line that comes in two parts once, and goes on in the next file', async () => {
    const folder = folderWith({ 1: linesOf(0, 2) })
    const path = (number: number): string => join(folder, `${number}.jsonl`)
    const half = lineOf(2)
    const found = await said(
      follow(folder, [
        () => appendFileSync(path(1), half.slice(0, 20)),
        () => appendFileSync(path(1), half.slice(20)),
        () => {
          // All between two looks: the end of the old file is not lost.
          appendFileSync(path(1), lineOf(3))
          writeFileSync(path(2), lineOf(4))
          writeFileSync(path(3), lineOf(5))
        },
        () => {},
        () => appendFileSync(path(3), lineOf(6)),
      ]),
    )
    expect(found).toEqual(texts(0, 7))
  })

  test('begins with the last lines, or with what comes', async () => {
    const folder = folderWith({ 1: linesOf(0, 5) })
    const more = () => appendFileSync(join(folder, '1.jsonl'), lineOf(5))
    expect(await said(follow(folder, [more], { linesMax: 2 }))).toEqual(texts(3, 6))
    const again = () => appendFileSync(join(folder, '1.jsonl'), lineOf(6))
    expect(await said(follow(folder, [again], { linesMax: 0 }))).toEqual(['line 6'])
  })

  test('waits for a log that is not there yet', async () => {
    const folder = join(temporaryFolder(), 'log')
    const begin = () => {
      mkdirSync(folder)
      writeFileSync(join(folder, '1.jsonl'), lineOf(0))
    }
    expect(await said(follow(folder, [() => {}, begin, () => {}]))).toEqual(['line 0'])
  })

  test('says that lines are missing where files went before they were read', async () => {
    const folder = folderWith({ 1: linesOf(0, 1) })
    const roll = () => {
      rmSync(join(folder, '1.jsonl'))
      writeFileSync(join(folder, '4.jsonl'), lineOf(9))
    }
    expect(await said(follow(folder, [roll, () => {}]))).toEqual(['line 0', 'missed', 'line 9'])
  })
})
