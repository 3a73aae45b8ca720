import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ContentStore } from '../../../node/content/content-store.ts'
import { Shelf } from '../../../node/content/shelf.ts'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { failing } from '../../support/failing-calls.ts'
import { contentOf, type Dropped, put, sampleOf, storeIn } from '../../support/nodes/content-samples.ts'
import { hasher } from '../../support/nodes/mesh-nodes.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MIB = 2 ** 20
const never = new AbortController().signal
const [a, b, c] = [sampleOf(1, 1, 1), sampleOf(1, 1, 2), sampleOf(1, 1, 3)] as const

function storeOf(spaceMax: number, folder = temporaryFolder()) {
  const clock = new ManualClock(1_000)
  const dropped: Dropped[] = []
  const onDropped = ({ id }: { readonly id: Dropped['id'] }, why: Dropped['why']): void =>
    void dropped.push({ id, why })
  const store = storeIn(folder, { clock, spaceMax, onDropped })
  const later = (): void => clock.advance(120_000)
  return { store, dropped, later, folder }
}

test('a copy that the disk does not give out at one start is there at the next', async () => {
  const { store, folder } = storeOf(3 * MIB)
  await put(store, a)
  const [list, aside] = [join(folder, a.id, 'list'), join(folder, a.id, 'list.aside')]
  renameSync(list, aside)
  // Nobody can read it, and it is not absent.
  symlinkSync('list', list)
  expect(storeIn(folder).all()).toEqual([])
  rmSync(list)
  renameSync(aside, list)
  expect(
    storeIn(folder)
      .all()
      .map(({ id, isWhole }) => [id, isWhole]),
  ).toEqual([[a.id, true]])
})

describe('a full budget', () => {
  test('lets go of what was not used for longest', async () => {
    const { store, dropped, later, folder } = storeOf(3 * MIB)
    await put(store, a)
    later()
    await put(store, b)
    later()
    store.pin(a.id, 'it is used')[Symbol.dispose]()
    await put(store, c)
    expect(dropped).toEqual([{ id: b.id, why: 'room' }])
    expect(readdirSync(folder).toSorted()).toEqual([a.id, c.id].toSorted())
    // It is known after a new start too.
    expect(
      storeIn(folder)
        .all()
        .map(({ id }) => id),
    ).toEqual([c.id, a.id])
  })

  test('never lets go of what is served, sent or fetched; and then refuses, with nothing lost', async () => {
    const { store, dropped } = storeOf(3 * MIB)
    await put(store, a)
    using pin = store.pin(a.id, 'it is served')
    void pin
    await put(store, sampleOf(0, 100, 4))
    expect(() => store.begin(c.id, 'c', sampleOf(2, 0, 3).list)).toThrowError(
      expect.objectContaining({ code: 'MODEL_SPACE' }),
    )
    expect(dropped).toEqual([])
    const shelf = new Shelf({ hasher, store })
    using held = await shelf.hold(contentOf(a.id), never)
    void held
    expect(store.uses(a.id)).toEqual(['it is served', 'it is being sent'])
    expect(() => store.remove(a.id)).toThrowError(expect.objectContaining({ code: 'MODEL_IN_USE' }))
  })

  test('of the disk is said as such', () => {
    const store = storeIn(temporaryFolder(), { freeBytes: () => 64 * MIB + 10 })
    expect(() => store.begin(a.id, 'a', a.list)).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(store.all()).toEqual([])
  })
})

