/**
 * A store as it was when the reading of it began, as one file. The node that writes it goes on meanwhile; only its log grows
 * until this has ended.
 */
import { closeSync, openSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { moduleBeside } from '../module-beside.ts'
import { checkDatabase, openReader, storageError } from '../storage/sqlite.ts'
import type { SnapshotOrder } from './snapshot-thread.ts'

/** @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY, DISK_FULL, CANCELLED */
export async function takeSnapshot(order: SnapshotOrder, signal: AbortSignal): Promise<void> {
  try {
    // SQLite keeps the mode of a file that is there and empty.
    closeSync(openSync(order.to, 'wx', 0o600))
    await copied(order, signal)
  } catch (error) {
    const known = storageError(error, order.from)
    throw known.code === 'DISK_FULL' ? new MeshError('DISK_FULL', { file: order.to }, error) : known
  }
  const copy = openReader(order.to)
  try {
    checkDatabase(copy, order.from)
  } finally {
    copy.close()
  }
}

async function copied(order: SnapshotOrder, signal: AbortSignal): Promise<void> {
  const thread = new Worker(moduleBeside(import.meta.url, './snapshot-thread'), { workerData: order })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = (): void => reject(new MeshError('CANCELLED'))
  thread.once('error', reject)
  thread.once('exit', () => resolve())
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', cancel)
    // Not waited for: inside of SQLite it ends when the copy does, or with the process.
    void thread.terminate()
  }
}
