/** A process that holds the data folder in its first argument and answers on its control channel until it is killed. */
import { serveControl } from '../../../node/control/serve-control.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'

const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

const folder = DataFolder.open(process.argv[2]!, { clock: systemClock, bytes: 4_096 })
const control = await serveControl(folder.path, {
  pid: async () => process.pid,
  wait: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      say({ kind: 'waiting' })
      signal.addEventListener('abort', () => {
        say({ kind: 'cancelled' })
        reject(signal.reason)
      })
    }),
})
say({ kind: 'up' })
process.on('SIGTERM', async () => {
  await control[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})
