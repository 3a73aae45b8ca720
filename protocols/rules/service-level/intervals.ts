/** Pairs of stamps, one of the start and one of the end by one witness, as intervals. */
import type { Address } from '../../kernel/ids.ts'
import type { TimeStamp } from '../../statements/struct-types.ts'

/** A day: what is longer is a broken clock, and as good as the longest. */
const INTERVAL_MS_MAX = 86_400_000n

export interface StampPair {
  readonly start: TimeStamp
  readonly end: TimeStamp
}

/** In the order of the draw; who lacks one of its stamps says nothing. */
export function intervalsOf(
  drawn: readonly Address[],
  starts: ReadonlyMap<Address, TimeStamp>,
  ends: ReadonlyMap<Address, TimeStamp>,
): readonly number[] {
  return drawn.flatMap((witness) => {
    const [start, end] = [starts.get(witness), ends.get(witness)]
    return start === undefined || end === undefined ? [] : [intervalMs({ start, end })]
  })
}

export function intervalMs({ start, end }: StampPair): number {
  const interval = end.atMs - start.atMs
  return Number(interval > INTERVAL_MS_MAX ? INTERVAL_MS_MAX : interval < 0n ? 0n : interval)
}
