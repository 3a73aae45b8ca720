/**
 * Edge first, cloud when allowed: whether miners of the mesh or a configured cloud run a job, asked before the job begins and
 * again whenever the edge has failed or the time of the job runs out. A cloud is a third party that sees the inputs, so
 * every doubt counts for the edge.
 */
import { type Credits, formatCredits } from '../../kernel/money.ts'
import type { RoutingPolicy } from '../routing/routing-policy.ts'

/** When a job may go to a cloud: never; when the edge cannot run it; or also where the policy finds the cloud clearly better. */
export const cloudConsents = ['never', 'fallback', 'allowed'] as const
export type CloudConsent = (typeof cloudConsents)[number]

/** A known offer, as the next job would weigh it. */
export interface EdgeOffer {
  readonly price: Credits
  /** What the client reckons with, the unknown guessed. */
  readonly estimatedMs: number
}

export interface EdgeView {
  /** The offer that would be asked first; undefined where none fits. */
  readonly best: EdgeOffer | undefined
  /** Where none fits: what came closest, in words (rules/routing/explain-loss.ts). */
  readonly nearest: string | undefined
  /** Miners that failed in this job, so that it went on to another one. */
  readonly failovers: number
  /** Why the edge is over for this job, in words; undefined while it is not. */
  readonly ended: string | undefined
  /** What its attempts may have cost so far. */
  readonly spent: Credits
}

export interface CloudView {
  /** The most that the job may cost there. */
  readonly priceMax: Credits
  /** By what it took before; undefined where it never ran such a job. */
  readonly estimatedMs: number | undefined
  /** Why it takes nothing now, in words. */
  readonly hindrance: string | undefined
}

export interface VenueQuestion {
  readonly policy: RoutingPolicy
  readonly consent: CloudConsent
  /** Its inputs are for nobody but miners that the client chose. */
  readonly isSensitive: boolean
  /** The ceiling of the job, all attempts and venues together. */
  readonly priceMax: Credits
  readonly deadlineMs: number
  readonly deadlineLeftMs: number
  readonly edge: EdgeView
  /** Undefined where no cloud is configured for this model. */
  readonly cloud: CloudView | undefined
}

export type EdgeReason = 'edge-first' | 'sensitive' | 'no-consent' | 'no-cloud' | 'cloud-unfit'
export type CloudReason = 'edge-ended' | 'no-offer-fits' | 'failovers' | 'late' | 'policy'

export type VenueVerdict =
  | {
      readonly venue: 'edge'
      readonly why: EdgeReason
      /** Whether the cloud stands behind it, should it fail. */
      readonly fallBack: boolean
      /** Asked again when no more of the deadline is left than this; 0 where that would change nothing. */
      readonly againAtLeftMs: number
    }
  | { readonly venue: 'cloud'; readonly why: CloudReason; readonly fallBack: boolean }
  /** Nobody: what stands in the way at each, and what came closest. */
  | { readonly venue: 'none'; readonly edge: string; readonly cloud: string; readonly closest: string }

/** Two miners in a row that fail are no chance any more; further ones would spend the deadline. */
export const FAILOVERS_MAX = 2
/** So many times better must the cloud be before a policy leaves the edge: estimates of this kind are seldom nearer. */
const CLOUD_ADVANTAGE = 1.25
/** Of a deadline, for a cloud of which nobody knows how long it takes. */
const HELD_BACK_SHARE = 0.25
const HELD_BACK_MS_MAX = 10_000
/** Times what the cloud took before: its slower answers lie there. */
const HELD_BACK_FACTOR = 2
/** A connection that has to be opened first, on a bad line. */
const HELD_BACK_MS_MIN = 1_000

/** What is kept of the deadline, so that the cloud can still answer when the edge does not; at most half. */
export function heldBackMs(deadlineMs: number, estimatedMs: number | undefined): number {
  const wanted =
    estimatedMs === undefined
      ? Math.min(deadlineMs * HELD_BACK_SHARE, HELD_BACK_MS_MAX)
      : estimatedMs * HELD_BACK_FACTOR
  return Math.min(deadlineMs / 2, Math.max(wanted, HELD_BACK_MS_MIN))
}

