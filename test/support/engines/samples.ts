/** Pictures and texts that ship with the models. */
import { join } from 'node:path'
import { shippedModels } from '../../../node/models/shipped/index.ts'

/** @example sample('letter-A.png') */
export function sample(file: string): string {
  const model = file.endsWith('.png') ? 'characters' : 'languages'
  return join(shippedModels().find(({ name }) => name === model)!.folder, 'samples', file)
}
