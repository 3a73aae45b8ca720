/** The miner in the market: its offer, and what it announces that it can do under keys of the DHT. */
import { capabilitiesOf, capabilityKey, shardOf } from '../../../protocols/wire/profile/capability-key.ts'
import { MarketPresence } from '../../market/market-presence.ts'
import { KeyAnnouncer } from '../../network/dht/key-announcer.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { OfferBoard } from '../../work/offer-board.ts'
import type { ServedModels } from '../../work/served-models.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { OfferedCards } from './offered-cards.ts'

interface PresenceNeeds {
  readonly board: OfferBoard
  readonly offered: Pick<OfferedCards, 'used'>
  readonly models: Pick<ServedModels, 'table'>
}

export async function startPresence(
  parts: Parts,
  { crypto, settings, bus }: Foundation,
  mesh: Libp2pNetwork,
  { board, offered, models }: PresenceNeeds,
): Promise<MarketPresence> {
  const capabilities = await parts.start(
    'capability keys',
    () => new KeyAnnouncer({ network: mesh, onFailure: bus.trouble('announcing what this miner can do') }),
  )
  // Who cannot be reached is of no use to who finds it.
  const isReachable = settings.listen.length > 0
  const announce = (): void => {
    if (!isReachable) return
    const shard = shardOf(crypto, mesh.self)
    const able = capabilitiesOf({ ...offered.used(), models: models.table().map(({ id }) => id) })
    capabilities.announce(able.map((capability) => capabilityKey(crypto, mesh.tag, capability, shard)))
  }
  return new MarketPresence({
    offer: board,
    announce: (isOut) => (isOut ? capabilities.announce([]) : announce()),
    onFailure: (during, error) => bus.trouble(during)(error),
  })
}
