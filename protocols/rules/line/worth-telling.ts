/** Whether what a profile says of the line is so far from what it would say now that it is put again before its time. */
import type { ProfileBody } from '../../wire/profile/profile-body.ts'

export type LineFigures = Pick<ProfileBody, 'latencies' | 'upKbps' | 'downKbps'>

/**
 * A put costs a lookup and twenty signature checks, and every renewal says the figures of its time anyway: within 25 minutes. Who chooses
 * a node by them chooses another one for a half more, and not for a tenth.
 */
const CHANGE_MIN = 1.5
/** Around the corner everything is a half more: below this no job feels it. */
const CHANGE_MS_MIN = 10
/** Between two puts of that kind: a line that wavers is told of by the renewals. */
export const TELL_MS_MIN = 600_000

export function isWorthTelling(told: LineFigures, now: LineFigures): boolean {
  return (
    isOther(told.upKbps, now.upKbps, 0) ||
    isOther(told.downKbps, now.downKbps, 0) ||
    latenciesDiffer(told.latencies ?? [], now.latencies ?? [])
  )
}

function latenciesDiffer(
  told: NonNullable<LineFigures['latencies']>,
  now: NonNullable<LineFigures['latencies']>,
): boolean {
  const before = new Map(told.map(({ region, latencyMs }) => [region, latencyMs]))
  return (
    before.size !== now.length ||
    now.some(({ region, latencyMs }) => isOther(before.get(region), latencyMs, CHANGE_MS_MIN))
  )
}

/** What appears or vanishes is another figure too. */
function isOther(told: number | undefined, now: number | undefined, changeMin: number): boolean {
  if (told === undefined || now === undefined) return told !== now
  return Math.abs(told - now) >= changeMin && Math.max(told, now) >= CHANGE_MIN * Math.min(told, now)
}
