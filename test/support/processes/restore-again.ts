/** Restores the two backups of its arguments into the folder of its first one, in turn, and says which it begins. It is killed. */
import { restore } from '../../../node/backup/restore.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'

export interface RestoreMessage {
  readonly begins: number
}

const [dataFolder, ...backups] = process.argv.slice(2)
const { signal } = new AbortController()
for (let i = 0; ; i++) {
  process.stdout.write(`${JSON.stringify({ begins: i % 2 } satisfies RestoreMessage)}\n`)
  const path = backups[i % 2]!
  await restore({ path, dataFolder: dataFolder!, passphrase: undefined, replace: true, clock: systemClock, signal })
}
