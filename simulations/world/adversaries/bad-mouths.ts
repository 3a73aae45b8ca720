/** Raters that run others down, each of them a paying client. */
import type { ClientConduct } from '../client-conduct.ts'
import { best } from '../measuring/best-miners.ts'
import { fall, isWell, jobsOf, servedBy, shareOf } from '../measuring/shares.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

/** Of ten. */
const RATERS = 3
const TARGETS = 3
const WORST = { centi: 0, count: 512 }

export const badMouths: Adversary = {
  name: 'bad-mouthing raters',
  does: 'three clients of ten publish the worst scores of the three best miners, whom they pay like everybody',
  stage(size) {
    const control = smallMarket(size)
    const targets = best(control, TARGETS)
    const conduct: ClientConduct = {
      tells: (row) =>
        targets.has(row.name) ? { ...row, latency: WORST, accuracy: WORST, uptime: WORST, cost: WORST } : row,
    }
    const lying = new Set(control.clients.filter((_, i) => i % 10 < RATERS).map(({ name }) => name))
    const clients = control.clients.map((client) => (lying.has(client.name) ? { ...client, conduct } : client))
    return {
      control,
      attack: { ...control, clients },
      figures: (attack, without) => [
        fall(
          'share of jobs at the miners that are run down',
          shareOf(jobsOf(attack, lying), servedBy(targets)),
          shareOf(jobsOf(without, lying), servedBy(targets)),
        ),
        fall(
          'jobs that are right and in time',
          shareOf(jobsOf(attack, lying), isWell),
          shareOf(jobsOf(without, lying), isWell),
        ),
      ],
    }
  },
}
