/** What a node makes of its clock, from what others sign and from witnesses that no peer can move. */
import { FUTURE_MS_MAX } from '../../kernel/limits.ts'

/** Above what a radio clock or NTP ever leaves, below {@link STOP_MS}. */
export const OFF_MS = 10_000
/** From here on others refuse what this node signs; and a sequence that it signs ahead of time shuts out what it says later. */
export const STOP_MS: number = FUTURE_MS_MAX

/** `off` is shown; at `stopped` nothing is signed that carries a time. */
export type ClockStanding = 'right' | 'off' | 'stopped'

/**
 * @param othersMs the median of the others' clocks less ours; undefined where too few were heard
 * @param witnessesMs the same of sources that no peer speaks for: the chain's head, time servers
 */
export function clockStanding(othersMs: number | undefined, witnessesMs: readonly number[]): ClockStanding {
  if (othersMs === undefined || Math.abs(othersMs) <= OFF_MS) return 'right'
  if (Math.abs(othersMs) <= STOP_MS) return 'off'
  // Peers alone, who may be one stranger's, must not silence a node.
  const agrees = (witnessMs: number): boolean =>
    Math.abs(witnessMs) > STOP_MS && Math.sign(witnessMs) === Math.sign(othersMs)
  return witnessesMs.some(agrees) ? 'stopped' : 'off'
}
