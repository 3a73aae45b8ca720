/** Waiting for a node to leave its data folder. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { folderFiles } from '../../storage/data-folder.ts'
import { FolderLock } from '../../storage/folder-lock.ts'

/** A drain takes 10 s at most, what is owed 3 s, and a farewell 5 s. */
const LEAVE_MS_MAX = 30_000
const ASK_MS = 50

/** @throws MeshError TIMEOUT, CANCELLED */
export async function untilFree(dataFolder: string, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + LEAVE_MS_MAX
  for (;;) {
    const lock = FolderLock.take(join(dataFolder, folderFiles.lock))
    if (lock !== undefined) {
      lock[Symbol.dispose]()
      return
    }
    if (performance.now() > untilMs) throw new MeshError('TIMEOUT', { what: 'the end of the node', ms: LEAVE_MS_MAX })
    await wait(ASK_MS, undefined, { signal })
  }
}
