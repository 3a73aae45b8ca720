/** The answering side of the payment protocol: a miner's books, over a narrow port. */
import { MeshError } from '../../kernel/errors.ts'
import type { AttemptId, PeerId } from '../../kernel/ids.ts'
import { HEARTBEAT_MS } from '../../kernel/limits.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Handler } from '../../kernel/protocol.ts'
import type { PaymentRequest, PaymentResponse } from './payment-protocol.ts'

export type OpenRequest = Extract<PaymentRequest, { kind: 'open' }>
export type VoucherRequest = Extract<PaymentRequest, { kind: 'voucher' }>

/** One counter's books at the miner. */
export interface CounterBooks {
  state(): PaymentResponse
  /** Durable before it answers accepted. */
  voucher(request: VoucherRequest): Promise<PaymentResponse>
  /** Receipts of these attempts, or that there are none. */
  receipts(attempts: readonly AttemptId[]): Promise<readonly PaymentResponse[]>
  /** Lets go of what the client says never reached it, within limits. Durable before it answers. */
  square(): Promise<PaymentResponse>
  /** New receipts of this counter, from now until disposed. */
  follow(deliver: (receipts: PaymentResponse) => void): Disposable
}

export interface PaymentDesk {
  /** @throws MeshError NOT_AUTHORISED, MALFORMED, CHAIN_UNREACHABLE where the counter cannot be opened */
  open(request: OpenRequest, peer: PeerId): Promise<CounterBooks>
}

/** Messages that wait for a slow client; beyond, the call ends and the client asks again for what is missing. */
export const WAITING_MAX = 1_024

export function answerPayment(desk: PaymentDesk, clock: Clock): Handler<PaymentRequest, PaymentResponse> {
  return async function* (first, more, context) {
    if (first.kind !== 'open') throw new MeshError('MESSAGE_UNKNOWN', { what: first.kind })
    const books = await desk.open(first, context.peer)
    const waiting = new Waiting()
    const onAbort = (): void => waiting.close()
    context.signal.addEventListener('abort', onAbort, { once: true })
    try {
      using _ = books.follow((receipts) => waiting.push(receipts))
      waiting.push(books.state())
      for (const found of await books.receipts(first.missing)) waiting.push(found)
      void serveRequests(more, books, waiting)
      for (;;) {
        const next = waiting.take()
        if (next !== undefined) yield next
        else if (waiting.closed || context.signal.aborted) break
        else if (await waiting.quietFor(clock, HEARTBEAT_MS)) yield { kind: 'alive' }
      }
      if (waiting.error !== undefined) throw waiting.error
    } finally {
      context.signal.removeEventListener('abort', onAbort)
    }
  }
}

async function serveRequests(
  more: AsyncIterable<PaymentRequest>,
  books: CounterBooks,
  waiting: Waiting,
): Promise<void> {
  try {
    for await (const request of more) {
      switch (request.kind) {
        case 'voucher':
          waiting.push(await books.voucher(request))
          break
        case 'missing':
          for (const found of await books.receipts(request.attempts)) waiting.push(found)
          break
        case 'square':
          waiting.push(await books.square())
          break
        default:
          throw new MeshError('MESSAGE_UNKNOWN', { what: request.kind })
      }
    }
    waiting.close()
  } catch (error) {
    waiting.close(error)
  }
}

class Waiting {
  readonly #messages: PaymentResponse[] = []
  #wake: (() => void) | undefined
  closed = false
  error: unknown

  push(message: PaymentResponse): void {
    if (this.closed) return
    if (this.#messages.length >= WAITING_MAX)
      this.close(new MeshError('LIMIT', { what: 'messages to one client', max: WAITING_MAX }))
    else this.#messages.push(message)
    this.#wake?.()
  }

  take(): PaymentResponse | undefined {
    return this.#messages.shift()
  }

  close(error?: unknown): void {
    this.closed = true
    this.error ??= error
    this.#wake?.()
  }

  quietFor(clock: Clock, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = clock.after(ms, () => resolve(true))
      this.#wake = () => {
        timer.cancel()
        resolve(false)
      }
    })
  }
}
