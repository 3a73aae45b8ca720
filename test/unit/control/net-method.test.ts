import { expect, it } from 'vitest'
import { netFacts } from '../../../node/control/methods/net-method.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const door = '/ip4/127.0.0.1/tcp/4001/p2p/door'

/** Of a light peer whose one door is asked. */
const factsWhere = (ping: () => Promise<number>) =>
  netFacts(
    {
      settings: {
        bootstrap: [door],
        roles: ['client'],
        listen: [],
        lanDiscovery: 'off',
        dataFolder: temporaryFolder(),
      },
      network: { networkId: 'local', preset: 'local' },
      mesh: { self: 'self', connectedPeers: () => [], reachability: () => ({}), servesDht: false, ping },
      coordinates: { current: { error: 1 }, samples: 0 },
      nat: { look: async () => undefined },
    } as unknown as RunningNode,
    new AbortController().signal,
  )

it('the place in the network says of each door how far it is, or why it does not answer', async () => {
  expect(await factsWhere(async () => 7)).toMatchObject({ bootstrap: [{ address: door, tookMs: 7 }] })
  const failed = factsWhere(async () => {
    throw new MeshError('NO_PEERS', { network: 'local' })
  })
  expect(await failed).toMatchObject({ bootstrap: [{ address: door, why: expect.stringContaining('local') }] })
})

it('a fault of the program is not taken for a door that does not answer', async () => {
  const failed = factsWhere(async () => {
    throw new TypeError('undefined is not a function')
  })
  await expect(failed).rejects.toMatchObject({ code: 'BUG' })
})
