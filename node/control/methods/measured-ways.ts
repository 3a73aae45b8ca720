/** What was measured of the ways from this node to others, as the profile of each of its cards has it. */
import { known } from '../../../protocols/kernel/known.ts'
import type { MeasuredWays } from '../../../protocols/rules/classification/gpu-profile.ts'
import type { Line } from '../../roles/miner/line.ts'

const megabits = (rate: { readonly bitsPerS: number } | undefined): number | undefined =>
  rate === undefined ? undefined : rate.bitsPerS / 1_000_000

/** What was not measured yet is absent. */
export function measuredWays(line: Pick<Line, 'latencies' | 'report'> | undefined): MeasuredWays {
  if (line === undefined) return {}
  const { up, down } = line.report()
  const regions = line.latencies().map(({ region, latencyMs }) => [region, latencyMs] as const)
  return known<MeasuredWays>({
    latencyMsByRegion: regions.length === 0 ? undefined : Object.fromEntries(regions),
    upMbps: megabits(up),
    downMbps: megabits(down),
  })
}
