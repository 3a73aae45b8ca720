/** Disks that are full, read-only or damaged: real ones, where this user may mount. */
import { chmodSync, closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import { openJournal } from '../../support/open-journal.ts'
import { attemptOf, finalOf } from '../../support/receipts.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MIB = 1_048_576
const options = { clock: systemClock, bytes: 65_536 }

describe('a full disk', () => {
  test.skipIf(!canMount)('still takes the ends of jobs that ran, refuses new jobs, and recovers', async () => {
    const disk = new SmallDisk(24 * MIB)
    const clock = new ManualClock()
    const { journal, folder } = await openJournal(join(disk.path, 'node'), { folder: { clock, bytes: 8 * MIB } })
    const { miner } = journal
    await miner.recordFinals(1n, [finalOf('before')])
    expect(miner.hasSpace).toBe(true)

    disk.fill()
    // More than the log's last page still has room for.
    const late = Array.from({ length: 200 }, (_, i) => `late ${i}`)
    for (const [i, word] of late.entries()) await miner.recordFinals(BigInt(10 + i), [finalOf(word)])
    expect(folder.reserve.space).toBe('reserve')
    expect(miner.hasSpace, 'no new jobs').toBe(false)
    expect(miner.stopped, 'it passes').toBeUndefined()
    expect(late.every((word) => miner.knows(attemptOf(word)))).toBe(true)

    disk.fill()
    const written: string[] = []
    const beyond = async (): Promise<void> => {
      for (let i = 0; ; i++) {
        await miner.recordFinals(BigInt(1_000 + i), [finalOf(`beyond ${i}`)])
        written.push(`beyond ${i}`)
      }
    }
    await expect(beyond()).rejects.toMatchObject({ code: 'DISK_FULL', facts: { file: 'journal.sqlite' } })
    expect(miner.knows(attemptOf(`beyond ${written.length}`)), 'what was refused was not written').toBe(false)
    expect(written.every((word) => miner.knows(attemptOf(word)))).toBe(true)
    expect(miner.stopped, 'it still passes').toBeUndefined()

    disk.free()
    clock.advance(10_000)
    expect(miner.hasSpace).toBe(true)
    await miner.recordFinals(9_999n, [finalOf('after')])
    expect(miner.knows(attemptOf('after'))).toBe(true)
  })

  test.skipIf(!canMount)('is told at the start', () => {
    const disk = new SmallDisk(MIB)
    disk.fill()
    expect(() => DataFolder.open(join(disk.path, 'node'), options)).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }),
    )
  })

  test.skipIf(!canMount)('without room for the reserve is a state, not an error', () => {
    const disk = new SmallDisk(MIB)
    using folder = DataFolder.open(join(disk.path, 'node'), { ...options, bytes: 2 * MIB })
    expect(folder.reserve.space).toBe('reserve')
  })
})

describe('a read-only folder', () => {
  test.skipIf(!canMount)('on a read-only disk is refused with the reason', () => {
    const disk = new SmallDisk(MIB)
    const path = join(disk.path, 'node')
    DataFolder.open(path, options)[Symbol.dispose]()
    disk.makeReadOnly()
    expect(() => DataFolder.open(path, options)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }))
    expect(() => DataFolder.open(join(disk.path, 'new'), options)).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }),
    )
  })

  test.skipIf(process.getuid?.() === 0)('by its mode is refused', () => {
    const path = temporaryFolder()
    chmodSync(path, 0o500)
    expect(() => DataFolder.open(path, options)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }))
  })
})

