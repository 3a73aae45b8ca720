/**
 * The market with somebody in it who is not honest, over several seeds and at a node's own share of audits. What is reached is
 * in the README of simulations/world. One adversary, other seeds:
 * AITBC_TEST_SEEDS=1,2 npx vitest run --project deep test/deep/adversaries.test.ts -t Sybil
 */
import { expect, test } from 'vitest'
import { adversaries } from '../../simulations/world/adversaries/index.ts'
import { errorIn, Measuring, reachedIn } from '../../simulations/world/measuring/measure.ts'
import { TABLE_SEEDS, TABLE_SIZE } from '../../simulations/world/measuring/table.ts'
import { crypto } from '../support/statement-vectors/cast.ts'

const seeds = process.env.AITBC_TEST_SEEDS?.split(',') ?? TABLE_SEEDS
const measuring = new Measuring(TABLE_SIZE, seeds, crypto)

test.each(adversaries.map((adversary) => [adversary.name, adversary] as const))(
  'a market stands up to: %s',
  async (_, adversary) => {
    for (const measured of await measuring.measure(adversary)) {
      const { what, unit, below } = measured
      const [reached, error] = [reachedIn(measured), errorIn(measured)]
      console.log(`${adversary.name}: ${what}: ${reached.toFixed(1)} ${unit}, give or take ${error.toFixed(1)}`)
      // What may be chance is no failure; of one seed nobody knows how much that is.
      expect(reached - (seeds.length > 1 ? 2 * error : 0), what).toBeLessThan(below)
    }
  },
)
