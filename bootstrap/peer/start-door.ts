/** A bootstrap peer of a network file: carries its offers, keeps its profiles, and bears the same name after a restart. */
import type { NetworkFile } from '../../node/config/network-file.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import type { Report } from '../../node/network/libp2p-network.ts'
import { networkPresets } from '../../node/network/network-preset.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import { type SigningDomain, signingDomain } from '../../protocols/statements/struct-hash.ts'
import { evidenceTopic } from '../../protocols/wire/evidence/evidence-topic.ts'
import { HeardHeads } from '../../protocols/wire/offer/heard-heads.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import { profileSpace } from '../../protocols/wire/profile/profile.ts'
import { doorSeed } from './door-seed.ts'
import { type BootstrapPeer, startBootstrapPeer } from './start-bootstrap-peer.ts'

export interface DoorOptions {
  readonly network: NetworkFile
  /** Keeps the seed of its name; a name for this run where absent. */
  readonly folder?: string
  readonly listen: readonly string[]
  readonly announce?: readonly string[]
  /** Found by nodes of its LAN, and finds them. */
  readonly isInLan?: boolean
  readonly report?: Report
}

/** @throws MeshError PORT_IN_USE, KEY_FILE, DATA_FOLDER_READ_ONLY, DISK_FULL */
export async function startDoor({ network, folder, ...options }: DoorOptions): Promise<BootstrapPeer> {
  const hasher = await createCrypto()
  const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, hasher)
  return startBootstrapPeer({
    ...options,
    networkId: network.networkId,
    hasher,
    preset: networkPresets[network.preset],
    topics: carriedTopics(domain) as readonly Topic<never>[],
    records: [profileSpace(domain) as never],
    ...(folder === undefined ? {} : { seed: doorSeed(folder) }),
  })
}

/** Offers, and the contradictions of those whose offers came through here. */
function carriedTopics(domain: SigningDomain): readonly Topic<unknown>[] {
  const heard = new HeardHeads(domain)
  const offers = offerTopic(domain, new HighestSeen())
  const judge: typeof offers.judge = (data, context) => {
    const judged = offers.judge(data, context)
    if (judged.value !== undefined) heard.hear(judged.value)
    return judged
  }
  const desk = { isKnown: () => false, concerns: (operator: Address) => heard.hasHeard(operator) }
  return [{ ...offers, judge }, evidenceTopic(domain, desk)]
}