/** @example chooseVenue({ ...question, isSensitive: true }).venue !== 'cloud' */
export function chooseVenue(question: VenueQuestion): VenueVerdict {
  const { consent, isSensitive, cloud, edge, deadlineMs, deadlineLeftMs } = question
  const against = cloudAgainst(question)
  const isEdgeOpen = edge.ended === undefined && edge.best !== undefined && edge.failovers < FAILOVERS_MAX
  if (against !== undefined) {
    // Without a cloud the edge is tried until it says itself that it cannot: it searches once more, and asks miners after two that failed.
    if (edge.ended === undefined) {
      return { venue: 'edge', why: edgeWhy(consent, isSensitive, cloud), fallBack: false, againAtLeftMs: 0 }
    }
    return { venue: 'none', edge: edge.ended, cloud: against, closest: closestOf(question) }
  }
  const keptMs = heldBackMs(deadlineMs, cloud!.estimatedMs)
  if (!isEdgeOpen) return { venue: 'cloud', why: overReason(edge), fallBack: false }
  if (deadlineLeftMs <= keptMs) return { venue: 'cloud', why: 'late', fallBack: true }
  if (consent === 'allowed' && isCloudBetter(question)) return { venue: 'cloud', why: 'policy', fallBack: true }
  return { venue: 'edge', why: 'edge-first', fallBack: true, againAtLeftMs: keptMs }
}

function overReason({ ended, best, failovers }: EdgeView): CloudReason {
  if (failovers >= FAILOVERS_MAX) return 'failovers'
  if (ended === undefined && best === undefined) return 'no-offer-fits'
  return 'edge-ended'
}

function edgeWhy(consent: CloudConsent, isSensitive: boolean, cloud: CloudView | undefined): EdgeReason {
  if (isSensitive) return 'sensitive'
  if (consent === 'never') return 'no-consent'
  return cloud === undefined ? 'no-cloud' : 'cloud-unfit'
}

/** Why the job does not go to the cloud, whatever becomes of the edge; undefined where it may. */
function cloudAgainst({
  consent,
  isSensitive,
  cloud,
  edge,
  priceMax,
  deadlineLeftMs,
}: VenueQuestion): string | undefined {
  if (isSensitive) return 'a sensitive job never leaves the edge'
  if (consent === 'never') return 'the job does not allow it'
  if (cloud === undefined) return 'none is configured for this model'
  if (cloud.hindrance !== undefined) return cloud.hindrance
  // Amounts are uint64; their sum as a bigint does not wrap.
  if (edge.spent + cloud.priceMax > priceMax) {
    const before = edge.spent > 0n ? `, and ${formatCredits(edge.spent)} may be spent already` : ''
    return `it may cost ${formatCredits(cloud.priceMax)}${before}, and the ceiling is ${formatCredits(priceMax)}`
  }
  const needsMs = cloud.estimatedMs ?? 0
  if (deadlineLeftMs <= needsMs) {
    return `it needs about ${Math.round(needsMs)} ms, and ${Math.max(0, Math.round(deadlineLeftMs))} ms are left`
  }
  return undefined
}

/** An unknown time of the cloud is no reason to leave the edge. */
function isCloudBetter({ policy, edge, cloud }: VenueQuestion): boolean {
  const best = edge.best!
  const { priceMax, estimatedMs } = cloud!
  const dearer = Math.max(1, Number(best.price)) / Math.max(1, Number(priceMax))
  const slower = estimatedMs === undefined ? undefined : Math.max(1, best.estimatedMs) / Math.max(1, estimatedMs)
  const better = timesBetter[policy](dearer, slower)
  return better !== undefined && better > CLOUD_ADVANTAGE
}

/** How many times better the cloud is by what a policy values; undefined where nobody knows its time and the policy asks for it. */
const timesBetter: Readonly<Record<RoutingPolicy, (dearer: number, slower: number | undefined) => number | undefined>> =
  {
    latency: (_, slower) => slower,
    cost: (dearer) => dearer,
    balanced: (dearer, slower) => (slower === undefined ? undefined : slower * dearer),
  }

function closestOf({ edge, cloud, isSensitive, consent }: VenueQuestion): string {
  const { best, nearest } = edge
  if (best !== undefined) return `an offer at ${formatCredits(best.price)}, whose miner did not answer the job`
  if (nearest !== undefined) return nearest
  if (cloud === undefined) return 'nothing'
  const isForbidden = isSensitive || consent === 'never'
  return `the cloud for ${formatCredits(cloud.priceMax)}${isForbidden ? ', which this job may not use' : ''}`
}

const cloudSentences: Readonly<Record<CloudReason, string>> = {
  'edge-ended': 'the edge cannot run it',
  'no-offer-fits': 'no offer of a miner fits',
  failovers: `${FAILOVERS_MAX} miners failed`,
  late: 'the rest of the deadline is what the cloud needs',
  policy: 'the policy finds it clearly better than the best offer, and the job allows that',
}

/** Why a job is in the cloud, without a full stop. */
export const cloudSentence = (why: CloudReason): string => cloudSentences[why]
