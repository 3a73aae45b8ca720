import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LineBook } from '../../../node/care/line/line-book.ts'
import { LineFile } from '../../../node/care/line/line-file.ts'
import { BulkMeter } from '../../../node/network/calls/bulk-meter.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aitbc-line-'))
  path = join(folder, 'line.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (name = 'mesh') => new LineFile(path, networkId(name))
const PIECE_BYTES = 65_536

function open(clock = new ManualClock(), file: Pick<LineFile, 'read' | 'write'> = fileOf()) {
  const meter = new BulkMeter()
  const told = { changes: 0, failures: [] as MeshError[] }
  const book = new LineBook({
    clock,
    meter,
    file,
    onChange: () => void told.changes++,
    onFailure: (error) => void told.failures.push(error),
  })
  /** Two seconds of it, and then the time until it is told of. */
  const transfer = (way: 'up' | 'down', bitsPerS: number) => {
    const gapMs = (8_000 * PIECE_BYTES) / bitsPerS
    for (let ms = 0; ms < 2_500; ms += gapMs) {
      meter.moved(way, PIECE_BYTES, clock.monotonicMs())
      clock.advance(gapMs)
    }
    clock.advance(20_000)
  }
  return { clock, meter, book, told, transfer }
}

describe('the book of the line', () => {
  it('knows nothing until something large moved, and each way by itself', () => {
    const { book, transfer, told } = open()
    expect(book.rates()).toEqual({})
    transfer('up', 20_000_000)
    expect(book.rates().down).toBeUndefined()
    expect(book.rates().up?.bitsPerS).toBeCloseTo(20_000_000, -4)
    transfer('down', 80_000_000)
    expect(book.rates().down?.bitsPerS).toBeCloseTo(80_000_000, -4)
    expect(told.changes).toBe(2)
    book[Symbol.dispose]()
  })

  it('is the same after a restart, for a week', () => {
    const first = open()
    first.transfer('up', 20_000_000)
    const rates = first.book.rates()
    first.book[Symbol.dispose]()
    expect(first.clock.pending).toBe(0)
    const second = open(first.clock)
    expect(second.book.rates()).toEqual(rates)
    second.clock.advance(7 * 86_400_000)
    expect(second.book.rates()).toEqual({})
    second.book[Symbol.dispose]()
  })

  it('takes what is under way into account when it ends', () => {
    const { clock, meter, book } = open()
    for (let ms = 0; ms < 3_000; ms += 20) {
      meter.moved('down', PIECE_BYTES, clock.monotonicMs())
      clock.advance(20)
    }
    book[Symbol.dispose]()
    expect(open(clock).book.rates().down?.samples).toBe(1)
  })

  it('writes at most every five minutes, and not where nothing is new', () => {
    let writes = 0
    const file = { read: () => ({ up: [], down: [] }), write: () => void writes++ }
    const { clock, book, transfer } = open(new ManualClock(), file)
    clock.advance(3_600_000)
    expect(writes).toBe(0)
    for (let i = 0; i < 30; i++) transfer('up', 20_000_000 + i * 1_000_000)
    expect(writes).toBeLessThanOrEqual(3)
    expect(writes).toBeGreaterThan(0)
    book[Symbol.dispose]()
  })

  it('goes on where it cannot be written, and says so', () => {
    const write = () => {
      throw new MeshError('DISK_FULL', { file: 'line.json' })
    }
    const { clock, book, transfer, told } = open(new ManualClock(), { read: () => ({ up: [], down: [] }), write })
    transfer('up', 20_000_000)
    clock.advance(300_000)
    expect(told.failures).toMatchObject([{ code: 'DISK_FULL' }])
    expect(book.rates().up?.samples).toBe(1)
    book[Symbol.dispose]()
  })
})

describe('its file', () => {
  const whole = { up: [{ atMs: 1_000, bitsPerS: 5 }], down: [{ atMs: 2_000, bitsPerS: 6 }] }

  it('is read as it was written, by its owner alone', () => {
    fileOf().write(whole)
    expect(fileOf().read()).toEqual(whole)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is forgotten where it is of another network: a LAN says nothing of the line to the world', () => {
    fileOf('lan').write(whole)
    expect(fileOf('mesh').read()).toEqual({ up: [], down: [] })
  })

  const of = (up: unknown) => JSON.stringify({ version: 1, network: 'mesh', up, down: [] })
  it.each([
    ['torn', of([[1_000, 5]]).slice(0, -9)],
    ['empty', ''],
    ['of another form', '[1]'],
    ['of another version', of([]).replace('1', '2')],
    ['of too many rows', of(Array.from({ length: 257 }, (_, at) => [at, 1]))],
    ['endless', of([[1_000, 5]]).padEnd(70_000)],
  ])('is forgotten where it is %s', (_, text) => {
    writeFileSync(path, text)
    expect(fileOf().read()).toEqual({ up: [], down: [] })
  })

  it('gives the rows that are sound, in order', () => {
    writeFileSync(path, of([[9e8, 5], [1e9, -1], ['x', 1], [2.5, 1], [1, 1e300], [5, 7], null, [1, 2, 3]]))
    expect(fileOf().read().up).toEqual([
      { atMs: 5, bitsPerS: 7 },
      { atMs: 9e8, bitsPerS: 5 },
    ])
  })
})
