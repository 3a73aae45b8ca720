/**
 * How a price follows demand without swinging: nothing moves while use is between two fifths and three fifths, and outside a step changes it
 * by a twentieth of what use is off by, which is two hundredths at most. After the dynamic price of Gonka's network.
 */
import { exactOf, ONE, plus, times } from './exact-number.ts'
import type { Multiplier } from './multipliers.ts'

const IDLE_BELOW = { n: 2n, d: 5n }
const BUSY_ABOVE = { n: 3n, d: 5n }
const ELASTICITY = { n: 1n, d: 20n }

/**
 * The factor of one step.
 * @param utilisation of the time since the step before, 0 to 1
 * @throws MeshError PRICE_INPUT
 */
export function demandStep(utilisation: number): Multiplier {
  const used = exactOf(utilisation, 'the utilisation', { min: 0, max: 1 })
  const percent = `${Math.round(utilisation * 100)} %`
  const over = plus(used, { n: -BUSY_ABOVE.n, d: BUSY_ABOVE.d })
  if (over.n > 0n) return { factor: plus(ONE, times(over, ELASTICITY)), why: `${percent} in use, above 60 %` }
  const under = plus(used, { n: -IDLE_BELOW.n, d: IDLE_BELOW.d })
  if (under.n < 0n) return { factor: plus(ONE, times(under, ELASTICITY)), why: `${percent} in use, below 40 %` }
  return { factor: ONE, why: `${percent} in use, between 40 % and 60 %` }
}
