/** How one attempt was served, by the terms under which it was agreed, and what is paid for it. */
import { type Credits, credits } from '../../kernel/money.ts'
import type { Terms } from '../../statements/struct-types.ts'
import { jobPrice } from '../pricing/job-price.ts'
import { type LatencyClass, latencyClasses } from '../pricing/latency-class.ts'
import { boundMs } from './granted-terms.ts'
import { medianInterval } from './median-interval.ts'

export interface ServiceAgreement {
  readonly terms: Terms
  readonly latencyClass: LatencyClass
  /** Credits of one unit of usage in the standard class; 0 where the time of the card is paid for otherwise. */
  readonly base: Credits
}

/** What is known of the attempt. */
export type ServiceCourse =
  | { readonly kind: 'refused' }
  /** No word within the start's time, or work without the secret behind the beacon. */
  | { readonly kind: 'not-started' }
  /** Silent for longer than the terms say, after `delivered` units of usage. */
  | { readonly kind: 'stalled'; readonly delivered: bigint }
  | {
      readonly kind: 'finished'
      readonly usage: bigint
      /** Of each witness with a stamp of the start and one of the end: ms between them, in the order of the draw. */
      readonly intervalsMs: readonly number[]
      /** While the work waited for the client. */
      readonly clientStalledMs?: number
    }

export type ServiceVerdict =
  | { readonly kind: 'refused'; readonly paid: Credits; readonly compensation: Credits }
  | { readonly kind: 'start-timeout'; readonly paid: Credits; readonly compensation: Credits }
  | { readonly kind: 'stalled'; readonly paid: Credits; readonly compensation: Credits }
  | { readonly kind: 'on-time'; readonly paid: Credits; readonly compensation: Credits; readonly tookMs: number }
  | {
      readonly kind: 'late'
      readonly paid: Credits
      readonly compensation: Credits
      readonly tookMs: number
      /** The class whose bound was kept: what is paid is its price. */
      readonly met: LatencyClass
    }
  /** Too few witnesses said anything, which is nobody's fault. */
  | {
      readonly kind: 'unknown'
      readonly paid: Credits
      readonly compensation: Credits
      /** Witnesses whose word could be used. */
      readonly heard: number
    }
export type ServiceVerdictKind = ServiceVerdict['kind']

const NOTHING = credits(0)

/**
 * Both sides compute the same from the same stamps. `paid` is never above the agreed price, `compensation` never above its share of it.
 * @example judgeService({ terms, latencyClass: 'fast', base }, { kind: 'finished', usage: 1n, intervalsMs: [730, 741] }) // late, met standard
 */
export function judgeService(agreed: ServiceAgreement, course: ServiceCourse): ServiceVerdict {
  const { terms, latencyClass, base } = agreed
  switch (course.kind) {
    case 'refused':
      return { kind: 'refused', paid: NOTHING, compensation: NOTHING }
    case 'not-started':
      return { kind: 'start-timeout', paid: NOTHING, compensation: compensationOf(agreed) }
    case 'stalled': {
      const paid = course.delivered === 0n ? NOTHING : jobPrice(base, latencyClass, course.delivered)
      return { kind: 'stalled', paid, compensation: compensationOf(agreed) }
    }
    case 'finished': {
      const { usage, intervalsMs, clientStalledMs = 0 } = course
      const agreedPrice = jobPrice(base, latencyClass, usage)
      const counted = intervalsMs.slice(0, terms.witnesses)
      if (counted.length < terms.quorum)
        return { kind: 'unknown', paid: agreedPrice, compensation: NOTHING, heard: counted.length }
      const tookMs = Math.max(0, medianInterval(counted) - clientStalledMs)
      const met = classMet(terms, latencyClass, tookMs)
      if (met === latencyClass) return { kind: 'on-time', paid: agreedPrice, compensation: NOTHING, tookMs }
      return { kind: 'late', paid: jobPrice(base, met, usage), compensation: NOTHING, tookMs, met }
    }
  }
}

/** The dearest class, not above the agreed one, whose bound was kept. */
function classMet(terms: Terms, agreed: LatencyClass, tookMs: number): LatencyClass {
  const met = latencyClasses
    .slice(latencyClasses.indexOf(agreed))
    .find((latencyClass) => tookMs < boundMs(terms, latencyClass))
  return met ?? 'economy'
}

/** Of one unit of usage: what was agreed on before any was delivered. Rounded down. */
function compensationOf({ terms, latencyClass, base }: ServiceAgreement): Credits {
  return credits((jobPrice(base, latencyClass) * BigInt(terms.compensationBp)) / 10_000n)
}
