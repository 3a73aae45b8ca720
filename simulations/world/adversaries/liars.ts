/** Three miners of ten that lie about latency and hardware. */
import { fall, isWell, jobsOf, servedBy, shareOf } from '../measuring/shares.ts'
import type { MinerConduct } from '../miner-conduct.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

/** Of ten. */
const LIARS = 3
/** Each job takes this many times what the card would need that it claims. */
const SLOWNESS = 4
/** What it says of each time that a job takes. */
const SAID = 0.1

const conduct: MinerConduct = {
  slowness: SLOWNESS,
  // Next to whoever asks, and idle.
  says: (truth) => ({ ...truth, jobs: 0 }),
  // All of the time is said to be waiting, which the next job may not have to: nothing of it is left for way or work.
  reports: ({ waitedMs, computedMs }) => ({
    waitedMs: waitedMs + computedMs * (1 - SAID) + WAY_MS,
    computedMs: computedMs * SAID,
  }),
}

/** Longer than any way to it takes. */
const WAY_MS = 400

export const liars: Adversary = {
  name: 'liars about latency and hardware',
  does: 'three miners of ten claim cards four times as quick as theirs, never a queue, and report their times as waits',
  stage(size) {
    const control = smallMarket(size)
    const lying = new Set(control.miners.filter((_, i) => i % 10 < LIARS).map(({ name }) => name))
    const honest = new Set(control.miners.map(({ name }) => name).filter((name) => !lying.has(name)))
    const miners = control.miners.map((miner) => (lying.has(miner.name) ? { ...miner, conduct } : miner))
    return {
      control,
      attack: { ...control, miners },
      figures: (attack, without) => [
        fall(
          'share of jobs at honest miners',
          shareOf(jobsOf(attack), servedBy(honest)),
          shareOf(jobsOf(without), servedBy(honest)),
        ),
        fall('jobs that are right and in time', shareOf(jobsOf(attack), isWell), shareOf(jobsOf(without), isWell)),
      ],
    }
  },
}
