import type { TypicalLatency } from './typical-latencies.ts'

/** More than a line of a terminal holds is left to `--json`. */
const SHOWN_MAX = 6

/** The nearest first: `eu-west 12 ms (5 timed), us-east 95 ms (3 timed)`. */
export function latenciesText(latencies: readonly TypicalLatency[]): string {
  const near = latencies.toSorted((one, other) => one.latencyMs - other.latencyMs)
  const shown = near
    .slice(0, SHOWN_MAX)
    .map(({ region, latencyMs, voters }) => `${region} ${latencyMs} ms (${voters} timed)`)
  const left = near.length - shown.length
  return [...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ')
}
