/** One endpoint and what is known of it: whether it is believed, since when not, and why. */
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { abortError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { pauseMs, type SeenHead } from './endpoint-rules.ts'
import type { EndpointUrl } from './endpoint-url.ts'
import { postJsonRpc, type RpcAnswer } from './post-json-rpc.ts'
import { fields, quantity } from './rpc-values.ts'

/** A head is some hundred bytes, with withdrawals a few thousand. */
const HEAD_BYTES_MAX = 262_144

export interface EndpointHealth {
  /** Scheme, name and port; the rest of an address may be secret. */
  readonly origin: string
  /** `new`: never asked. `aside`: left alone for a while, see `error`. */
  readonly state: 'new' | 'good' | 'aside'
  readonly error?: MeshError
  /** The newest head it has shown. */
  readonly head?: SeenHead
  /** How long its last answer took. */
  readonly tookMs?: number
}

export class RpcEndpoint {
  readonly #url: EndpointUrl
  readonly #clock: Clock
  #state: EndpointHealth['state'] = 'new'
  #error: MeshError | undefined
  #head: SeenHead | undefined
  #highest: bigint | undefined
  #tookMs: number | undefined
  #failures = 0
  #untilMs = 0
  #isOfChain = false
  #requests = 0

  constructor(url: EndpointUrl, clock: Clock) {
    this.#url = url
    this.#clock = clock
  }

  get origin(): string {
    return this.#url.origin
  }

  get state(): EndpointHealth['state'] {
    return this.#state
  }

  get head(): SeenHead | undefined {
    return this.#head
  }

  /** The highest head that it has ever shown. */
  get highest(): bigint | undefined {
    return this.#highest
  }

  get error(): MeshError | undefined {
    return this.#error
  }

  get health(): EndpointHealth {
    return {
      origin: this.origin,
      state: this.#state,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#head === undefined ? {} : { head: this.#head }),
      ...(this.#tookMs === undefined ? {} : { tookMs: this.#tookMs }),
    }
  }

  /** Whether its pause is over. */
  get mayBeAsked(): boolean {
    return this.#state !== 'aside' || this.#clock.monotonicMs() >= this.#untilMs
  }

  setAside(error: MeshError): void {
    this.#state = 'aside'
    this.#error = error
    this.#failures++
    this.#untilMs = this.#clock.monotonicMs() + pauseMs(this.#failures)
    // Behind one address another chain may come up; what served this one before is asked again.
    this.#isOfChain = false
  }

  setGood(): void {
    this.#state = 'good'
    this.#error = undefined
    this.#failures = 0
    if (this.#head !== undefined && (this.#highest === undefined || this.#head.number > this.#highest)) {
      this.#highest = this.#head.number
    }
  }

  /** @throws the signal's reason; what takes longer than `ms` is a fault of the endpoint */
  async post(
    method: string,
    params: readonly unknown[],
    limits: { readonly ms: number; readonly bytesMax: number },
    signal: AbortSignal,
  ): Promise<RpcAnswer> {
    using deadline = new Deadline(this.#clock, limits.ms, `the answer of ${this.origin}`, signal)
    const startedMs = this.#clock.monotonicMs()
    try {
      const request = { id: ++this.#requests, method, params }
      const answer = await postJsonRpc(this.#url, request, { bytesMax: limits.bytesMax, signal: deadline.signal })
      this.#tookMs = this.#clock.monotonicMs() - startedMs
      return answer
    } catch (error) {
      if (signal.aborted) throw abortError(signal)
      if (deadline.signal.aborted) return { kind: 'fault', why: `it did not answer within ${limits.ms} ms` }
      throw error
    }
  }

  /**
   * Asks for its chain and its newest block.
   * @throws MeshError CHAIN_WRONG, CHAIN_UNREACHABLE; the signal's reason
   */
  async look(chainId: bigint, ms: number, signal: AbortSignal): Promise<SeenHead> {
    if (!this.#isOfChain) {
      const found = await this.#ask('eth_chainId', [], quantity, ms, signal)
      if (found !== chainId) throw new MeshError('CHAIN_WRONG', { url: this.origin, found, expected: chainId })
      this.#isOfChain = true
    }
    const head = await this.#ask('eth_getBlockByNumber', ['latest', false], seenHead, ms, signal)
    this.#head = head
    return head
  }

  unreachable(why: string): MeshError {
    return new MeshError('CHAIN_UNREACHABLE', { url: this.origin, why })
  }

  async #ask<T>(
    method: string,
    params: readonly unknown[],
    read: (value: unknown) => T,
    ms: number,
    signal: AbortSignal,
  ): Promise<T> {
    throwIfAborted(signal)
    const answer = await this.post(method, params, { ms, bytesMax: HEAD_BYTES_MAX }, signal)
    if (answer.kind === 'fault') throw this.unreachable(answer.why)
    if (answer.kind === 'refused') throw this.unreachable(`it refuses ${method}: ${answer.refusal.message}`)
    try {
      return read(answer.value)
    } catch {
      throw this.unreachable(`its answer to ${method} makes no sense`)
    }
  }
}

function seenHead(value: unknown): SeenHead {
  const { number, timestamp } = fields(value)
  return { number: quantity(number), time: quantity(timestamp) }
}
