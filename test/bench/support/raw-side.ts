/** A libp2p node that takes and gives bytes on a stream of its own: what a job's transfer is held against. */
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { createMeshNetwork } from '../../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { serveParent } from './child.ts'
import { giveRaw, RAW_GIVE, RAW_TAKE, takeRaw } from './raw-stream.ts'

const network = await createMeshNetwork(
  {
    networkId: networkId('local'),
    key: { kind: 'ephemeral' },
    clock: systemClock,
    random: systemRandom,
    hasher: await createCrypto(),
  },
  { listen: ['/ip4/127.0.0.1/tcp/0'] },
)
await network.libp2p.handle(RAW_GIVE, (stream) => void giveRaw(stream, Number(process.argv[2])))
await network.libp2p.handle(RAW_TAKE, (stream) => {
  void takeRaw(stream).then(async (bytes) => {
    stream.send(new TextEncoder().encode(String(bytes)))
    await stream.close()
  })
})
serveParent({ peer: network.self, addresses: network.addresses() }, () => network[Symbol.asyncDispose]())
