import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Held {
  readonly kind: 'open' | 'refused'
  readonly code?: string
  readonly facts?: { readonly pid: number }
  readonly wasUnclean?: boolean
}

const hold = (path: string): ScriptProcess<Held> => new ScriptProcess<Held>('hold-folder.ts', [path])
const said = (messages: readonly Held[]): boolean => messages.length > 0

describe('a data folder between processes', () => {
  test('names the process that uses it, and is free when that one is killed', async () => {
    const path = join(temporaryFolder(), 'node')
    await using first = hold(path)
    await first.until(said)
    expect(() => DataFolder.open(path, { clock: systemClock, bytes: 4_096 })).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_IN_USE', facts: { path, pid: first.pid } }),
    )
    await first.kill()
    using folder = DataFolder.open(path, { clock: systemClock, bytes: 4_096 })
    expect(folder.wasUnclean).toBe(true)
  })

  test('goes to exactly one of many that start at once after a kill', async () => {
    const path = join(temporaryFolder(), 'node')
    const before = hold(path)
    await before.until(said)
    await before.kill()
    const crowd = Array.from({ length: 6 }, () => hold(path))
    try {
      await Promise.all(crowd.map((process) => process.until(said)))
      const kinds = crowd.map((process) => process.messages[0]!.kind)
      expect(kinds.filter((kind) => kind === 'open')).toHaveLength(1)
      const winner = crowd[kinds.indexOf('open')]!
      expect(winner.messages[0]!.wasUnclean).toBe(true)
      for (const process of crowd) {
        if (process !== winner) expect(process.messages[0]).toMatchObject({ code: 'DATA_FOLDER_IN_USE' })
      }
    } finally {
      await Promise.all(crowd.map((process) => process.kill()))
    }
  })
})
