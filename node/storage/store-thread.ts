/** The writing end of a store, in a thread of its own: a disk that takes its time never stops the streams of the node. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Change, type ChangeResult, ChangeWriter } from './apply-changes.ts'
import { openDatabase } from './sqlite.ts'
import { registerUint64 } from './uint64-column.ts'

export type ThreadRequest = { readonly kind: 'apply'; readonly changes: readonly Change[] } | { readonly kind: 'close' }

export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'applied'; readonly results: readonly ChangeResult[] }
  | { readonly kind: 'failed'; readonly error: ThreadFailure }

/** What an error of SQLite is known by; its class does not survive the way between threads. */
export interface ThreadFailure {
  readonly message: string
  readonly errcode: number | undefined
}

function failureOf(error: unknown): ThreadFailure {
  const { message, errcode } = error as { message?: string; errcode?: number }
  return { message: message ?? String(error), errcode }
}

function serve(port: NonNullable<typeof parentPort>, path: string): void {
  const reply = (message: ThreadReply): void => port.postMessage(message)
  const database = openDatabase(path)
  registerUint64(database)
  const writer = new ChangeWriter(database)
  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'close') {
      database.close()
      port.close()
      return
    }
    try {
      reply({ kind: 'applied', results: writer.apply(request.changes) })
    } catch (error) {
      reply({ kind: 'failed', error: failureOf(error) })
    }
  })
  reply({ kind: 'ready' })
}

if (parentPort !== null) serve(parentPort, workerData as string)
