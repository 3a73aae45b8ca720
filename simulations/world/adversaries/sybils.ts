/** One owner under many names, each of them a newcomer that makes its answers up. */
import { SeededRandom } from '../../clock/seeded-random.ts'
import { fall, jobsOf, servedBy, shareOf } from '../measuring/shares.ts'
import type { MinerConduct } from '../miner-conduct.ts'
import { honestMiner, smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

/** Names, as a multiple of the honest miners. */
const NAMES_PER_MINER = 2
/** One owner for so many honest miners: names are free, owners have stake. */
const MINERS_PER_OWNER = 5
/** Credits: it costs nothing to make an answer up, so it is cheap. */
const BASE = 400n
const conduct: MinerConduct = { answers: () => 'wrong' }
/** They come one after the other, so that there is always a new one. */
const FIRST_PART = 0.3
const LAST_PART = 0.9

export const sybils: Adversary = {
  name: 'Sybil newcomers that farm the quota',
  does: 'one owner for five honest miners brings ten new names, one after the other; each is cheap and makes its answers up',
  stage(size) {
    const control = smallMarket(size)
    const owners = Math.ceil(size.miners / MINERS_PER_OWNER)
    const count = NAMES_PER_MINER * size.miners
    const names = Array.from({ length: count }, (_, i) => `new ${i}`)
    const newcomers = names.map((name, i) => ({
      ...honestMiner(name, new SeededRandom(`${size.seed}/${name}`), i),
      owner: `sybil ${i % owners}`,
      base: BASE,
      conduct,
      fromHour: size.hours * (FIRST_PART + ((LAST_PART - FIRST_PART) * i) / count),
    }))
    const farming = new Set(names)
    return {
      control,
      attack: { ...control, miners: [...control.miners, ...newcomers] },
      figures: (attack, without) => [
        {
          what: 'share of jobs at its names',
          count: 100 * shareOf(jobsOf(attack).filter(late(size.hours)), servedBy(farming)),
          of: 1,
          below: 5,
          unit: '%',
        },
        fall(
          'jobs that are right',
          shareOf(jobsOf(attack), ({ isRight }) => isRight),
          shareOf(jobsOf(without), ({ isRight }) => isRight),
        ),
      ],
    }
  },
}

const HOUR_MS = 3_600_000
/** Only jobs since the first of them came. */
const late =
  (hours: number) =>
  ({ atMs }: { readonly atMs: number }): boolean =>
    atMs > FIRST_PART * hours * HOUR_MS
