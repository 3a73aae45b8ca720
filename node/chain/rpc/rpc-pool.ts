/**
 * Several endpoints of one chain as one: the first in the order of the network file that is believed answers, and where it
 * fails the next one does. README.md says when an endpoint is believed.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type HeadBounds, headFault, isOfEndpoint, nobodyAnswers } from './endpoint-rules.ts'
import { parseEndpointUrl } from './endpoint-url.ts'
import type { RpcAnswer, RpcRefusal } from './post-json-rpc.ts'
import { type EndpointHealth, RpcEndpoint } from './rpc-endpoint.ts'

/** As many as a network file may name: each is asked for its head several times a minute. */
export const ENDPOINTS_MAX = 8
/** One desk of transactions and a node's reads need a few; more at once is a loop gone wild. */
const CALLS_MAX = 64
/** An endpoint that lives answers within a second; `eth_call` of much takes two. */
const ANSWER_MS_MAX = 4_000
/** Receipts and code are some ten thousand bytes, a page of logs a million. */
const ANSWER_BYTES_MAX = 2_097_152
/** How old may be what is known of the heads. Below the 30 s at which both sides of a job disagree. */
const LOOK_EVERY_MS = 10_000
/** Once one is good, the first call waits this long for the others: one of them may show that it is behind. */
const OTHERS_MS_MAX = 300
/** Two epochs: what Ethereum calls final never goes back. */
const BACK_BLOCKS_MAX = 64

export interface RpcPoolOptions {
  /** http or https addresses, the preferred one first; 1 to {@link ENDPOINTS_MAX}. */
  readonly endpoints: readonly string[]
  readonly chainId: bigint
  readonly clock: Clock
  /** Seconds between blocks. Heads that are older than some of them are not believed. */
  readonly periodSeconds: number
  /** False where blocks come only with transactions: a head is then never too old by the clock. */
  readonly isSteady?: boolean
  /** An endpoint is put aside, or believed again. */
  readonly onChange?: (health: EndpointHealth) => void
  readonly answerMsMax?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly bytesMax?: number
}

export type RpcOutcome<T> =
  | { readonly kind: 'result'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: RpcRefusal }

export class RpcPool implements Disposable {
  readonly chainId: bigint
  readonly #endpoints: readonly RpcEndpoint[]
  readonly #clock: Clock
  readonly #bounds: HeadBounds
  readonly #answerMsMax: number
  readonly #onChange: (health: EndpointHealth) => void
  readonly #stop = new AbortController()
  #looking: { readonly first: Promise<void>; readonly all: Promise<void> } | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #running = 0

