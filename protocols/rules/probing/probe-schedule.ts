/** When to probe, and whom: at times that nobody can foresee, and first where something is in doubt. */
import { APART_MS, claimStanding, type ProbeNote } from './claim-standing.ts'
import type { ProbeKind } from './probe-size.ts'

const HOUR_MS = 3_600_000
/** A gap of three times the mean is rare, and a longer one would leave a miner unlooked at. */
const GAPS_MAX = 3
/** After a claim was shown, and shown again. */
const SHOWN_MS = HOUR_MS
const RETRY_MS = 180_000
const RETRY_MS_MAX = 1_800_000

/** Poisson: `draw` in 0..1 is a new one each time. */
export const nextGapMs = (perHour: number, draw: number): number =>
  (HOUR_MS / perHour) * Math.min(GAPS_MAX, -Math.log(1 - Math.min(draw, 0.999_999)))

/** When a miner may be probed again. Refusals, and what says nothing, are tried again ever more rarely; never held against it. */
export function dueAtMs(notes: readonly ProbeNote[], nowMs: number): number {
  const last = notes.at(-1)
  if (last === undefined) return 0
  if (last.kind === 'shown') return last.atMs + (shownInARow(notes) % 2 === 1 ? APART_MS : SHOWN_MS)
  if (last.kind === 'refused' || last.kind === 'lost' || last.kind === 'unsure') {
    const idle = notes.length - 1 - notes.findLastIndex(({ kind }) => kind !== last.kind)
    // Where something is in doubt already, the next free moment is waited for at an even pace.
    const more = claimStanding(notes, nowMs) === 'doubted' ? 1 : 2 ** Math.min(idle - 1, 8)
    return last.atMs + Math.min(RETRY_MS_MAX, RETRY_MS * more)
  }
  return last.atMs + APART_MS
}

/** In turns: speed first, then memory where some is claimed; what went wrong is asked again in the same kind. */
export function kindOfNext(notes: readonly ProbeNote[], claimsMemory: boolean): ProbeKind {
  if (!claimsMemory) return 'speed'
  const ended = notes.filter(
    ({ kind }) => kind === 'shown' || kind === 'slow' || kind === 'forgetful' || kind === 'false',
  )
  const last = ended.at(-1)
  if (last?.kind === 'forgetful') return 'memory'
  if (last?.kind === 'slow' || last?.kind === 'false') return 'speed'
  // Who lends no memory is looked at for its speed all the same.
  return shownInARow(ended) % 2 === 1 && notes.at(-1)?.kind !== 'refused' ? 'memory' : 'speed'
}

const shownInARow = (notes: readonly ProbeNote[]): number => {
  const ended = notes.filter(({ kind }) => kind !== 'refused' && kind !== 'lost' && kind !== 'unsure')
  return ended.length - 1 - ended.findLastIndex(({ kind }) => kind !== 'shown')
}

export interface Probable {
  /** Of this miner, oldest first. */
  readonly notes: readonly ProbeNote[]
}

/** Who is next: those in doubt before those never probed before the rest, and among equals the draw decides. */
export function chooseMiner<T extends Probable>(miners: readonly T[], nowMs: number, draw: number): T | undefined {
  const due = miners.filter(({ notes }) => dueAtMs(notes, nowMs) <= nowMs)
  const rank = ({ notes }: Probable): number =>
    claimStanding(notes, nowMs) === 'doubted' ? 0 : notes.length === 0 ? 1 : 2
  const best = Math.min(...due.map(rank))
  const first = due.filter((each) => rank(each) === best)
  return first[Math.min(first.length - 1, Math.floor(draw * first.length))]
}
