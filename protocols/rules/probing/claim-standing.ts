/** What several probes say of a claim: one that went wrong says nothing, and one that went well takes back those before it. */
import type { ProbeOutcome } from './judge-probe.ts'

export type NoteKind = ProbeOutcome['kind'] | 'refused' | 'lost'

export interface ProbeNote {
  /** Unix ms. */
  readonly atMs: number
  readonly kind: NoteKind
}

/** `unproven`: nothing is known, and nothing is held against it. `doubted`: a probe went wrong, and others follow. */
export type ClaimStanding = 'unproven' | 'shown' | 'doubted' | 'lying'

/** So many, at so many different times: what made one slow has passed by the next, or is how the machine is. */
export const FAULTS_MIN = 3
export const APART_MS = 300_000
/** Older ones are about another day. */
const REMEMBERED_MS = 7_200_000

const FAULTS: ReadonlySet<NoteKind> = new Set(['slow', 'forgetful', 'false'] as const)

/** @param notes in the order of their times */
export function claimStanding(notes: readonly ProbeNote[], nowMs: number): ClaimStanding {
  const faults = faultsSince(notes, nowMs)
  if (faults >= FAULTS_MIN) return 'lying'
  if (faults > 0) return 'doubted'
  return notes.some(({ kind }) => kind === 'shown') ? 'shown' : 'unproven'
}

/** Faults since the claim was last shown, of which each lies {@link APART_MS} behind the one before. */
export function faultsSince(notes: readonly ProbeNote[], nowMs: number): number {
  const from = notes.findLastIndex(({ kind }) => kind === 'shown') + 1
  let [count, lastMs] = [0, Number.NEGATIVE_INFINITY]
  for (const { kind, atMs } of notes.slice(from)) {
    if (!FAULTS.has(kind) || atMs < nowMs - REMEMBERED_MS || atMs < lastMs + APART_MS) continue
    count++
    lastMs = atMs
  }
  return count
}

/** What a lie costs: by so much dearer its offers look to who found it out. A claim that nobody has shown costs nothing. */
export const CLAIM_FACTOR: Readonly<Record<ClaimStanding, number>> = { unproven: 1, shown: 1, doubted: 1, lying: 3 }
