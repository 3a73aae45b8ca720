/** A miner that is honest until its name is good, and makes answers up from then on. */
import { best } from '../measuring/best-miners.ts'
import { fall, isWell, jobsOf, shareOf } from '../measuring/shares.ts'
import type { MinerConduct } from '../miner-conduct.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

/** Part of the run in which it is honest. */
const HONEST_PART = 0.4

export const sleepers: Adversary = {
  name: 'honest until its score is high',
  does: 'the best miner of the market answers right for two fifths of the time, then makes every answer up',
  stage(size) {
    const control = smallMarket(size)
    const turnsAtHour = HONEST_PART * size.hours
    const conduct: MinerConduct = { answers: (_, { hour }) => (hour < turnsAtHour ? 'right' : 'wrong') }
    const sleeping = best(control, 1)
    const miners = control.miners.map((miner) => (sleeping.has(miner.name) ? { ...miner, conduct } : miner))
    return {
      control,
      attack: { ...control, miners },
      figures: (attack, without) => [
        fall('jobs that are right and in time', shareOf(jobsOf(attack), isWell), shareOf(jobsOf(without), isWell)),
      ],
    }
  },
}
