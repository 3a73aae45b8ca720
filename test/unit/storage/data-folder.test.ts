import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DataFolder, folderFiles, runningPid } from '../../../node/storage/data-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const options = { clock: new ManualClock(), bytes: 4_096 }
const newPath = (): string => join(temporaryFolder(), 'deep', 'node')

describe('a data folder', () => {
  test('is created for this user alone', () => {
    const path = newPath()
    using folder = DataFolder.open(path, options)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(folder.file('running')).mode & 0o077).toBe(0)
    expect(folder.startedAtMs).toBe(options.clock.nowMs())
  })

  test('belongs to one node at a time, within one process too', () => {
    const path = newPath()
    const first = DataFolder.open(path, options)
    expect(() => DataFolder.open(path, options)).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_IN_USE', facts: { path, pid: process.pid } }),
    )
    first[Symbol.dispose]()
    using second = DataFolder.open(path, options)
    expect(second.wasUnclean).toBe(false)
  })

  test('keeps its lock when a second node was refused', () => {
    const path = newPath()
    using _first = DataFolder.open(path, options)
    for (let i = 0; i < 3; i++) expect(() => DataFolder.open(path, options)).toThrow()
  })

  test('says whether the last run ended cleanly', () => {
    const path = newPath()
    DataFolder.open(path, options)[Symbol.dispose]()
    expect(existsSync(join(path, folderFiles.running))).toBe(false)
    writeFileSync(join(path, folderFiles.running), '{"pid":4')
    const after = DataFolder.open(path, options)
    expect(after.wasUnclean).toBe(true)
    after.markStarted()
    after[Symbol.dispose]()
    using last = DataFolder.open(path, options)
    expect(last.wasUnclean).toBe(false)
  })

  test('still knows of a lost run when the start after it failed', () => {
    const path = newPath()
    DataFolder.open(path, options)[Symbol.dispose]()
    writeFileSync(join(path, folderFiles.running), '{"pid":4,"startedAtMs":1}')
    DataFolder.open(path, options)[Symbol.dispose]()
    using next = DataFolder.open(path, options)
    expect(next.wasUnclean).toBe(true)
  })

  test('cannot be a file, nor lie below one', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'node')]) {
      expect(() => DataFolder.open(path, options)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }))
    }
  })

  test('tells the process that uses it, or nothing', () => {
    const path = newPath()
    using _folder = DataFolder.open(path, options)
    expect(runningPid(path)).toBe(process.pid)
    writeFileSync(join(path, folderFiles.running), 'half a li')
    expect(runningPid(path)).toBeUndefined()
  })

  test('has nothing in it that its README does not tell the loss of', () => {
    const table = readFileSync(new URL('../../../node/storage/README.md', import.meta.url), 'utf8')
    for (const file of Object.values(folderFiles)) expect(table).toContain(`| \`${file}`)
  })
})
