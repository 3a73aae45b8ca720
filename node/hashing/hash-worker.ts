/** The handle of one hashing thread: stretches are copied into slots that it reads, so nothing is left to collect. */
import { Worker } from 'node:worker_threads'
import type { Stretch } from '../../protocols/statements/content-root.ts'
import { STRETCH_BYTES } from '../../protocols/statements/growing-content.ts'
import { moduleBeside } from '../module-beside.ts'
import type { HashReply, HashRequest } from './hash-thread.ts'

/** One that is hashed and one that is at hand when it is done. */
const SLOTS = 2
/** It holds a WASM module and 512 bytes of digests: a leak ends the thread, not the machine. */
const HEAP_MIB_MAX = 64

export class HashWorker implements AsyncDisposable {
  readonly #memory = new SharedArrayBuffer(SLOTS * STRETCH_BYTES)
  readonly #thread: Worker
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot)
  readonly #pending = new Map<number, PromiseWithResolvers<Uint8Array>>()
  #ended: Error | undefined

  constructor() {
    this.#thread = new Worker(moduleBeside(import.meta.url, './hash-thread'), {
      workerData: this.#memory,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    })
    this.#thread.on('message', (reply: HashReply) => this.#take(reply))
    this.#thread.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))))
    this.#thread.on('exit', () => this.#end(new Error('the thread has ended')))
    this.#thread.unref()
  }

  get isIdle(): boolean {
    return this.#pending.size === 0
  }

  /** It takes no more. */
  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  get hasRoom(): boolean {
    return this.#free.length > 0
  }

  /** Where {@link hasRoom}. `bytes` are copied now. Rejects where the thread has ended. */
  digests(stretch: Stretch, bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const slot = this.#free.pop()!
    new Uint8Array(this.#memory, slot * STRETCH_BYTES).set(bytes)
    const pending = Promise.withResolvers<Uint8Array>()
    // A thread that somebody waits for keeps the process alive; an idle one does not.
    if (this.#pending.size === 0) this.#thread.ref()
    this.#pending.set(slot, pending)
    this.#thread.postMessage({ slot, bytes: bytes.length, stretch } satisfies HashRequest)
    return pending.promise
  }

  /** When what it has is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#pending.values()].map(({ promise }) => promise))
    await this.#thread.terminate()
  }

  #take(reply: HashReply): void {
    const pending = this.#pending.get(reply.slot)
    this.#pending.delete(reply.slot)
    this.#free.push(reply.slot)
    if (this.#pending.size === 0) this.#thread.unref()
    if ('digests' in reply) pending?.resolve(reply.digests)
    else pending?.reject(new Error(reply.failure))
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
