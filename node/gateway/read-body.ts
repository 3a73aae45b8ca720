/** The body of a request, whole, within what one and what all together may take. */
import type { IncomingMessage } from 'node:http'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { ByteBudget } from '../network/byte-budget.ts'

export interface Body extends Disposable {
  readonly bytes: Uint8Array
}

/**
 * @param budget what all bodies together may take; returned when the body is disposed
 * @param bytesMax of one
 * @throws MeshError INPUT_TOO_LARGE, LIMIT, CANCELLED, HTTP_REQUEST
 */
export async function readBody(
  request: IncomingMessage,
  budget: ByteBudget,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Body> {
  // Node has refused what is no number, and ends the body at it.
  const declared = request.headers['content-length']
  using held = new Held(budget, bytesMax)
  const chunks: Buffer[] = []
  const whole = declared === undefined ? undefined : held.room(Number(declared))
  try {
    let at = 0
    // Not destroyed by the loop: its connection still carries the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      throwIfAborted(signal)
      if (whole === undefined) {
        held.take(chunk.length)
        chunks.push(chunk)
      } else at += chunk.copy(whole, at)
    }
  } catch (error) {
    throwIfAborted(signal)
    if (error instanceof MeshError) throw error
    throw new MeshError('HTTP_REQUEST', { why: 'its body did not arrive whole' }, error)
  }
  return held.with(whole ?? Buffer.concat(chunks))
}

/** Bytes borrowed so far: given back at the end, or handed on with the body. */
class Held implements Disposable {
  readonly #budget: ByteBudget
  readonly #max: number
  #bytes = 0

  constructor(budget: ByteBudget, max: number) {
    this.#budget = budget
    this.#max = max
  }

  take(bytes: number): void {
    const given = this.#bytes + bytes
    if (given > this.#max) throw new MeshError('INPUT_TOO_LARGE', { given, max: this.#max })
    if (!this.#budget.borrow(bytes)) {
      throw new MeshError('LIMIT', { what: 'bytes of all requests to the gateway', max: this.#budget.max })
    }
    this.#bytes = given
  }

  room(bytes: number): Buffer {
    this.take(bytes)
    return Buffer.allocUnsafeSlow(bytes)
  }

  with(bytes: Uint8Array): Body {
    const [budget, held] = [this.#budget, this.#bytes]
    this.#bytes = 0
    return { bytes, [Symbol.dispose]: () => budget.giveBack(held) }
  }

  [Symbol.dispose](): void {
    this.#budget.giveBack(this.#bytes)
    this.#bytes = 0
  }
}
