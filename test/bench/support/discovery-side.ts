/**
 * Full nodes in one process, joined to the first of them and each other's DHT, every one a directory of the same offers. Its
 * standard answer names the door. Arguments: how many.
 */
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { benchNode } from './bench-node.ts'
import { BENCH_REGION, benchCrypto, benchOffers } from './bench-offers.ts'
import { serveParent } from './child.ts'

const COUNT = Number(process.argv[2])
const nodes: Libp2pNetwork[] = []
const offers = [...benchOffers(COUNT)]
for (let i = 0; i < COUNT; i++) {
  const network = await benchNode('full')
  const directory = new OfferDirectory(systemClock)
  for (const offer of offers) directory.put(offer)
  network.serve(
    directoryProtocol,
    answerDirectory((query) => directory.find(query)),
  )
  const door = nodes[0]
  if (door !== undefined) await network.connect(door.self, door.addresses())
  nodes.push(network)
}
const key = directoryKey(benchCrypto, nodes[0]!.tag, BENCH_REGION)
for (const network of nodes) await network.provide(key)
const [door] = nodes
serveParent({ peer: door!.self, addresses: door!.addresses() }, async () => {
  for (const network of nodes) await network[Symbol.asyncDispose]()
})
