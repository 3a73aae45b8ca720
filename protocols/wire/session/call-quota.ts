/** What one peer may ask of one protocol: calls at once, and calls per second with a burst of twice that. */
import { MeshError } from '../../kernel/errors.ts'
import type { CallLimits } from '../../kernel/protocol.ts'

const BURST_SECONDS = 2

export class CallQuota {
  readonly #limits: CallLimits
  #inFlight = 0
  #tokens: number
  #filledAtMs: number

  constructor(limits: CallLimits, nowMs: number) {
    this.#limits = limits
    this.#tokens = limits.callsPerSecondMax * BURST_SECONDS
    this.#filledAtMs = nowMs
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** The refusal, or undefined where the call may start; then one {@link leave} follows. `nowMs` is monotonic. */
  enter(nowMs: number): MeshError | undefined {
    const { inFlightPerPeerMax, callsPerSecondMax } = this.#limits
    if (this.#inFlight >= inFlightPerPeerMax)
      return new MeshError('LIMIT', { what: 'calls at once', max: inFlightPerPeerMax })
    const gained = ((nowMs - this.#filledAtMs) / 1_000) * callsPerSecondMax
    this.#tokens = Math.min(callsPerSecondMax * BURST_SECONDS, this.#tokens + gained)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return new MeshError('LIMIT', { what: 'calls per second', max: callsPerSecondMax })
    this.#tokens--
    this.#inFlight++
    return undefined
  }

  leave(): void {
    this.#inFlight--
  }
}
