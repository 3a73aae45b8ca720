/** The local gateway: the node's client for programs on this machine, over HTTP on both loopback addresses. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { Connections } from './connections.ts'
import type { KeyBudget } from './day-budgets.ts'
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  HEADERS_MS_MAX,
  IDLE_MS_MAX,
  REQUEST_MS_MAX,
  STOP_MS,
  TIMES_CHECKED_MS,
} from './gateway-limits.ts'
import { type GatewayNeeds, GatewayRequests } from './gateway-requests.ts'
import { refuseUnread } from './refuse-unread.ts'

export interface GatewayTuning {
  /** 0 takes a free one. */
  readonly port: number
  readonly connectionsMax?: number
  readonly headersMsMax?: number
}

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:8011` */
  readonly url: string
  /** Connections that are open. */
  readonly connections: number
  /** What each key has spent today. */
  budgets(): readonly KeyBudget[]
}

/**
 * Answers until it is disposed; what runs then is cancelled.
 * @throws MeshError PORT_IN_USE, CANCELLED
 */
export async function startGateway(needs: GatewayNeeds, tuning: GatewayTuning, signal?: AbortSignal): Promise<Gateway> {
  throwIfAborted(signal)
  const gateway = new LoopbackServers(needs, tuning)
  try {
    await gateway.listen(tuning.port)
    throwIfAborted(signal)
    return gateway
  } catch (error) {
    await gateway[Symbol.asyncDispose]()
    throw error
  }
}

class LoopbackServers implements Gateway {
  readonly #needs: GatewayNeeds
  readonly #tuning: GatewayTuning
  readonly #stop = new AbortController()
  readonly #requests: GatewayRequests
  readonly #servers: Server[] = []
  readonly #connections: Connections
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(needs: GatewayNeeds, tuning: GatewayTuning) {
    this.#needs = needs
    this.#tuning = tuning
    this.#requests = new GatewayRequests(needs, this.#stop.signal)
    this.#connections = new Connections(tuning.connectionsMax ?? CONNECTIONS_MAX)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get connections(): number {
    return this.#connections.size
  }

  budgets(): readonly KeyBudget[] {
    return this.#requests.budgets()
  }

  async listen(port: number): Promise<void> {
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
      throw new MeshError('PORT_IN_USE', { port, address, otherwise: 'choose another port with --gateway' }, error)
    }
    this.#servers.push(server)
    return (server.address() as AddressInfo).port
  }

  #server(): Server {
    const { headersMsMax = HEADERS_MS_MAX } = this.#tuning
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      const busy = this.#connections.busy(request.socket)
      response.once('close', () => busy[Symbol.dispose]())
      this.#requests.take(request, response)
    }
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

  async #close(): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    const late = Promise.withResolvers<void>()
    const timer = this.#needs.clock.after(STOP_MS, late.resolve)
    await Promise.race([this.#requests.idle(), late.promise])
    timer.cancel()
    // A reader that is slow to take its last answer has had its time; idle connections would keep the server open.
    for (const server of this.#servers) server.closeIdleConnections()
    for (const socket of this.#connections) socket.destroySoon()
    await Promise.race([Promise.all(closed), late.promise])
    for (const socket of this.#connections) socket.destroy()
    await Promise.all(closed)
  }
}
