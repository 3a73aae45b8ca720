/**
 * Which of several chunk lists is tried first. One that somebody vouches for who says that it has the whole comes before those
 * that only partial copies hand on, for a whole copy was held against the content's id and a partial one could not be; then the
 * one that more vouch for; then the one that was heard first.
 */
import type { Hash32 } from '../../kernel/ids.ts'

export interface Voucher {
  readonly list: Hash32
  /** It says that it has all chunks. */
  readonly whole: boolean
}

/** @param vouchers in the order in which they came */
export function chooseList(vouchers: readonly Voucher[]): Hash32 | undefined {
  const counts = new Map<Hash32, { whole: number; all: number }>()
  for (const { list, whole } of vouchers) {
    const count = counts.get(list) ?? { whole: 0, all: 0 }
    count.all++
    if (whole) count.whole++
    counts.set(list, count)
  }
  let best: Hash32 | undefined
  for (const [list, count] of counts) {
    const leader = best === undefined ? undefined : counts.get(best)!
    if (leader === undefined || count.whole > leader.whole || (count.whole === leader.whole && count.all > leader.all))
      best = list
  }
  return best
}
