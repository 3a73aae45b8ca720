/** Opens the data folder in its first argument and holds it until it is killed. */
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'

const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

try {
  const folder = DataFolder.open(process.argv[2]!, { clock: systemClock, bytes: 4_096 })
  say({ kind: 'open', wasUnclean: folder.wasUnclean })
  // The folder's lock lives as long as this reference.
  setInterval(() => folder, 60_000)
} catch (error) {
  if (!isMeshError(error)) throw error
  say({ kind: 'refused', code: error.code, facts: error.facts })
}
