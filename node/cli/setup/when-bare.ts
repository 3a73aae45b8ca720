/** What `aitbc` alone means: on a machine where nothing is set up its owner is asked a few things, later it shows how the node stands. */
import type { Program } from '../frame/program.ts'

export const whenBare: NonNullable<Program['whenBare']> = async ({ dataFolder, mayAsk }) => {
  const { stateIn } = await import('../../storage/finish-restore.ts')
  if (stateIn(await dataFolder()).length > 0) return ['status']
  return mayAsk ? ['setup'] : undefined
}
