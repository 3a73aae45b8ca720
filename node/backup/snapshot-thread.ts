/** Copies a store in a thread of its own: minutes for a journal of gigabytes, in which the command must still hear Ctrl-C. */
import { workerData } from 'node:worker_threads'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { openReader } from '../storage/sqlite.ts'

export interface SnapshotOrder {
  readonly from: string
  /** There and empty. */
  readonly to: string
}

const { from, to } = workerData as SnapshotOrder
try {
  const database = openReader(from)
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } finally {
    database.close()
  }
} catch (error) {
  // Out of a thread an error comes without its class: the other side judges what SQLite said.
  throw error instanceof MeshError ? (error.cause ?? error) : error
}
