/** The handle of a store's writing thread: one request at a time, each answered or failed. */
import { Worker } from 'node:worker_threads'
import { assert, MeshError } from '../../protocols/kernel/errors.ts'
import { moduleBeside } from '../module-beside.ts'
import type { Change, ChangeResult } from './apply-changes.ts'
import { storageError } from './sqlite.ts'
import type { ThreadFailure, ThreadReply, ThreadRequest } from './store-thread.ts'

/** Far above what statements and one batch need: a leak ends the thread, not the machine. */
const HEAP_MIB_MAX = 128

export class StoreWriter implements AsyncDisposable {
  readonly #path: string
  readonly #thread: Worker
  #pending: PromiseWithResolvers<readonly ChangeResult[]> | undefined
  #ended: MeshError | undefined
  #awaited = 0

  private constructor(path: string, thread: Worker) {
    this.#path = path
    this.#thread = thread
    thread.on('message', (reply: ThreadReply) => this.#take(reply))
    thread.on('error', (error) => this.#end(storageError(error, path)))
    thread.on('exit', () => this.#end(new MeshError('SIGNING_STOPPED', { why: 'the store is closed' })))
    thread.unref()
  }

  /** @throws MeshError where the file cannot be written */
  static async open(path: string): Promise<StoreWriter> {
    const thread = new Worker(moduleBeside(import.meta.url, './store-thread'), {
      workerData: path,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    })
    const writer = new StoreWriter(path, thread)
    try {
      await writer.keepAlive(writer.#request())
    } catch (error) {
      await thread.terminate()
      throw error
    }
    return writer
  }

  /** An idle thread lets the process end; one that somebody waits for does not. */
  async keepAlive<T>(work: Promise<T>): Promise<T> {
    if (this.#awaited++ === 0) this.#thread.ref()
    try {
      return await work
    } finally {
      if (--this.#awaited === 0) this.#thread.unref()
    }
  }

  /** Durable when it resolves. @throws MeshError; then nothing of it happened */
  apply(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    return this.#request({ kind: 'apply', changes })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== undefined) return
    const exited = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()))
    this.#post({ kind: 'close' })
    await this.keepAlive(exited)
  }

  /** Without a message it waits for the thread to be ready. */
  #request(message?: ThreadRequest): Promise<readonly ChangeResult[]> {
    assert(this.#pending === undefined, 'a store takes one commit at a time')
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#pending = Promise.withResolvers()
    if (message !== undefined) this.#post(message)
    return this.#pending.promise
  }

  #post(message: ThreadRequest): void {
    this.#thread.postMessage(message)
  }

  #take(reply: ThreadReply): void {
    const pending = this.#pending
    this.#pending = undefined
    if (reply.kind === 'failed') pending?.reject(this.#errorOf(reply.error))
    else pending?.resolve(reply.kind === 'applied' ? reply.results : [])
  }

  #errorOf({ message, errcode }: ThreadFailure): MeshError {
    return storageError(Object.assign(new Error(message), { errcode }), this.#path)
  }

  #end(error: MeshError): void {
    this.#ended ??= error
    this.#pending?.reject(this.#ended)
    this.#pending = undefined
  }
}
