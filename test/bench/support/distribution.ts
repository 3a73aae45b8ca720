/** What many samples of one figure say: the middle of them and how far they lie apart. */

/** @param sorted ascending, at least one @param share 0 to 1 */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)]!
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @throws RangeError where there is none */
export function spread(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new RangeError('no sample')
  const sorted = [...samples].sort((a, b) => a - b)
  return { median: percentile(sorted, 0.5), min: sorted[0]!, max: sorted.at(-1)! }
}