describe('a copy on the disk', () => {
  test('that grows is gone on with after a new start', async () => {
    const { store, folder } = storeOf(100 * MIB)
    const sample = sampleOf(9)
    await put(store, sample, [0, 3, 9])
    const again = storeIn(folder).get(sample.id)!
    expect([again.isWhole, again.have.size, again.have.has(3)]).toEqual([false, 3, true])
    expect(await again.verify()).toBe(true)
    await put(storeIn(folder), sample)
    expect(equalBytes(readFileSync(storeIn(folder).get(sample.id)!.path), sample.bytes)).toBe(true)
  })

  test('whose bytes changed is whole no more; only what changed is missing', async () => {
    const { store, folder } = storeOf(100 * MIB)
    const sample = sampleOf(3)
    const copy = await put(store, sample)
    const bytes = readFileSync(copy.path)
    bytes[MIB + 5]! ^= 1
    writeFileSync(copy.path, bytes)
    const damaged: string[] = []
    const shelf = new Shelf({ hasher, store, onDamaged: ({ id }) => damaged.push(id) })
    using held = await shelf.hold(contentOf(sample.id), never)
    await held!.read(0, never)
    await expect(held!.read(1, never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(damaged).toEqual([sample.id])
    expect([copy.isWhole, copy.have.size]).toEqual([false, 3])
    await put(storeIn(folder), sample)
    expect(equalBytes(readFileSync(copy.path), sample.bytes)).toBe(true)
  })

  test('is as whole as it was while this process may open no more files', async () => {
    const { store } = storeOf(100 * MIB)
    const copy = await put(store, a)
    const damaged: string[] = []
    const shelf = new Shelf({ hasher, store, onDamaged: ({ id }) => damaged.push(id) })
    using held = await shelf.hold(contentOf(a.id), never)
    {
      using _ = failing('open', 'EMFILE')
      await expect(held!.read(0, never)).rejects.toMatchObject({ code: 'LIMIT' })
      await expect(copy.verify()).rejects.toMatchObject({ code: 'LIMIT' })
    }
    expect([copy.isWhole, damaged, await copy.verify()]).toEqual([true, [], true])
    expect(equalBytes(await held!.read(0, never), a.chunk(0))).toBe(true)
  })

  test.skipIf(!canMount)('that is damaged on a full disk is said to be so, and stays what it was', async () => {
    const disk = new SmallDisk(8 * MIB)
    const store = storeIn(join(disk.path, 'content'), { freeBytes: () => 2 ** 40 })
    const copy = await put(store, a)
    disk.fill()
    expect(() => copy.forget([0])).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    expect([copy.isWhole, await copy.verify()]).toEqual([true, true])
    disk.free()
    copy.forget([0])
    expect([copy.isWhole, copy.have.has(0), copy.have.has(1)]).toEqual([false, false, true])
  })

  test.skipIf(!canMount)(
    'is used on a full disk, and on one that is only read from, and says why it cannot go',
    async () => {
      const disk = new SmallDisk(8 * MIB)
      const clock = new ManualClock(1_000)
      const store = storeIn(join(disk.path, 'content'), { clock, freeBytes: () => 2 ** 40 })
      await put(store, a)
      disk.fill()
      clock.advance(120_000)
      {
        using _ = store.pin(a.id, 'it is served')
        expect(store.uses(a.id)).toEqual(['it is served'])
      }
      disk.free()
      disk.makeReadOnly()
      {
        using _ = store.pin(a.id, 'it is served')
      }
      expect(store.uses(a.id)).toEqual([])
      expect(() => store.remove(a.id)).toThrowError(expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }))
    },
  )

  test('takes no chunk that was on its way when another list was adopted', async () => {
    const { store } = storeOf(100 * MIB)
    const sample = sampleOf(3)
    const copy = await put(store, sample, [0])
    const writing = copy.write(1, sample.chunk(1))
    copy.adopt(sampleOf(3, 77, 5).list)
    await writing
    expect(copy.have.size).toBe(0)
  })

  test('under another list keeps the chunks that both know', async () => {
    const { store } = storeOf(100 * MIB)
    const sample = sampleOf(3)
    const other = sampleOf(3, 77, 5)
    const copy = await put(store, sample, [0, 1, 2])
    copy.adopt(other.list)
    expect(copy.have.size).toBe(0)
    copy.adopt(sample.list)
    await copy.write(2, sample.chunk(2))
    expect([copy.have.size, await copy.verify()]).toEqual([1, true])
  })

  test('whose chunks all fit a false list is not made whole', async () => {
    const { store } = storeOf(100 * MIB)
    const sample = sampleOf(1)
    const other = sampleOf(1, 77, 5)
    const copy = store.begin(sample.id, 'sample', other.list)
    for (const i of [0, 1]) await copy.write(i, other.chunk(i))
    expect(await copy.seal()).toBe(false)
    expect([copy.isWhole, existsSync(copy.path)]).toEqual([false, false])
  })
})

describe('what a start finds in the folder', () => {
  test.each<readonly [string, (folder: string, id: string) => void]>([
    ['a list that is cut off', (folder, id) => truncateSync(join(folder, id, 'list'), 30)],
    ['a list that was changed', (folder, id) => appendFileSync(join(folder, id, 'list'), 'x')],
    ['a whole file of another size', (folder, id) => appendFileSync(join(folder, id, 'content'), 'x')],
    ['nothing about it', (folder, id) => truncateSync(join(folder, id, 'about.json'), 0)],
  ])('%s: is removed, and the rest stays', async (_, spoil) => {
    const { store, folder } = storeOf(100 * MIB)
    await put(store, a)
    await put(store, b)
    spoil(folder, a.id)
    mkdirSync(join(folder, 'what is no id'))
    const again = storeIn(folder)
    expect(again.all().map(({ id }) => id)).toEqual([b.id])
    expect(readdirSync(folder)).toEqual([b.id])
    expect((await put(again, a)).isWhole).toBe(true)
  })

  test('a set of chunks that is cut off: everything is fetched anew', async () => {
    const { store, folder } = storeOf(100 * MIB)
    const sample = sampleOf(9)
    await put(store, sample, [0, 1])
    truncateSync(join(folder, sample.id, 'have'), 1)
    expect(storeIn(folder).get(sample.id)!.have.size).toBe(0)
  })

  test('chunks that are said to be here and are not: are forgotten when they are looked at', async () => {
    const { store, folder } = storeOf(100 * MIB)
    const sample = sampleOf(9)
    await put(store, sample, [0, 1])
    truncateSync(join(folder, sample.id, 'partial'), MIB + 1)
    const again = storeIn(folder).get(sample.id)!
    expect(await again.verify()).toBe(false)
    expect([again.have.has(0), again.have.has(1)]).toEqual([true, false])
  })
})

test('two copies of one name are told apart by their ids', async () => {
  const store: ContentStore = storeIn(temporaryFolder())
  await put(store, a)
  expect(store.find('sample')?.id).toBe(a.id)
  await put(store, b)
  expect(store.find(a.id)?.id).toBe(a.id)
  expect(() => store.find('sample')).toThrowError(expect.objectContaining({ code: 'MODEL_UNKNOWN' }))
  expect(store.find('other')).toBeUndefined()
})
