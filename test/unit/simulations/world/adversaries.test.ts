import { describe, expect, it } from 'vitest'
import type { Adversary } from '../../../../simulations/world/adversaries/adversary.ts'
import { clique } from '../../../../simulations/world/adversaries/clique.ts'
import { adversaries } from '../../../../simulations/world/adversaries/index.ts'
import { outage } from '../../../../simulations/world/adversaries/outage.ts'
import { Measuring, reachedIn } from '../../../../simulations/world/measuring/measure.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

/**
 * Small enough for every day: what is reached over many seeds, and at a node's own share of audits, is in the README of the world and held by
 * test/deep. Half of all answers are audited here, as the network of one machine does it, so that a liar is found within some jobs.
 */
const SIZE = { hours: 0.25, miners: 9, clients: 10, jobsPerHour: 1_600, auditShare: 500_000 }
/** What an outage or a clique changes is little, and shows in longer runs only. */
const LONG: readonly Adversary[] = [outage, clique]
/** Of one adversary, two to four runs: some seconds, and many times that on a machine that does other things beside it. */
const MS_MAX = 120_000
const measuring = new Measuring(SIZE, ['1', '2'], crypto)

describe('a market with somebody in it who is not honest', () => {
  it.each(adversaries.filter((each) => !LONG.includes(each)).map((adversary) => [adversary.name, adversary] as const))(
    'stands up to: %s',
    async (_, adversary) => {
      for (const measured of await measuring.measure(adversary)) {
        expect(reachedIn(measured), `${measured.what}, in ${measured.unit}`).toBeLessThan(measured.below)
      }
    },
    MS_MAX,
  )
})
