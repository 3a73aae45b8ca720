/** Miners that sell below everybody until everybody buys there, and then ask for more than anybody. */
import { fall, jobsOf, servedBy, shareOf } from '../measuring/shares.ts'
import type { MinerConduct } from '../miner-conduct.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

const DUMPERS = 3
/** Credits: a third of the usual price, and three times as much. */
const LOW = 330n
const HIGH = 3_000n
/** Part of the run at the low price. */
const LOW_PART = 0.5
/** Offers are told once a minute, live for five, and books are a minute old. */
const TOLD_MS = 180_000
const HOUR_MS = 3_600_000

export const dumpers: Adversary = {
  name: 'price dumping, then raising',
  does: 'three miners ask a third of the usual price for half of the time, then three times as much',
  stage(size) {
    const control = smallMarket(size)
    const raiseAtHour = LOW_PART * size.hours
    const conduct: MinerConduct = { base: ({ hour }) => (hour < raiseAtHour ? LOW : HIGH) }
    const dumping = new Set(control.miners.slice(0, DUMPERS).map(({ name }) => name))
    const miners = control.miners.map((miner) => (dumping.has(miner.name) ? { ...miner, conduct } : miner))
    const afterwards = ({ atMs }: { readonly atMs: number }): boolean => atMs > raiseAtHour * HOUR_MS + TOLD_MS
    return {
      control,
      attack: { ...control, miners },
      figures: (attack, without) => {
        const [after, before] = [jobsOf(attack).filter(afterwards), jobsOf(without).filter(afterwards)]
        const honest = new Set(control.miners.map(({ name }) => name).filter((name) => !dumping.has(name)))
        const [paid, paidBefore] = [meanPrice(after), meanPrice(before)]
        return [
          fall(
            'share of jobs at honest miners, once it has raised',
            shareOf(after, servedBy(honest)),
            shareOf(before, servedBy(honest)),
          ),
          {
            what: 'rise of the mean price, once it has raised',
            count: 100 * (paid - paidBefore),
            of: paidBefore,
            below: 5,
            unit: '%',
          },
        ]
      },
    }
  },
}

const meanPrice = (jobs: readonly { readonly price: bigint }[]): number =>
  Number(jobs.reduce((sum, { price }) => sum + price, 0n)) / jobs.length
