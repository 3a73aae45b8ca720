/** Whether the cards that its owner named compute what the processor does; the trial that a node makes when it starts. */
import type { Settings } from '../config/settings.ts'
import { type Check, ok, warn } from './check.ts'

/** @param engineProvider another than the processor */
export const kernelsCheck = (engineProvider: Exclude<Settings['engineProvider'], 'cpu'>): Check => ({
  name: 'kernels',
  async run(signal) {
    const [{ triedSeats }, { cardsHere }, { seatName }] = await Promise.all([
      import('../roles/miner/engine.ts'),
      import('../roles/miner/cards-here.ts'),
      import('../engines/seat.ts'),
    ])
    const { seats, refused } = await triedSeats(engineProvider, () => cardsHere(signal), undefined, signal)
    await Promise.all(seats.map(({ engine }) => engine[Symbol.asyncDispose]()))
    const names = seats.map(seatName).join(' and ')
    const found = `models run on ${names} by ${engineProvider}, which computes what the processor does`
    const [first] = refused
    if (first === undefined) return ok(found)
    // The node serves all the same.
    const { facts, error } = first
    const what = facts === undefined ? error.message : `${seatName({ facts })} runs no models: ${error.message}`
    return warn(seats.length === 0 ? what : `${found}; ${what}`, error.hint)
  },
})
