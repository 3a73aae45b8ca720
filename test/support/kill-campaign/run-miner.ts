/** A miner that lives until it is killed. Arguments: network file, data folder, model, price, and further settings as JSON. */
import { say } from './say.ts'
import { configOf } from './settings.ts'
import { startPatiently } from './start-patiently.ts'

const [network, folder, model, basePrice, more = '{}'] = process.argv.slice(2)
const { settings, network: file } = configOf(network!, folder!, {
  roles: ['miner', 'router'],
  models: [model],
  basePrice,
  engineThreads: 1,
  jobsMax: 256,
  ...JSON.parse(more),
})
const node = await startPatiently({ settings, network: file })
node.bus.listen(({ event }) => {
  if (event.kind === 'voucher:accepted') {
    say({ kind: 'voucher', counter: event.counter, cumulative: String(event.cumulative) })
  }
})
say({ kind: 'up' })
process.on('SIGTERM', () => {
  node[Symbol.asyncDispose]().then(
    () => {
      say({ kind: 'down' })
      process.exit(0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
