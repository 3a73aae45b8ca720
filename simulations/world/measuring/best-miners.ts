/** Which miners of a scenario are the ones to be asked: quick and cheap ones, in each region alike. */
import type { MinerPlan, Scenario } from '../scenario.ts'

const worth = ({ jobMs, lastMileMs, base }: MinerPlan): number => (jobMs + lastMileMs) * Number(base)

/** The best of each region in turn, the best of all first. */
export function best({ miners }: Scenario, count: number): ReadonlySet<string> {
  return new Set(
    miners
      .toSorted((a, b) => worth(a) - worth(b))
      .slice(0, count)
      .map(({ name }) => name),
  )
}
