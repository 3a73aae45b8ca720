/** Whether the card that its owner named computes what the processor does; the trial that a node makes when it starts. */
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { Settings } from '../config/settings.ts'
import { type Check, ok, warn } from './check.ts'

/** @param engineProvider another than the processor */
export const kernelsCheck = (engineProvider: Exclude<Settings['engineProvider'], 'cpu'>): Check => ({
  name: 'kernels',
  async run(signal) {
    const { triedCard } = await import('../roles/engine.ts')
    try {
      const family = await triedCard(engineProvider, signal)
      return ok(`models run on ${family} by ${engineProvider}, which computes what the processor does`)
    } catch (error) {
      // The node serves all the same.
      if (isMeshError(error, 'ENGINE_KERNELS')) return warn(error.message, error.hint)
      throw error
    }
  },
})
