/** A full node as far as its directory goes: it hears the offers of all regions and tells light peers of them. */
import { OfferDirectory } from '../../node/market/offer-directory.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { directoryKey } from '../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, directoryProtocol } from '../../protocols/wire/directory/directory-protocol.ts'
import { offerShard } from '../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import type { VirtualNode } from '../wire/virtual-world.ts'
import { GPU_CLASS } from './market-model.ts'
import { worldScoreTopic } from './score-teller.ts'
import type { WorldChain } from './world-chain.ts'

export interface WorldDirectory {
  readonly node: VirtualNode
  readonly region: string
  readonly offers: OfferDirectory
  /** Connects to the other directories and announces itself. */
  join(others: readonly VirtualNode[]): Promise<void>
}

export function worldDirectory(
  node: VirtualNode,
  domain: SigningDomain,
  crypto: Crypto,
  region: string,
  regions: readonly string[],
  chain: WorldChain,
): WorldDirectory {
  const { network, clock } = node
  const offers = new OfferDirectory(clock)
  const topic = offerTopic(domain, new HighestSeen())
  const scores = worldScoreTopic(domain, chain)
  for (const each of regions) {
    // A full node carries what light peers say to each other.
    network.subscribe(scores, each, () => undefined)
    network.subscribe(topic, offerShard({ region: each, gpuClass: GPU_CLASS }), (offer) => offers.put(offer))
  }
  network.serve(
    directoryProtocol,
    answerDirectory((query) => offers.find(query)),
  )
  return {
    node,
    region,
    offers,
    async join(others) {
      for (const other of others) await network.connect(other.network.self, other.network.addresses())
      await network.provide(directoryKey(crypto, network.tag, region))
    },
  }
}
