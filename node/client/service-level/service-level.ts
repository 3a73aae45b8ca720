/**
 * Jobs whose time is witnessed, at their client: what is agreed on by an offer's terms, and a watch over each attempt that holds its miner
 * to them. A job that asks for none of it costs nothing here.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, ModelId } from '../../../protocols/kernel/ids.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { ServiceAgreement } from '../../../protocols/rules/service-level/judge-service.ts'
import { latencyClassCode, policyHash } from '../../../protocols/statements/service-level.ts'
import { type Offer, offeredModel } from '../../../protocols/wire/offer/offer.ts'
import type { OwnerStakes } from './owner-stakes.ts'
import { ServiceWatch } from './service-watch.ts'
import type { PanelMember, PanelNeeds } from './witness-panel.ts'

export interface ServiceLevelNeeds extends PanelNeeds {
  readonly stakes: OwnerStakes
  /** Operators that this client knows now. */
  readonly operators: () => readonly PanelMember[]
}

/** What one attempt is held to. */
export interface AgreedService extends ServiceAgreement {
  /** The agreement names it. */
  readonly policy: Hash32
}

export interface WatchedAttempt {
  readonly attempt: AttemptId
  readonly agreed: AgreedService
  readonly offer: Offer
  readonly payer: Address
  /** Of the job. */
  readonly signal: AbortSignal
}

export class ServiceLevel implements Disposable {
  readonly #needs: ServiceLevelNeeds
  readonly #stop = new AbortController()

  constructor(needs: ServiceLevelNeeds) {
    this.#needs = needs
  }

  /** `undefined` for an offer that grants nothing, or not this model. */
  agree(offer: Offer, model: ModelId, latencyClass: LatencyClass): AgreedService | undefined {
    const { terms } = offer.body
    const base = offeredModel(offer.body, model)?.base
    if (terms === undefined || base === undefined) return undefined
    const code = latencyClassCode[latencyClass]
    const policy = policyHash(this.#needs.domain, { terms: offer.head.termsHash, latencyClass: code, base })
    return { terms, latencyClass, base, policy }
  }

  /** From before the attempt is sent until its verdict. */
  watch(watched: WatchedAttempt): ServiceWatch {
    this.#needs.stakes.prepare(this.#needs.operators())
    return new ServiceWatch(this.#needs, watched, this.#stop.signal)
  }

  /** Verdicts that are still waited for are unknown. */
  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#needs.stakes[Symbol.dispose]()
  }
}
