/**
 * Hashes large content in threads: Keccak is the dearest thing that a node does with bytes (some 240 MB/s), and on the thread
 * of the event loop a second of it is a second in which nobody is answered. Threads start with the first large content and
 * end when none has come for a while.
 */
import { availableParallelism } from 'node:os'
import { abortError } from '../../protocols/kernel/errors.ts'
import { BULK_BYTES } from '../../protocols/kernel/limits.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { Stretch } from '../../protocols/statements/content-root.ts'
import type { LeafHasher } from '../../protocols/statements/growing-content.ts'
import { HashWorker } from './hash-worker.ts'

/** As fast as the fastest home line; each costs some 10 MiB. */
const THREADS_MAX = 4
/** A millisecond of hashing at most: handing it over would gain nothing. */
const HERE_BYTES_MAX = BULK_BYTES
/** Starting a thread takes 50 ms: longer than between the jobs of one session, shorter than a coffee. */
const IDLE_MS = 10_000
/** A thread that ended, or could not be started, lacked memory or leave: neither comes back within seconds. */
const REST_MS = 60_000

interface Waiting {
  readonly stretch: Stretch
  readonly bytes: Uint8Array
  readonly signal: AbortSignal
  readonly resolve: (digests: Uint8Array | Promise<Uint8Array>) => void
  readonly reject: (error: unknown) => void
}

export interface HashThreadsNeeds {
  readonly clock: Clock
  /** Small stretches, and all of them while no thread can run. */
  readonly here: LeafHasher
  /** Why all is hashed on the node's own thread for a while; told once until a thread has worked again. */
  readonly onFailure: (error: unknown) => void
  readonly threadsMax?: number
  /** Instead of a thread of this process; throws where none may be started. */
  readonly startWorker?: () => HashWorker
}

export class HashThreads implements LeafHasher, AsyncDisposable {
  readonly #needs: HashThreadsNeeds
  readonly #threadsMax: number
  #workers: HashWorker[] = []
  /** Bounded by the contents that are hashed at a time, each with some stretches. */
  #queue: Waiting[] = []
  #idle: Timer | undefined
  #closed = false
  /** Monotonic. */
  #restsUntilMs = Number.NEGATIVE_INFINITY
  #isTold = false

  constructor(needs: HashThreadsNeeds) {
    this.#needs = needs
    this.#threadsMax = needs.threadsMax ?? Math.min(THREADS_MAX, availableParallelism())
  }

  /** Threads that are up. */
  get threads(): number {
    return this.#workers.length
  }

  get #rests(): boolean {
    return this.#closed || this.#needs.clock.monotonicMs() < this.#restsUntilMs
  }

  digests(stretch: Stretch, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    if (signal.aborted) return Promise.reject(abortError(signal))
    if (bytes.length <= HERE_BYTES_MAX || this.#rests) return this.#needs.here.digests(stretch, bytes, signal)
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    this.#queue.push({ stretch, bytes, signal, resolve, reject })
    this.#handOut()
    return promise
  }

  /** What waits is hashed here; what a thread has is finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#handOut()
    await this.#endThreads()
  }

  #handOut(): void {
    this.#idle?.cancel()
    while (this.#queue.length > 0) {
      if (this.#rests) {
        const { stretch, bytes, signal, resolve } = this.#queue.shift()!
        resolve(this.#needs.here.digests(stretch, bytes, signal))
        continue
      }
      const worker = this.#freeWorker()
      if (this.#rests) continue
      if (worker === undefined) return
      const { stretch, bytes, signal, resolve, reject } = this.#queue.shift()!
      if (signal.aborted) reject(abortError(signal))
      else resolve(this.#hash(worker, { stretch, bytes, signal }))
    }
    if (this.#workers.length > 0 && this.#workers.every((worker) => worker.isIdle)) {
      this.#idle = this.#needs.clock.after(IDLE_MS, () => void this.#endThreads())
    }
  }

  /** The least busy one; a new one rather than the second stretch of an old one. */
  #freeWorker(): HashWorker | undefined {
    const idle = this.#workers.find((worker) => worker.isIdle)
    if (idle !== undefined) return idle
    if (this.#workers.length < this.#threadsMax) {
      const worker = this.#startWorker()
      if (worker !== undefined) this.#workers.push(worker)
      return worker
    }
    return this.#workers.find((worker) => worker.hasRoom)
  }

  /** `undefined` where the process may not start one: then nothing is handed out for a while. */
  #startWorker(): HashWorker | undefined {
    try {
      return this.#needs.startWorker?.() ?? new HashWorker()
    } catch (error) {
      this.#rest(error)
      return undefined
    }
  }

  #rest(why: unknown): void {
    this.#restsUntilMs = this.#needs.clock.monotonicMs() + REST_MS
    if (!this.#isTold) this.#needs.onFailure(why)
    this.#isTold = true
  }

  async #hash(
    worker: HashWorker,
    { stretch, bytes, signal }: Omit<Waiting, 'resolve' | 'reject'>,
  ): Promise<Uint8Array> {
    try {
      const digests = await worker.digests(stretch, bytes)
      this.#isTold = false
      return digests
    } catch (error) {
      // What a thread refuses is refused here too; the node hashes as well as it did without one that is gone.
      if (worker.hasEnded) {
        this.#workers = this.#workers.filter((other) => other !== worker)
        if (!this.#closed) this.#rest(error)
      }
      return await this.#needs.here.digests(stretch, bytes, signal)
    } finally {
      this.#handOut()
    }
  }

  async #endThreads(): Promise<void> {
    const workers = this.#workers
    this.#workers = []
    await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()))
  }
}
