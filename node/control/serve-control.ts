/** The node's side of the control channel. */
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { ByteBudget } from '../network/calls/byte-budget.ts'
import { storageError } from '../storage/sqlite.ts'
import { ControlConnection } from './control-connection.ts'
import { CONNECTIONS_MAX, HELD_BYTES_MAX } from './control-limits.ts'
import { answerLine } from './control-messages.ts'
import type { ControlMethods } from './control-method.ts'
import { clearControlPath, controlPath } from './control-path.ts'
import { partWith } from './part-with.ts'

/** Methods that do not heed their signal do not keep the node from stopping. */
const STOP_MS = 2_000

/**
 * Answers the programs that control this node, until it is disposed or `signal` aborts. Whoever calls this holds the lock of
 * the data folder: a socket that lies there was left by a killed node, and is replaced.
 *
 * @throws MeshError DATA_FOLDER_READ_ONLY, DATA_FOLDER_DAMAGED, DISK_FULL, CANCELLED
 * @example
 * await using control = await serveControl(folder.path, {
 *   status: async () => ({ peers: network.peers().length }),
 *   count: async (params, { signal, emit }) => {
 *     for (let n = 0; n < 3 && !signal.aborted; n++) await emit({ n })
 *   },
 * })
 */
export async function serveControl(
  dataFolder: string,
  methods: ControlMethods,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<AsyncDisposable> {
  throwIfAborted(signal)
  const control = new ControlServer(methods)
  await control.listen(dataFolder)
  const stop = (): void => void control[Symbol.asyncDispose]()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return {
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', stop)
      await control[Symbol.asyncDispose]()
    },
  }
}

class ControlServer implements AsyncDisposable {
  readonly #methods: ControlMethods
  readonly #server: Server
  readonly #budget = new ByteBudget(HELD_BYTES_MAX)
  readonly #connections = new Map<ControlConnection, Socket>()
  #stopped: Promise<void> | undefined

  constructor(methods: ControlMethods) {
    this.#methods = methods
    this.#server = createServer((socket) => this.#accept(socket))
  }

  async listen(dataFolder: string): Promise<void> {
    try {
      const place = controlPath(dataFolder)
      clearControlPath(place)
      const listening = once(this.#server, 'listening')
      // A worker thread cannot change the mask of the process.
      const mask = isMainThread ? process.umask(0o177) : undefined
      try {
        // The socket is made before this returns: with the mask nobody else can open it even for a moment.
        this.#server.listen(place.path)
      } finally {
        if (mask !== undefined) process.umask(mask)
      }
      await listening
      if (mask === undefined && process.platform !== 'win32') chmodSync(place.path, 0o600)
    } catch (error) {
      throw storageError(error, join(dataFolder, 'control.sock'))
    }
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= CONNECTIONS_MAX || this.#stopped !== undefined) {
      socket.on('error', () => {})
      const error = new MeshError('LIMIT', { what: 'connections to this node', max: CONNECTIONS_MAX })
      partWith(socket, answerLine({ kind: 'error', id: null, error }))
      return
    }
    const connection = new ControlConnection(socket, this.#methods, this.#budget)
    this.#connections.set(connection, socket)
    // Counted until the socket is gone: a program that never closes its side takes a place.
    socket.once('close', () => this.#connections.delete(connection))
    void connection.serve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    // Also removes the socket's file.
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    const answered = Promise.all([...this.#connections.keys()].map((connection) => connection.stop()))
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, STOP_MS)
    await Promise.race([Promise.all([answered, closed]), late])
    clearTimeout(timer)
    for (const socket of this.#connections.values()) socket.destroy()
    await closed
  }
}