describe('a damaged journal', () => {
  /** Enough receipts that the file has a middle. */
  async function journalWithReceipts(): Promise<{ path: string; file: string }> {
    const path = join(temporaryFolder(), 'node')
    const opened = await openJournal(path)
    const file = opened.folder.file('journal')
    for (let batch = 0; batch < 10; batch++) {
      const finals = Array.from({ length: 64 }, (_, i) => finalOf(`${batch}-${i}`))
      await opened.journal.miner.recordFinals(BigInt(batch + 1), finals)
    }
    await opened[Symbol.asyncDispose]()
    return { path, file }
  }

  function overwrite(file: string, at: number, bytes: Uint8Array): void {
    const handle = openSync(file, 'r+')
    writeSync(handle, bytes, 0, bytes.length, at)
    closeSync(handle)
  }

  const damaged = expect.objectContaining({
    code: 'DATA_FOLDER_DAMAGED',
    hint: expect.stringContaining('--confirm-restored'),
  })

  test('whose header is gone is refused with a remedy', async () => {
    const { path, file } = await journalWithReceipts()
    overwrite(file, 0, new Uint8Array(100).fill(0x41))
    await expect(openJournal(path)).rejects.toEqual(damaged)
  })

  test('with overwritten pages in its middle is refused at the start', async () => {
    const { path, file } = await journalWithReceipts()
    overwrite(file, Math.floor(statSync(file).size / 8_192) * 4_096, new Uint8Array(8_192).fill(0x5a))
    await expect(openJournal(path)).rejects.toEqual(damaged)
  })

  test('cut short is refused at the start', async () => {
    const { path, file } = await journalWithReceipts()
    const whole = readFileSync(file)
    const handle = openSync(file, 'w')
    writeSync(handle, whole.subarray(0, Math.floor(whole.length / 2)))
    closeSync(handle)
    await expect(openJournal(path)).rejects.toEqual(damaged)
  })

  test('with one flipped bit in a receipt never signs that batch again, and still hands out the others', async () => {
    const { path, file } = await journalWithReceipts()
    const { offset } = locate(file, 5)
    const flipped = readFileSync(file).subarray(offset, offset + 1)
    overwrite(file, offset, new Uint8Array([flipped[0]! ^ 1]))
    const { miner } = (await openJournal(path)).journal
    expect(() => miner.batchesOf([attemptOf('4-0')])).toThrow(damaged)
    expect(miner.batchesOf([attemptOf('3-0')])).toHaveLength(1)
  })

  test('whose damage shows while it is in use has not run out of space: it stops, says so once, and stays so', async () => {
    const { path, file } = await journalWithReceipts()
    const told: MeshError[] = []
    const { journal } = await openJournal(path, { journal: { onStopped: (error) => told.push(error) } })
    const { miner } = journal
    expect(miner.stopped).toBeUndefined()
    overwrite(file, 4_096, new Uint8Array(statSync(file).size - 4_096).fill(0x5a))
    expect(() => miner.knows(attemptOf('4-0'))).toThrow(damaged)
    expect([miner.stopped?.code, miner.hasSpace]).toEqual(['DATA_FOLDER_DAMAGED', true])
    await expect(miner.recordFinals(99n, [finalOf('after')])).rejects.toMatchObject({ code: 'SIGNING_STOPPED' })
    expect(() => miner.knows(attemptOf('5-0'))).toThrow(damaged)
    expect(told).toEqual([miner.stopped])
  })

  test('leaves its lock free for the next try', async () => {
    const { path, file } = await journalWithReceipts()
    overwrite(file, 0, new Uint8Array(100).fill(0x41))
    for (let i = 0; i < 2; i++) {
      const error = await openJournal(path).catch((thrown: unknown) => thrown)
      expect(isMeshError(error, 'DATA_FOLDER_DAMAGED')).toBe(true)
    }
  })
})

/** Where some byte of a batch's receipts lies in the file, past the first page of the row. */
function locate(file: string, sequence: number): { offset: number } {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = database.prepare('SELECT receipts FROM batch WHERE sequence = ?').get(sequence)
  database.close()
  const sample = (row!.receipts as Uint8Array).subarray(9_000, 9_040)
  const offset = readFileSync(file).indexOf(sample)
  expect(offset).toBeGreaterThan(0)
  return { offset }
}
