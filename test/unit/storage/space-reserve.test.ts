import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Space, SpaceReserve } from '../../../node/storage/space-reserve.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const BYTES = 65_536

function setUp(freeBytes = 0) {
  const clock = new ManualClock()
  const path = join(temporaryFolder(), 'reserve.bin')
  const disk = { freeBytes }
  const changes: Space[] = []
  const open = (): SpaceReserve =>
    new SpaceReserve(path, {
      bytes: BYTES,
      clock,
      freeBytes: () => disk.freeBytes,
      onChange: (space) => changes.push(space),
    })
  return { clock, path, disk, changes, open }
}

describe('the reserve', () => {
  test('lies on the disk while there is space', () => {
    const { path, open } = setUp()
    using reserve = open()
    expect(reserve.space).toBe('ok')
    expect(statSync(path).size).toBe(BYTES)
    expect(statSync(path).blocks * 512, 'blocks are allocated, not promised').toBeGreaterThanOrEqual(BYTES)
  })

  test('is given up once', () => {
    const { path, open, changes } = setUp()
    using reserve = open()
    expect(reserve.release()).toBe(true)
    expect(existsSync(path)).toBe(false)
    expect(reserve.release()).toBe(false)
    expect(changes).toEqual(['reserve'])
  })

  test('comes back when there is space for twice as much', () => {
    const { clock, disk, path, open, changes } = setUp()
    using reserve = open()
    reserve.release()
    disk.freeBytes = 2 * BYTES - 1
    clock.advance(60_000)
    expect(reserve.space).toBe('reserve')
    disk.freeBytes = 2 * BYTES
    clock.advance(10_000)
    expect(reserve.space).toBe('ok')
    expect(statSync(path).size).toBe(BYTES)
    expect(changes).toEqual(['reserve', 'ok'])
    expect(clock.pending).toBe(0)
  })

  test('waits for a disk that was taken away as for one that is full', () => {
    const clock = new ManualClock()
    const folder = join(temporaryFolder(), 'node')
    mkdirSync(folder)
    using reserve = new SpaceReserve(join(folder, 'reserve.bin'), { bytes: BYTES, clock })
    reserve.release()
    rmSync(folder, { recursive: true })
    clock.advance(60_000)
    expect(reserve.space).toBe('reserve')
    mkdirSync(folder)
    clock.advance(60_000)
    expect(reserve.space).toBe('ok')
  })

  test('that a crash left half written is made whole', () => {
    const { path, open } = setUp()
    writeFileSync(path, new Uint8Array(10))
    using reserve = open()
    expect(reserve.space).toBe('ok')
    expect(statSync(path).size).toBe(BYTES)
  })

  test('asks no more after it is disposed', () => {
    const { clock, open } = setUp()
    const reserve = open()
    reserve.release()
    reserve[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })
})
