/** Nobody's fault: all lines of a region are down for a while. */
import { fall, jobsOf, servedBy, shareOf } from '../measuring/shares.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

const FROM_PART = 0.4
const PART = 0.25
const HOUR_MS = 3_600_000
/** Connections come back, and breakers try again. */
const BACK_MS = 300_000

export const outage: Adversary = {
  name: 'outage of a region',
  does: 'all lines of a region are down for a quarter of the time; its miners are honest',
  stage(given) {
    // As many jobs in four times the time: an outage of an hour is one, and an observation counts in slots of five minutes.
    const size = { ...given, hours: 4 * given.hours, jobsPerHour: given.jobsPerHour / 4 }
    const control = { ...smallMarket(size), name: 'slow market' }
    const [away] = control.regions
    const region = away!.name
    const there = new Set(control.miners.filter((miner) => miner.region === region).map(({ name }) => name))
    const [fromHour, hours] = [FROM_PART * size.hours, PART * size.hours]
    const back = ({ atMs }: { readonly atMs: number }): boolean => atMs > (fromHour + hours) * HOUR_MS + BACK_MS
    return {
      control,
      attack: { ...control, outages: [{ region, fromHour, hours }] },
      figures: (attack, without) => [
        {
          what: 'points that its miners lose, at the end',
          count: mean(without.pointsOf(there)) - mean(attack.pointsOf(there)),
          of: 1,
          below: 5,
          unit: 'points',
        },
        fall(
          'share of jobs at its miners, once it is back',
          shareOf(jobsOf(attack).filter(back), servedBy(there)),
          shareOf(jobsOf(without).filter(back), servedBy(there)),
        ),
      ],
    }
  },
}

const mean = (points: readonly number[]): number =>
  points.length === 0 ? 0 : points.reduce((sum, each) => sum + each, 0) / points.length