  /** @throws RangeError where the endpoints are none, too many or no addresses */
  constructor(options: RpcPoolOptions) {
    const { endpoints, clock, chainId, periodSeconds, isSteady = true } = options
    if (endpoints.length < 1 || endpoints.length > ENDPOINTS_MAX)
      throw new RangeError(`a chain has 1 to ${ENDPOINTS_MAX} endpoints`)
    this.chainId = chainId
    this.#clock = clock
    this.#endpoints = endpoints.map((text) => {
      const url = parseEndpointUrl(text)
      // Not shown: it may hold a token.
      if (url === undefined) throw new RangeError('an endpoint is an http or https address')
      return new RpcEndpoint(url, clock)
    })
    this.#bounds = {
      // Blocks spread within seconds; one that is missed is no reason yet.
      behindSecondsMax: Math.max(30, 5 * periodSeconds),
      ageSecondsMax: isSteady ? Math.max(60, 10 * periodSeconds) : undefined,
      backBlocksMax: BACK_BLOCKS_MAX,
    }
    this.#answerMsMax = options.answerMsMax ?? ANSWER_MS_MAX
    this.#onChange = options.onChange ?? (() => {})
  }

  /** For `status` and `doctor`, in the order of the network file. */
  get health(): readonly EndpointHealth[] {
    return this.#endpoints.map(({ health }) => health)
  }

  /** Asks all endpoints that may be asked how they stand. @throws the signal's reason, and nothing else */
  async look(signal?: AbortSignal): Promise<readonly EndpointHealth[]> {
    await abortable(this.#look(true).all, signal)
    return this.health
  }

  /**
   * @param read throws for what is no answer to `method`; the endpoint is then put aside
   * @throws MeshError CHAIN_REFUSED where the chain says no; CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE; LIMIT; the signal's reason
   */
  async call<T>(
    method: string,
    params: readonly unknown[],
    read: (value: unknown) => T,
    options: CallOptions = {},
  ): Promise<T> {
    const outcome = await this.ask(method, params, read, options)
    if (outcome.kind === 'result') return outcome.value
    throw new MeshError('CHAIN_REFUSED', { what: method, why: outcome.refusal.message })
  }

  /** As {@link call}, with what the chain refuses as a value. */
  async ask<T>(
    method: string,
    params: readonly unknown[],
    read: (value: unknown) => T,
    { signal, bytesMax = ANSWER_BYTES_MAX }: CallOptions = {},
  ): Promise<RpcOutcome<T>> {
    throwIfAborted(signal)
    if (this.#running >= CALLS_MAX) throw new MeshError('LIMIT', { what: 'requests to the chain', max: CALLS_MAX })
    this.#running++
    try {
      const either = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
      await this.#ready(either)
      const first = await this.#askEach(method, params, read, bytesMax, either)
      if (first !== undefined) return first
      // All that were believed have just failed: whoever was aside may be back.
      await abortable(this.#look(true).first, either)
      const second = await this.#askEach(method, params, read, bytesMax, either)
      if (second !== undefined) return second
      throw this.#nobody()
    } finally {
      this.#running--
    }
  }

  /**
   * Asks all endpoints that are believed, for what one alone is not believed. Who fails, refuses or makes no sense is left out.
   * @throws MeshError CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE where none is believed; the signal's reason
   */
  async survey<T>(
    method: string,
    params: readonly unknown[],
    read: (value: unknown) => T,
    signal?: AbortSignal,
  ): Promise<readonly T[]> {
    throwIfAborted(signal)
    if (this.#running >= CALLS_MAX) throw new MeshError('LIMIT', { what: 'requests to the chain', max: CALLS_MAX })
    this.#running++
    try {
      const either = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
      // The first look waits for others only a moment; here each of them counts.
      if (this.#endpoints.some(({ state }) => state === 'new')) await abortable(this.#look(true).all, either)
      await this.#ready(either)
      const good = this.#endpoints.filter(({ state }) => state === 'good')
      const answers = await Promise.all(
        good.map(async (endpoint) => {
          const limits = { ms: this.#answerMsMax, bytesMax: ANSWER_BYTES_MAX }
          return this.#readOne(endpoint, method, await endpoint.post(method, params, limits, either), read)
        }),
      )
      throwIfAborted(either)
      return answers.flatMap((answer) => (answer === undefined ? [] : [answer.value]))
    } finally {
      this.#running--
    }
  }

  /** Ends all calls. */
  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
  }

  async #askEach<T>(
    method: string,
    params: readonly unknown[],
    read: (value: unknown) => T,
    bytesMax: number,
    signal: AbortSignal,
  ): Promise<RpcOutcome<T> | undefined> {
    let refused: RpcOutcome<T> | undefined
    for (const endpoint of this.#endpoints) {
      if (endpoint.state !== 'good') continue
      const answer = await endpoint.post(method, params, { ms: this.#answerMsMax, bytesMax }, signal)
      throwIfAborted(signal)
      if (answer.kind === 'refused') {
        if (!isOfEndpoint(answer.refusal)) return answer
        refused ??= answer
      } else if (answer.kind === 'fault') {
        this.#setAside(endpoint, endpoint.unreachable(answer.why))
      } else {
        try {
          return { kind: 'result', value: read(answer.value) }
        } catch (error) {
          if (isMeshError(error)) throw error
          this.#setAside(endpoint, endpoint.unreachable(`its answer to ${method} makes no sense`))
        }
      }
    }
    return refused
  }

  /** `undefined` where it refuses; an endpoint that fails is put aside. */
  #readOne<T>(
    endpoint: RpcEndpoint,
    method: string,
    answer: RpcAnswer,
    read: (value: unknown) => T,
  ): { readonly value: T } | undefined {
    if (answer.kind === 'refused') return undefined
    if (answer.kind === 'fault') {
      this.#setAside(endpoint, endpoint.unreachable(answer.why))
      return undefined
    }
    try {
      return { value: read(answer.value) }
    } catch (error) {
      if (isMeshError(error)) throw error
      this.#setAside(endpoint, endpoint.unreachable(`its answer to ${method} makes no sense`))
      return undefined
    }
  }

  /** Some endpoint is believed, or there is none. @throws MeshError; the signal's reason */
  async #ready(signal: AbortSignal): Promise<void> {
    const isDue = this.#clock.monotonicMs() - this.#lookedAtMs >= LOOK_EVERY_MS
    if (this.#hasGood()) {
      if (isDue) this.#look(false)
      return
    }
    await abortable(this.#look(true).first, signal)
    if (!this.#hasGood()) throw this.#nobody()
  }

  #hasGood(): boolean {
    return this.#endpoints.some(({ state }) => state === 'good')
  }

  #nobody(): MeshError {
    return nobodyAnswers(
      this.#endpoints.map((each) => ({
        origin: each.origin,
        error: each.error ?? each.unreachable('it was not asked'),
      })),
    )
  }

  /** One look at a time. @param all also those whose pause is not over, where nobody else is left */
  #look(all: boolean): { readonly first: Promise<void>; readonly all: Promise<void> } {
    if (this.#looking !== undefined) return this.#looking
    this.#lookedAtMs = this.#clock.monotonicMs()
    const everybody = all && !this.#hasGood()
    const asked = this.#endpoints.filter((endpoint) => everybody || endpoint.mayBeAsked)
    const someGood = Promise.withResolvers<void>()
    const each = asked.map(async (endpoint) => {
      if (await this.#lookAt(endpoint)) someGood.resolve()
    })
    const done = Promise.all(each).then(() => {
      this.#judgeTogether()
      this.#looking = undefined
    })
    this.#looking = { first: Promise.race([done, this.#soonAfter(someGood.promise, done)]), all: done }
    return this.#looking
  }

  async #soonAfter(start: Promise<void>, done: Promise<void>): Promise<void> {
    await start
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer: Timer = this.#clock.after(OTHERS_MS_MAX, resolve)
    void done.finally(() => timer.cancel())
    await promise
    this.#judgeTogether()
  }

  /** @returns whether it is believed; never throws */
  async #lookAt(endpoint: RpcEndpoint): Promise<boolean> {
    try {
      const head = await endpoint.look(this.chainId, this.#answerMsMax, this.#stop.signal)
      const why = headFault(head, this.#witnesses(endpoint, head.time), this.#bounds)
      if (why !== undefined) throw new MeshError('CHAIN_STALE', { url: endpoint.origin, why })
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#setAside(endpoint, asMeshError(error))
      return false
    }
    const before = endpoint.state
    endpoint.setGood()
    if (before !== 'good') this.#onChange(endpoint.health)
    return true
  }

  /** A head is old only beside a fresher one, which may have come later. */
  #judgeTogether(): void {
    const good = this.#endpoints.filter(({ state, head }) => state === 'good' && head !== undefined)
    const freshest = good.reduce((newest, { head }) => (head!.time > newest ? head!.time : newest), 0n)
    for (const endpoint of good) {
      const why = headFault(endpoint.head!, this.#witnesses(endpoint, freshest), this.#bounds)
      if (why !== undefined) this.#setAside(endpoint, new MeshError('CHAIN_STALE', { url: endpoint.origin, why }))
    }
  }

  #witnesses({ highest }: RpcEndpoint, freshest: bigint) {
    return { freshest, highest, nowMs: this.#clock.nowMs() }
  }

  #setAside(endpoint: RpcEndpoint, error: MeshError): void {
    const isNews = endpoint.state !== 'aside' || endpoint.error?.code !== error.code
    endpoint.setAside(error)
    if (isNews) this.#onChange(endpoint.health)
  }
}
