import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { copyPath, migrate } from '../../../node/storage/migrations.ts'
import { SpaceReserve } from '../../../node/storage/space-reserve.ts'
import { openDatabase } from '../../../node/storage/sqlite.ts'
import { Store } from '../../../node/storage/store.ts'
import { longSchema, ROWS, shortSchema } from '../../support/long-schema.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function oldStore(folder: string): string {
  const path = join(folder, 'store.sqlite')
  const database = openDatabase(path)
  migrate(database, path, shortSchema)
  database.exec(`
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${ROWS})
    INSERT INTO a SELECT x, zeroblob(100) FROM n`)
  database.close()
  return path
}

/** Of a file as it lies there, read without a word to it. */
function stateOf(path: string) {
  const database = new DatabaseSync(path)
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  const rows = (table: string): number => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n)
  const state = version === 1 ? { version, a: rows('a') } : { version, a: rows('a'), b: rows('b') }
  const [check] = database.prepare('PRAGMA integrity_check').all()
  database.close()
  return { ...state, whole: check?.integrity_check === 'ok' }
}

const OLD = { version: 1, a: ROWS, whole: true }
const NEW = { version: 4, a: ROWS, b: ROWS, whole: true }

test('a store whose migration is killed at any point is the old one or the new one, and moves on at the next start', async () => {
  const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const points: readonly (readonly [what: string, reached: (path: string) => boolean])[] = [
    ['before anything', () => true],
    ['while the copy is made', (path) => existsSync(`${copyPath(path, 1)}.new`)],
    ['when the copy is there', (path) => existsSync(copyPath(path, 1))],
    ['in the middle of its steps', (path) => sizeOf(`${path}-wal`) > 2_000_000],
    ['near their end', (path) => sizeOf(`${path}-wal`) > 8_000_000],
  ]
  const found: number[] = []
  for (const [what, reached] of points) {
    const path = oldStore(temporaryFolder())
    {
      await using child = new ScriptProcess<string>('./migrate-store.ts', [path])
      await child.until((said) => said.includes('begins'))
      await expect.poll(() => reached(path) || child.messages.includes('open'), { interval: 1 }).toBe(true)
      await child.kill()
    }
    const state = stateOf(path)
    expect([OLD, NEW], what).toContainEqual(state)
    found.push(state.version)
    if (existsSync(copyPath(path, 1))) expect(stateOf(copyPath(path, 1)), what).toEqual(OLD)

    await using again = new ScriptProcess<string>('./migrate-store.ts', [path])
    await again.until((said) => said.includes('open'))
    await again.kill()
    expect(stateOf(path), what).toEqual(NEW)
    expect(stateOf(copyPath(path, 1)), what).toEqual(OLD)
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.new'))).toEqual([])
  }
  // Kills that all came too late would have tested nothing.
  expect(found.filter((version) => version === 1).length).toBeGreaterThanOrEqual(2)
})

test.skipIf(!canMount).each([
  ['its copy', 1_000_000],
  ['anything', 0],
])('a store that has no room for %s is refused, and stays as it was', async (_, free) => {
  const disk = new SmallDisk(16_000_000)
  const path = oldStore(disk.path)
  const { bavail, bsize } = statfsSync(disk.path)
  writeFileSync(join(disk.path, 'film.mkv'), new Uint8Array(bavail * bsize - free))
  const reserve = new SpaceReserve(join(temporaryFolder(), 'reserve'), { clock: systemClock, bytes: 4_096 })
  const needs = { clock: systemClock, reserve }
  await expect(Store.open(path, longSchema, needs)).rejects.toMatchObject({ code: 'DISK_FULL' })
  rmSync(join(disk.path, 'film.mkv'))
  expect(stateOf(path)).toEqual(OLD)
  expect(readdirSync(disk.path).filter((name) => name.includes('schema-1'))).toEqual([])
})

test('a store of a later version is refused with not one byte of it changed', async () => {
  const path = oldStore(temporaryFolder())
  const other = new DatabaseSync(path)
  other.exec('PRAGMA journal_mode = DELETE')
  other.exec('PRAGMA user_version = 9')
  other.close()
  const before = readFileSync(path)
  const reserve = new SpaceReserve(join(temporaryFolder(), 'reserve'), { clock: systemClock, bytes: 4_096 })
  await expect(Store.open(path, longSchema, { clock: systemClock, reserve })).rejects.toMatchObject({
    code: 'DATA_FOLDER_NEWER',
    facts: { found: 9, known: 4 },
  })
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(dirname(path))).toEqual(['store.sqlite'])
})
