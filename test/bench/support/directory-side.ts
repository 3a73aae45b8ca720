/** A node with a directory of so many offers, which answers queries and syncs. Arguments: how many. */
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { createMeshNetwork } from '../../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { answerDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { answerSync } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { BENCH_NETWORK, benchCrypto, benchOffers } from './bench-offers.ts'
import { serveParent } from './child.ts'

const network = await createMeshNetwork(
  {
    networkId: networkId(BENCH_NETWORK),
    key: { kind: 'ephemeral' },
    clock: systemClock,
    random: systemRandom,
    hasher: benchCrypto,
  },
  { listen: ['/ip4/127.0.0.1/tcp/0'] },
)
const directory = new OfferDirectory(systemClock)
for (const offer of benchOffers(Number(process.argv[2]))) directory.put(offer)
network.serve(
  directoryProtocol,
  answerDirectory((query) => directory.find(query)),
)
network.serve(syncProtocol, answerSync({ held: (region) => directory.heldIn(region), ahead: () => undefined }))
serveParent({ peer: network.self, addresses: network.addresses() }, () => network[Symbol.asyncDispose]())
