/** An RPC endpoint that a test can break: it answers by itself, or hands on to a real one and spoils what it likes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly method: string
  readonly params: readonly unknown[]
}

/** `result` and `error` are JSON-RPC's; the others are no JSON-RPC at all. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }
  | { readonly text: string; readonly status?: number }
  | 'silence'
  | 'hang up'

export class RpcServer implements AsyncDisposable {
  readonly asked: Asked[] = []
  /** What it does now. */
  answer: (asked: Asked) => Answer | Promise<Answer>
  /** Of the last request. */
  authorization: string | undefined
  readonly #server: Server
  #port = 0

  private constructor(answer: RpcServer['answer']) {
    this.answer = answer
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(answer: RpcServer['answer'], port = 0): Promise<RpcServer> {
    const started = new RpcServer(answer)
    await started.listen(port)
    onTestFinished(() => started[Symbol.asyncDispose]())
    return started
  }

  get port(): number {
    return this.#port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  times(method: string): number {
    return this.asked.filter((each) => each.method === method).length
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** As a process that ends: nothing listens any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { id, method, params } = JSON.parse(Buffer.concat(parts).toString()) as Asked & { readonly id: number }
    this.asked.push({ method, params })
    this.authorization = request.headers.authorization
    const answer = await this.answer({ method, params })
    if (answer === 'silence') return
    if (answer === 'hang up') {
      request.socket.destroy()
      return
    }
    const isText = 'text' in answer
    response.writeHead(isText ? (answer.status ?? 200) : 200, { 'content-type': 'application/json' })
    response.end(isText ? answer.text : JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  }
}

/** An answer of the endpoint at `url`. */
export async function handOn(url: string, { method, params }: Asked): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { jsonrpc: _, id: __, ...answer } = (await response.json()) as Record<string, unknown>
    return answer as Answer
  } catch {
    return 'hang up'
  }
}

export interface PlainChain {
  chainId: number
  number: number
  /** Unix seconds. */
  time: number
}

/** The least that a chain says: its id, its head, and balances that are its head's number. */
export const plainAnswers =
  (chain: PlainChain) =>
  ({ method }: Asked): Answer => {
    if (method === 'eth_chainId') return { result: `0x${chain.chainId.toString(16)}` }
    if (method === 'eth_getBalance') return { result: `0x${chain.number.toString(16)}` }
    if (method !== 'eth_getBlockByNumber') return { error: { code: -32_601, message: 'method not found' } }
    return {
      result: {
        number: `0x${chain.number.toString(16)}`,
        timestamp: `0x${chain.time.toString(16)}`,
        hash: `0x${chain.number.toString(16).padStart(64, '0')}`,
      },
    }
  }
