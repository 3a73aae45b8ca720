/** Those that take and do not give: miners that take jobs and never answer, clients that do not pay. */
import { best } from '../measuring/best-miners.ts'
import { fall, isWell, jobsOf, shareOf } from '../measuring/shares.ts'
import type { ClientPlan } from '../scenario.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

const SILENT = 2
/** Of ten clients. */
const OWING = 3
/** Credits of a job of the usual base in the class fast. */
const PRICE = 2_000

export const freeRiders: Adversary = {
  name: 'free riders',
  does: 'the two best miners take jobs and never answer, and three clients of ten pay nobody and rate nobody',
  stage(size) {
    const control = smallMarket(size)
    const silent = best(control, SILENT)
    const miners = control.miners.map((miner) =>
      silent.has(miner.name) ? { ...miner, conduct: { answers: () => 'silent' as const } } : miner,
    )
    const owing = new Set(control.clients.filter((_, i) => i % 10 < OWING).map(({ name }) => name))
    const clients = control.clients.map(
      (client): ClientPlan =>
        owing.has(client.name) ? { ...client, conduct: { owes: true, isSilent: true } } : client,
    )
    return {
      control,
      attack: { ...control, miners, clients },
      figures: (attack, without) => {
        const ofOwing = attack.jobs.filter(({ client }) => owing.has(client))
        return [
          fall(
            'jobs of honest clients that are right and in time',
            shareOf(jobsOf(attack, owing), isWell),
            shareOf(jobsOf(without, owing), isWell),
          ),
          {
            what: 'jobs that who does not pay gets done',
            count: 100 * ofOwing.filter(({ miner }) => miner !== undefined).length,
            of: ofOwing.length,
            below: 5,
            unit: '%',
          },
          {
            what: 'jobs that an honest client pays to each who does not answer',
            count: incomeOf(attack.ledger, silent) / PRICE,
            of: silent.size * (clients.length - owing.size),
            below: 1.5,
            unit: 'jobs',
          },
        ]
      },
    }
  },
}

const incomeOf = (ledger: { balanceOf(name: string): bigint }, names: ReadonlySet<string>): number =>
  [...names].reduce((sum, name) => sum + Number(ledger.balanceOf(name)), 0)
