/** Whether the network can be joined: bootstrap peers are dialled as a stranger would. */
import { asMeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { peerId } from '../../protocols/kernel/ids.ts'
import type { NetworkFile } from '../config/network-file.ts'
import type { Settings } from '../config/settings.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { networkPresets } from '../network/network-preset.ts'
import { createMeshNetwork } from '../network-node/create-mesh-network.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { systemClock } from '../roles/system-clock.ts'
import { type Check, type Finding, fail, ok, warn } from './check.ts'

const nameOf = (address: string): string => address.slice(address.lastIndexOf('/') + 1)

export const bootstrapCheck = (
  { bootstrap }: Pick<Settings, 'bootstrap'>,
  { networkId, preset }: Pick<NetworkFile, 'networkId' | 'preset'>,
): Check => ({
  name: 'bootstrap peers',
  async run(signal) {
    if (bootstrap.length === 0) {
      return fail(
        `the network ${networkId} names none`,
        'aitbc up makes a network on this machine; --network chooses another.',
      )
    }
    await using network = await createMeshNetwork(
      {
        networkId,
        key: { kind: 'ephemeral' },
        clock: systemClock,
        random: systemRandom,
        hasher: await createCrypto(),
      },
      { preset: networkPresets[preset], listen: [] },
    )
    const dialled = await Promise.all(
      bootstrap.map(async (address) => {
        const startedMs = performance.now()
        try {
          await network.connect(peerId(nameOf(address)), [address], signal)
          return { address, tookMs: performance.now() - startedMs }
        } catch (error) {
          throwIfAborted(signal)
          const failed = asMeshError(error)
          if (failed.fault === 'bug') throw failed
          return { address, why: failed.message }
        }
      }),
    )
    return findingOf(networkId, dialled)
  },
})

export type Dialled = { readonly address: string } & ({ readonly tookMs: number } | { readonly why: string })

export function findingOf(networkId: string, dialled: readonly Dialled[]): Finding {
  const reached = dialled.flatMap((each) => ('tookMs' in each ? [each.tookMs] : []))
  const [missed] = dialled.flatMap((each) => ('why' in each ? [`${each.address}: ${each.why}`] : []))
  const found = `${reached.length} of ${dialled.length} of ${networkId} answer`
  if (reached.length === 0) {
    return fail(`${found}; ${missed}`, 'Check the line and the firewall of this machine; outgoing TCP must pass.')
  }
  const nearest = `, the nearest after ${Math.round(Math.min(...reached))} ms`
  if (missed === undefined) return ok(`${found}${nearest}`)
  return warn(`${found}${nearest}; ${missed}`, 'One is enough to join; tell who runs the other.')
}
