/**
 * A client that books cards, pays, extends and gives back in an order that its seed decides, until it is
 * killed. Arguments: network file, data folder, seed, addresses of miners.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { asMeshError } from '../../../protocols/kernel/errors.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { configOf } from '../kill-campaign/settings.ts'
import { startPatiently } from '../kill-campaign/start-patiently.ts'

export type LesseeMessage =
  | { readonly kind: 'up' }
  | { readonly kind: 'booked' | 'extended' | 'left' }
  | { readonly kind: 'failed'; readonly code: string }

const [network, folder, seed, ...miners] = process.argv.slice(2)
const say = (message: LesseeMessage): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)
const { settings, network: file } = configOf(network!, folder!, { roles: ['client'], listen: [] })
const node = await startPatiently({ settings, network: file })
const { leases } = node.client!
await node.client!.search()
say({ kind: 'up' })

/** A miner signs 64 leases that are not over, and every life is to book some. */
const PACE_MS_MAX = 200

const random = new SeededRandom(seed!)
const below = (max: number): number => Math.floor(random.fraction() * max)

async function act(): Promise<LesseeMessage['kind']> {
  const held = leases.list().filter(({ state }) => state === 'ahead' || state === 'running')
  const one = held[below(held.length)]
  const what = below(4)
  if (one !== undefined && (what === 0 || held.length > 16)) {
    await leases.cancel(one.id)
    return 'left'
  }
  if (one !== undefined && what === 1) {
    await leases.extend(one.id, 60n)
    return 'extended'
  }
  // One of three begins soon, so that its steps are paid by whoever lives then.
  const startsAt = BigInt(Math.floor(Date.now() / 1_000) + (what === 2 ? below(60) : 120 + below(80_000)))
  await leases.book({ miner: address(miners[below(miners.length)]!), seconds: 60n, startsAt })
  return 'booked'
}

for (;;) {
  await act().then(
    (kind) => say({ kind } as LesseeMessage),
    (error: unknown) => say({ kind: 'failed', code: asMeshError(error).code }),
  )
  await pause(below(PACE_MS_MAX))
}
