/** The calls of one node over whatever streams it has: those that it makes, those that it answers, and one sweep over both. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { CallOptions, Handler, Protocol } from '../../../protocols/kernel/protocol.ts'
import { CallServer, type CallServerNeeds } from './call-server.ts'
import { SessionPool, type SessionPoolNeeds } from './session-pool.ts'
import { SessionSweeper } from './session-sweeper.ts'

export type CallsNeeds = Omit<SessionPoolNeeds & CallServerNeeds, 'sweeper'>

export class Calls implements Disposable {
  readonly #pool: SessionPool
  readonly #server: CallServer
  readonly #sweeper: SessionSweeper

  constructor(needs: CallsNeeds) {
    this.#sweeper = new SessionSweeper(needs.clock)
    const both = { ...needs, sweeper: this.#sweeper }
    this.#pool = new SessionPool(both)
    this.#server = new CallServer(both)
  }

  call<Request, Response>(
    peer: PeerId,
    protocol: Protocol<Request, Response>,
    requests: Request | AsyncIterable<Request>,
    options: CallOptions,
  ): AsyncIterable<Response> {
    return this.#pool.call(peer, protocol, requests, options)
  }

  serve<Request, Response>(protocol: Protocol<Request, Response>, handler: Handler<Request, Response>): Disposable {
    return this.#server.serve(protocol, handler)
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]()
    this.#server[Symbol.dispose]()
    this.#sweeper[Symbol.dispose]()
  }
}
