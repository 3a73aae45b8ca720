/** What waits to go up on a payment call: the opening, then vouchers and questions as they come. */
import type { PaymentRequest } from '../../../protocols/wire/payment/payment-protocol.ts'

export class RequestQueue implements AsyncIterable<PaymentRequest> {
  readonly #waiting: PaymentRequest[]
  #wake: (() => void) | undefined
  #ended = false

  constructor(first: PaymentRequest) {
    this.#waiting = [first]
  }

  push(request: PaymentRequest): void {
    // A voucher that still waits says less than this one, which continues its hash: both travel, in order. There are few:
    // a voucher is raised once per half window, and a window is paid for before the next one begins.
    this.#waiting.push(request)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PaymentRequest> {
    while (!this.#ended) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
