/** How far a miner is that was never measured: by the words for both regions, as far as they name a place. */
import { locationOfRegion } from '../../protocols/rules/geography/regions.ts'
import { wayLatency } from '../../protocols/rules/geography/way-latency.ts'
import type { DistanceHint } from '../../protocols/rules/routing/candidate.ts'

const known = new Map<string, DistanceHint | undefined>()
/** Pairs of words that are remembered: every pair of a scenario's regions. */
const KNOWN_MAX = 1_024

export function distanceHint(from: string, to: string): DistanceHint | undefined {
  const key = `${from}/${to}`
  if (known.has(key)) return known.get(key)
  const [one, other] = [locationOfRegion(from), locationOfRegion(to)]
  const hint =
    one === undefined || other === undefined
      ? undefined
      : { ms: wayLatency(one, other).ms, source: 'geography' as const }
  if (known.size >= KNOWN_MAX) known.delete(known.keys().next().value!)
  known.set(key, hint)
  return hint
}
