/** A verdict on the service as events tell it. */
import type { Credits } from '../../protocols/kernel/money.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import type { ServiceVerdict, ServiceVerdictKind } from '../../protocols/rules/service-level/judge-service.ts'

export interface ServiceFacts {
  readonly verdict: ServiceVerdictKind
  readonly paid: Credits
  readonly compensation: Credits
  /** As the witnesses say; absent where nothing was measured. */
  readonly tookMs?: number
  /** The class that a late answer kept to. */
  readonly met?: LatencyClass
}

export const serviceFacts = (verdict: ServiceVerdict): ServiceFacts => ({
  verdict: verdict.kind,
  paid: verdict.paid,
  compensation: verdict.compensation,
  ...('tookMs' in verdict ? { tookMs: verdict.tookMs } : {}),
  ...('met' in verdict ? { met: verdict.met } : {}),
})
