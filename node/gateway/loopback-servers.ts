/** An HTTP server on both loopback addresses, with limits on what programs of this machine can make it hold. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { Connections } from './connections.ts'
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  HEADERS_MS_MAX,
  IDLE_MS_MAX,
  READER_MS_MAX,
  REQUEST_MS_MAX,
  STOP_MS,
  TIMES_CHECKED_MS,
} from './gateway-limits.ts'
import { refuseUnread } from './refuse-unread.ts'

export interface LoopbackTuning {
  /** 0 takes a free one. */
  readonly port: number
  /** The flag that chooses another one. */
  readonly flag: string
  readonly connectionsMax?: number
  readonly headersMsMax?: number
}

export interface RequestTaker {
  /** Resolves when all of the answer is handed over; never rejects. */
  take(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export class LoopbackServers implements AsyncDisposable {
  readonly #clock: Clock
  readonly #tuning: LoopbackTuning
  readonly #stop = new AbortController()
  readonly #requests: RequestTaker
  readonly #servers: Server[] = []
  readonly #connections: Connections
  readonly #answering = new Set<Promise<void>>()
  #port = 0
  #stopping: Promise<void> | undefined

  private constructor(clock: Clock, tuning: LoopbackTuning, takerOf: (stop: AbortSignal) => RequestTaker) {
    this.#clock = clock
    this.#tuning = tuning
    this.#requests = takerOf(this.#stop.signal)
    this.#connections = new Connections(tuning.connectionsMax ?? CONNECTIONS_MAX)
  }

  /**
   * Answers until it is disposed; what runs then is cancelled.
   * @param takerOf makes what answers; its signal ends with the servers
   * @throws MeshError PORT_IN_USE, CANCELLED
   */
  static async start(
    clock: Clock,
    tuning: LoopbackTuning,
    takerOf: (stop: AbortSignal) => RequestTaker,
    signal?: AbortSignal,
  ): Promise<LoopbackServers> {
    throwIfAborted(signal)
    const servers = new LoopbackServers(clock, tuning, takerOf)
    try {
      await servers.#listen(tuning.port)
      throwIfAborted(signal)
      return servers
    } catch (error) {
      await servers[Symbol.asyncDispose]()
      throw error
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get connections(): number {
    return this.#connections.size
  }

  async #listen(port: number): Promise<void> {
    this.#port = await this.#listenOn('127.0.0.1', port)
    try {
      await this.#listenOn('::1', this.#port)
    } catch (error) {
      // Not every machine has it; and a free port of one address need not be free on the other.
      if (port !== 0 && error instanceof MeshError) throw error
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#close()
    return this.#stopping
  }

  async #listenOn(address: string, port: number): Promise<number> {
    const server = this.#server()
    try {
      server.listen(port, address)
      await once(server, 'listening')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
      throw new MeshError(
        'PORT_IN_USE',
        { port, address, otherwise: `choose another port with ${this.#tuning.flag}` },
        error,
      )
    }
    this.#servers.push(server)
    return (server.address() as AddressInfo).port
  }

  #server(): Server {
    const { headersMsMax = HEADERS_MS_MAX } = this.#tuning
    const take = (request: IncomingMessage, response: ServerResponse): void => this.#take(request, response)
    const server = createServer({
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: headersMsMax,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: IDLE_MS_MAX,
      connectionsCheckingInterval: TIMES_CHECKED_MS,
    })
    server.on('request', take)
    // The body of a request that is refused is not even sent then.
    server.on('checkContinue', take)
    server.on('clientError', (error, socket) => refuseUnread(error, socket as Socket))
    server.on('connection', (socket: Socket) => this.#connections.take(socket))
    return server
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const busy = this.#connections.busy(request.socket)
    response.once('close', () => busy[Symbol.dispose]())
    // A side that breaks is heard of by its close.
    for (const side of [request, response]) side.on('error', () => {})
    const answering = this.#requests.take(request, response).then(() => {
      this.#answering.delete(answering)
      this.#cutUnread(request, response)
    })
    this.#answering.add(answering)
  }

  /** Until it is taken an answer holds its memory, and its connection a place. */
  #cutUnread(request: IncomingMessage, response: ServerResponse): void {
    if (response.closed) return
    const later = (): Timer =>
      this.#clock.after(READER_MS_MAX, () => {
        // Behind the answer to an earlier request of the connection it waits without its reader's fault.
        if (response.socket === null) timer = later()
        else request.socket.destroy()
      })
    let timer = later()
    response.once('close', () => timer.cancel())
  }

  async #close(): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    const closed = Promise.all(
      this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    )
    const late = Promise.withResolvers<void>()
    const timer = this.#clock.after(STOP_MS, late.resolve)
    await Promise.race([Promise.all(this.#answering), late.promise])
    // Idle connections would keep the server open.
    for (const server of this.#servers) server.closeIdleConnections()
    for (const socket of this.#connections) socket.destroySoon()
    // A reader that does not take its last answer has had its time.
    await Promise.race([closed, late.promise])
    timer.cancel()
    for (const socket of this.#connections) socket.destroy()
    await closed
  }
}
