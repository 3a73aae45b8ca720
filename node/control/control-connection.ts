/** One program that is connected to the node: its calls, and what it is answered. */
import type { Socket } from 'node:net'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { CALLS_MAX, LINE_BYTES_MAX, OUTBOX_BYTES_MAX } from './control-limits.ts'
import { answerLine, type CallId, type ControlAnswer, noRequest, parseRequest } from './control-messages.ts'
import type { ControlMethod, ControlMethods } from './control-method.ts'
import { heldTooMuch, type LineBudget, readLines } from './line-reader.ts'
import { partWith } from './part-with.ts'

export class ControlConnection {
  readonly #socket: Socket
  readonly #methods: ControlMethods
  readonly #budget: LineBudget
  readonly #calls = new Map<CallId, AbortController>()
  readonly #running = new Set<Promise<void>>()
  #drained: PromiseWithResolvers<void> | undefined
  #stopping = false

  constructor(socket: Socket, methods: ControlMethods, budget: LineBudget) {
    this.#socket = socket
    this.#methods = methods
    this.#budget = budget
    // An error says no more than the end of the stream does.
    socket.on('error', () => {})
    socket.on('drain', () => this.#goOn())
    socket.on('close', () => {
      this.#cancelAll()
      this.#goOn()
    })
  }

  /** Serves until the other side goes away or breaks a rule. Never throws; all calls have ended when it returns. */
  async serve(): Promise<void> {
    try {
      // Not destroyed by the loop: a last word about a broken rule still has to leave.
      const chunks = this.#socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
      for await (const { text, bytes } of readLines(chunks, this.#budget)) this.#take(text, bytes)
    } catch (thrown) {
      this.#answer({
        kind: 'error',
        id: null,
        error: isNotUtf8(thrown) ? noRequest('it is not UTF-8') : asMeshError(thrown),
      })
    }
    await this.stop()
  }

  /** What runs ends as CANCELLED, and is answered where somebody still listens; then the connection ends. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#cancelAll()
    await Promise.all(this.#running)
    partWith(this.#socket)
  }

  #cancelAll(): void {
    for (const controller of this.#calls.values()) controller.abort(new MeshError('CANCELLED'))
  }

  /** @throws MeshError USAGE */
  #take(line: string, bytes: number): void {
    const request = parseRequest(line)
    if (request.kind === 'cancel') {
      // The call may have been answered in the meantime.
      this.#calls.get(request.id)?.abort(new MeshError('CANCELLED'))
      return
    }
    const { id, method, params } = request
    if (this.#calls.has(id)) throw noRequest('its id belongs to a call that runs')
    const refusal = this.#refusal(method, bytes)
    if (refusal !== undefined) {
      this.#answer({ kind: 'error', id, error: refusal })
      return
    }
    const call = this.#run(id, this.#methods[method]!, params).finally(() => {
      this.#budget.giveBack(bytes)
      this.#running.delete(call)
    })
    this.#running.add(call)
  }

  /** Why a call cannot begin; otherwise its parameters are counted for as long as it runs. */
  #refusal(method: string, bytes: number): MeshError | undefined {
    if (this.#stopping) return new MeshError('CANCELLED')
    if (this.#calls.size >= CALLS_MAX) return limit('calls on one connection', CALLS_MAX)
    if (!Object.hasOwn(this.#methods, method)) return new MeshError('CONTROL_UNKNOWN', { method })
    return this.#budget.borrow(bytes) ? undefined : heldTooMuch()
  }

  async #run(id: CallId, method: ControlMethod, params: unknown): Promise<void> {
    const controller = new AbortController()
    this.#calls.set(id, controller)
    const emit = async (event: unknown): Promise<void> => {
      if (this.#calls.get(id) !== controller) throw new MeshError('BUG', { what: 'a method emits after it has ended' })
      await this.#send({ kind: 'event', id, event })
    }
    let answer: ControlAnswer
    try {
      answer = { kind: 'result', id, result: await method(params, { signal: controller.signal, emit }) }
    } catch (thrown) {
      answer = { kind: 'error', id, error: asMeshError(thrown) }
    }
    this.#calls.delete(id)
    this.#answer(answer)
  }

  /** An answer that is too long becomes one that says so. */
  #answer(answer: ControlAnswer): void {
    this.#send(answer).catch((error: unknown) => {
      if (answer.kind === 'error') return
      this.#send({ kind: 'error', id: answer.id, error: asMeshError(error) }).catch(() => {})
    })
  }

  /** @throws MeshError CANCELLED where nobody listens any more; LIMIT for a line that is too long, or read too slowly */
  async #send(answer: ControlAnswer): Promise<void> {
    const line = Buffer.from(answerLine(answer))
    if (line.length > LINE_BYTES_MAX) throw limit('bytes of one answer of the node', LINE_BYTES_MAX)
    const socket = this.#socket
    if (!socket.writable) throw new MeshError('CANCELLED')
    // A single line always has room: this bounds those that nobody waited for.
    if (socket.writableLength > 0 && socket.writableLength + line.length > OUTBOX_BYTES_MAX) {
      socket.destroy()
      throw limit('bytes that wait for a reader of the control channel', OUTBOX_BYTES_MAX)
    }
    if (socket.write(line)) return
    this.#drained ??= Promise.withResolvers<void>()
    await this.#drained.promise
    if (socket.destroyed) throw new MeshError('CANCELLED')
  }

  #goOn(): void {
    this.#drained?.resolve()
    this.#drained = undefined
  }
}

const limit = (what: string, max: number): MeshError => new MeshError('LIMIT', { what, max })

const isNotUtf8 = (thrown: unknown): boolean =>
  (thrown as { readonly code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
