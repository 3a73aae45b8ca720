/** A service report as stories and answers keep it: plain JSON, and one sentence for people. */
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { ServiceVerdictKind } from '../../../protocols/rules/service-level/judge-service.ts'
import type { ServiceEvidence, ServiceReport } from './service-report.ts'

/** Amounts are decimal text in credits. */
export interface ServiceStory {
  readonly verdict: ServiceVerdictKind
  readonly paid: string
  readonly compensation: string
  /** As the witnesses say together. */
  readonly tookMs?: number
  /** The class that a late answer kept to. */
  readonly met?: LatencyClass
  /** Witnesses that stamped both ends. */
  readonly witnesses: number
  /** Of what was not as agreed: nobody needs the rest. */
  readonly evidence?: ServiceEvidence
}

export function serviceStory({ verdict, witnesses, evidence }: ServiceReport): ServiceStory {
  return {
    verdict: verdict.kind,
    paid: String(verdict.paid),
    compensation: String(verdict.compensation),
    ...('tookMs' in verdict ? { tookMs: verdict.tookMs } : {}),
    ...('met' in verdict ? { met: verdict.met } : {}),
    witnesses,
    ...(verdict.kind === 'late' && evidence !== undefined ? { evidence } : {}),
  }
}

const heard = (witnesses: number): string =>
  witnesses === 0 ? 'no witness' : witnesses === 1 ? 'one witness' : `${witnesses} witnesses`

/** Without amounts: these are shown as each place shows them. */
export function serviceText({ verdict, tookMs, met, witnesses }: Omit<ServiceStory, 'paid' | 'compensation'>): string {
  switch (verdict) {
    case 'on-time':
      return `on time: ${tookMs === 0 ? 'under 1' : tookMs} ms by ${heard(witnesses)}`
    case 'late':
      return `late: ${tookMs} ms by ${heard(witnesses)}, paid as the class ${met}`
    case 'unknown':
      return `service unknown: ${heard(witnesses)} could tell, which is no penalty`
    case 'start-timeout':
      return 'it never began as its terms say: nothing is paid, and compensation is owed'
    case 'stalled':
      return 'it stalled: nothing is paid, and compensation is owed'
    case 'refused':
      return 'refused: nothing is paid'
  }
}
