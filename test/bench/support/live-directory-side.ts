/** A full node of one region and class that holds so many offers, and hears more by gossip. Arguments: how many. */
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { createMeshNetwork } from '../../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { BENCH_NETWORK, BENCH_REGION, benchCrypto, benchDomain, benchOffers } from './bench-offers.ts'
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
let heard = 0
network.subscribe(
  offerTopic(benchDomain, new HighestSeen()),
  offerShard({ region: BENCH_REGION, gpuClass: 'cpu' }),
  (offer) => {
    heard++
    directory.put(offer)
  },
)
process.on('message', (message) => {
  if (message === 'heard') process.send!(heard)
})
serveParent({ peer: network.self, addresses: network.addresses() }, () => network[Symbol.asyncDispose]())
