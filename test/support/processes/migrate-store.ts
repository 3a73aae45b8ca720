/** Opens the store of its argument under a schema of four steps, of which two take long, and says when it has. It is killed. */
import { systemClock } from '../../../node/roles/system-clock.ts'
import { SpaceReserve } from '../../../node/storage/space-reserve.ts'
import { Store } from '../../../node/storage/store.ts'
import { longSchema } from '../long-schema.ts'

const [path] = process.argv.slice(2)
const say = (what: string): boolean => process.stdout.write(`${JSON.stringify(what)}\n`)
const reserve = new SpaceReserve(`${path}.reserve`, { clock: systemClock, bytes: 4_096 })
say('begins')
await Store.open(path!, longSchema, {
  clock: systemClock,
  reserve,
  onMigrated: ({ from, to }) => say(`${from} to ${to}`),
})
say('open')
setInterval(() => {}, 1_000)
