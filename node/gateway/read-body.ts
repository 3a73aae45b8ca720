/** The body of a request, whole, within what one and what all together may take. */
import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { abortable } from '../../protocols/kernel/abortable.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { ByteBudget } from '../network/calls/byte-budget.ts'
import { BodyPace } from './body-pace.ts'
import { encodingOf, unpacked } from './unpack-body.ts'

export interface Body extends Disposable {
  readonly bytes: Uint8Array
}

export interface BodyNeeds {
  readonly clock: Clock
  /** What all bodies together may take; returned when the body is disposed. */
  readonly budget: ByteBudget
  /** Of one. */
  readonly bytesMax: number
  /** There is room for what was declared: a sender that asked first may send it. */
  readonly onRoom: () => void
}

/** @throws MeshError INPUT_TOO_LARGE, LIMIT, CANCELLED, HTTP_REQUEST, HTTP_SLOW, HTTP_MEDIA_TYPE */
export async function readBody(
  request: IncomingMessage,
  { clock, budget, bytesMax, onRoom }: BodyNeeds,
  signal: AbortSignal,
): Promise<Body> {
  // Node has refused what is no number, and ends the body at it.
  const encoding = encodingOf(request.headers)
  const source = encoding === undefined ? request : unpacked(request, encoding)
  const declared = encoding === undefined ? request.headers['content-length'] : undefined
  using held = new Held(budget, bytesMax)
  const whole = declared === undefined ? undefined : held.room(Number(declared))
  onRoom()
  const chunks: Buffer[] = []
  let at = 0
  const place = (chunk: Buffer): void => {
    if (whole === undefined) {
      held.take(chunk.length)
      chunks.push(chunk)
    } else chunk.copy(whole, at)
    at += chunk.length
  }
  await arrival(source, place, clock, signal)
  return held.with(whole ?? Buffer.concat(chunks))
}

/** Resolves at the end of the body. What comes after a failure is thrown away by whoever answers it. */
async function arrival(
  source: Readable,
  place: (chunk: Buffer) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const whole = Promise.withResolvers<void>()
  using pace = new BodyPace(clock, whole.reject)
  const onData = (chunk: Buffer): void => {
    pace.took(chunk.length)
    try {
      place(chunk)
    } catch (error) {
      whole.reject(error)
    }
  }
  const onEnd = (): void => whole.resolve()
  const lost = (why: string) => (): void => whole.reject(new MeshError('HTTP_REQUEST', { why }))
  const onClose = lost('its body did not arrive whole')
  const onError = source instanceof IncomingMessage ? onClose : lost('its body is not packed as it says')
  source.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose)
  try {
    await abortable(whole.promise, signal)
  } catch (error) {
    // Of what is packed not a byte more is unpacked; a request itself carries its answer.
    if (!(source instanceof IncomingMessage)) source.destroy()
    throw error
  } finally {
    source.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
    source.on('error', () => {})
  }
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
