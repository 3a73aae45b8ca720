/** Where this node lies among others: found by pings, kept over restarts, and what others are reckoned from. */
import type { Address, PeerId } from '../../../protocols/kernel/ids.ts'
import type { DistanceHint } from '../../../protocols/rules/routing/candidate.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { offeredCoordinates } from '../../../protocols/wire/offer/offer-body.ts'
import { CoordinateWatch } from '../../client/finding/coordinate-watch.ts'
import { OwnCoordinates } from '../../client/finding/own-coordinates.ts'
import type { MinerWatch } from '../../client/miner-watch.ts'
import { CoordinatesFile } from '../../market/coordinates-file.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { Foundation } from '../foundation.ts'
import { operatorsOf } from '../operators-of.ts'
import type { Parts } from '../parts.ts'

/** Those of the last run, as far as this node has any. */
export async function openCoordinates(parts: Parts, base: Foundation): Promise<OwnCoordinates> {
  const { folder, network, settings, random, bus } = base
  const file = new CoordinatesFile(folder.file('coordinates'), network.networkId)
  const own = new OwnCoordinates({ random, region: settings.region, start: file.read() })
  await parts.start('coordinates', () => ({
    [Symbol.dispose]: () => {
      if (own.samples === 0) return
      try {
        file.write(own.current)
      } catch (error) {
        bus.trouble('keeping where this node lies')(error)
      }
    },
  }))
  return own
}

/** As the client hears it: how far a miner is that it never measured. */
export const distanceWatch = (watch: MinerWatch, own: OwnCoordinates): MinerWatch => ({
  ...watch,
  distanceOf: (offer): DistanceHint | undefined => {
    const { ms, source } = own.estimate(offer)
    return ms === undefined || (source !== 'coordinates' && source !== 'geography') ? undefined : { ms, source }
  },
})

export interface CoordinateNeeds {
  readonly mesh: Libp2pNetwork
  readonly own: OwnCoordinates
  /** What is known of a miner without asking anybody. */
  readonly offerOf: (miner: Address) => Offer | undefined
  /** A miner was measured. */
  readonly onMeasured: (miner: Address, rttMs: number) => void
}

export async function startCoordinates(parts: Parts, base: Foundation, needs: CoordinateNeeds): Promise<void> {
  const { mesh, own, offerOf, onMeasured } = needs
  const { clock, random, bus, crypto } = base
  const operatorOf = operatorsOf(crypto)
  const offered = (peer: PeerId): Offer | undefined => {
    const miner = operatorOf(peer)
    return miner === undefined ? undefined : offerOf(miner)
  }
  const coordinatesOf = (peer: PeerId) => {
    const offer = offered(peer)
    return offer === undefined ? undefined : offeredCoordinates(offer.body)
  }
  await parts.start('round trips', () =>
    mesh.onPing((peer, ms) => {
      const miner = operatorOf(peer)
      if (miner !== undefined) onMeasured(miner, ms)
      const remote = coordinatesOf(peer)
      // Over a relay it is as far as it is, and says nothing of where it lies.
      if (remote !== undefined && mesh.directPeers().some((each) => each.peer === peer)) own.sample(peer, remote, ms)
    }),
  )
  await parts.start(
    'watch on coordinates',
    () =>
      new CoordinateWatch({
        clock,
        random,
        peers: () => mesh.directPeers(),
        coordinatesOf,
        error: () => own.current.error,
        ping: (peer, signal) => mesh.ping(peer, [], signal),
        onFailure: bus.trouble('finding where this node lies'),
      }),
  )
}
