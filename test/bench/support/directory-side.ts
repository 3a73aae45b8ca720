/** A node with a directory of so many offers, which answers queries and syncs. Arguments: how many. */
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { answerDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { answerSync } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { benchNode } from './bench-node.ts'
import { benchOffers } from './bench-offers.ts'
import { serveParent } from './child.ts'

const network = await benchNode('full')
const directory = new OfferDirectory(systemClock)
for (const offer of benchOffers(Number(process.argv[2]))) directory.put(offer)
network.serve(
  directoryProtocol,
  answerDirectory((query) => directory.find(query)),
)
network.serve(syncProtocol, answerSync({ held: (region) => directory.heldIn(region), ahead: () => undefined }))
serveParent({ peer: network.self, addresses: network.addresses() }, () => network[Symbol.asyncDispose]())
