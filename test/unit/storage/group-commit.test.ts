import { describe, expect, test } from 'vitest'
import { BEAT_MS, GroupCommit, ITEMS_FULL, QUEUE_MAX } from '../../../node/storage/group-commit.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

/** A disk whose commits end when the test says so. */
class SlowDisk {
  readonly commits: (readonly number[])[] = []
  #running: PromiseWithResolvers<void> | undefined

  readonly commit = async (items: readonly number[]): Promise<readonly string[]> => {
    expect(this.#running, 'one commit at a time').toBeUndefined()
    this.commits.push(items)
    this.#running = Promise.withResolvers()
    await this.#running.promise
    return items.map((item) => `written ${item}`)
  }

  async finish(error?: Error): Promise<void> {
    const running = this.#running!
    this.#running = undefined
    if (error === undefined) running.resolve()
    else running.reject(error)
    await settled()
  }
}

/** All microtasks that wait now, and those they start. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const clock = new ManualClock()
  const disk = new SlowDisk()
  return { clock, disk, commits: new GroupCommit(disk.commit, clock) }
}

describe('a group commit', () => {
  test('writes at once after a pause, and together what one turn appends', async () => {
    const { clock, disk, commits } = setUp()
    const written = [commits.append(1), commits.append(2)]
    await settled()
    expect(disk.commits).toEqual([[1, 2]])
    expect(clock.pending, 'no timer was needed').toBe(0)
    await disk.finish()
    expect(await Promise.all(written)).toEqual(['written 1', 'written 2'])
  })

  test('resolves nothing before its commit has ended', async () => {
    const { disk, commits } = setUp()
    let resolved = false
    const written = commits.append(1).then(() => {
      resolved = true
    })
    await settled()
    expect(disk.commits).toHaveLength(1)
    expect(resolved).toBe(false)
    await disk.finish()
    await written
  })

  test('gathers what comes while a commit runs', async () => {
    const { clock, disk, commits } = setUp()
    void commits.append(1)
    await settled()
    const later = [commits.append(2), commits.append(3)]
    await settled()
    expect(disk.commits).toEqual([[1]])
    clock.advance(BEAT_MS)
    await disk.finish()
    expect(disk.commits).toEqual([[1], [2, 3]])
    await disk.finish()
    expect(await Promise.all(later)).toEqual(['written 2', 'written 3'])
  })

  test('starts commits a beat apart, however quick the disk is', async () => {
    const { clock, disk, commits } = setUp()
    void commits.append(1)
    await settled()
    await disk.finish()
    void commits.append(2)
    await settled()
    clock.advance(BEAT_MS - 1)
    await settled()
    expect(disk.commits).toEqual([[1]])
    clock.advance(1)
    await settled()
    expect(disk.commits).toEqual([[1], [2]])
    await disk.finish()
  })

  test('does not wait for the beat once enough has gathered', async () => {
    const { clock, disk, commits } = setUp()
    void commits.append(0)
    await settled()
    await disk.finish()
    for (let i = 1; i < ITEMS_FULL; i++) void commits.append(i)
    await settled()
    expect(disk.commits).toHaveLength(1)
    void commits.append(ITEMS_FULL)
    await settled()
    expect(disk.commits[1]).toHaveLength(ITEMS_FULL)
    expect(clock.monotonicMs()).toBe(0)
    await disk.finish()
  })

  test('tells every writer of a failed commit, and goes on with the next', async () => {
    const { clock, disk, commits } = setUp()
    const failed = Promise.allSettled([commits.append(1), commits.append(2)])
    await settled()
    const next = commits.append(3)
    clock.advance(BEAT_MS)
    await disk.finish(new MeshError('DISK_FULL', { file: 'journal.sqlite' }))
    for (const outcome of await failed) expect(outcome).toMatchObject({ reason: { code: 'DISK_FULL' } })
    await disk.finish()
    expect(await next).toBe('written 3')
  })

  test('refuses more than a slow disk can be owed', async () => {
    const { commits } = setUp()
    void commits.append(0)
    await settled()
    const waiting = Array.from({ length: QUEUE_MAX }, (_, i) => commits.append(i))
    await expect(commits.append(1)).rejects.toMatchObject({ code: 'LIMIT' })
    expect(waiting).toHaveLength(commits.waiting)
  })

  test('writes what waits when it is disposed, and nothing after', async () => {
    const { disk, commits } = setUp()
    void commits.append(1)
    await settled()
    const last = commits.append(2)
    const disposed = commits[Symbol.asyncDispose]()
    await expect(commits.append(3)).rejects.toMatchObject({ code: 'SIGNING_STOPPED' })
    await disk.finish()
    await disk.finish()
    await disposed
    expect(await last).toBe('written 2')
    expect(disk.commits).toEqual([[1], [2]])
  })
})
