/** A full node of one region and class that holds so many offers, and hears more by gossip. Arguments: how many. */
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { benchNode } from './bench-node.ts'
import { BENCH_REGION, benchDomain, benchOffers } from './bench-offers.ts'
import { serveParent } from './child.ts'

const network = await benchNode('full')
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
