import { afterEach, describe, expect, it } from 'vitest'
import { OwnCoordinates } from '../../../../node/client/finding/own-coordinates.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import type { Libp2pNetwork } from '../../../../node/network/libp2p-network.ts'
import type { Foundation } from '../../../../node/roles/foundation.ts'
import { distanceWatch, startCoordinates } from '../../../../node/roles/network/coordinates.ts'
import { Parts } from '../../../../node/roles/parts.ts'
import type { Address, PeerId } from '../../../../protocols/kernel/ids.ts'
import { type Coordinates, ORIGIN } from '../../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { peerIdOfPublicKey } from '../../../../protocols/statements/peer-id.ts'
import type { Offer } from '../../../../protocols/wire/offer/offer.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { offerOf } from '../../../support/offers.ts'
import { cast, crypto } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const { signer } = cast.operator
const peer = peerIdOfPublicKey(signer.publicKey)
const offer: Offer = {
  ...offerOf({ miner: 1, body: { coordinates: coordinatesToBytes({ ...ORIGIN, error: 0.2 }) } }),
  miner: signer.address,
  peer,
}

let stop: (() => Promise<void>) | undefined
afterEach(() => stop?.())

async function node(offered: Offer | undefined, direct: readonly PeerId[]) {
  const random = new SeededRandom('coordinates of a node')
  const clock = new ManualClock()
  const own = new OwnCoordinates({ random, region: 'earth' })
  const measured: [Address, number][] = []
  const listeners = new Set<(peer: PeerId, ms: number) => void>()
  const mesh = {
    onPing: (listener: (peer: PeerId, ms: number) => void) => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    directPeers: () => direct.map((each) => ({ peer: each, network: undefined })),
  } as unknown as Libp2pNetwork
  const base = {
    clock,
    random,
    crypto,
    bus: { emit: () => undefined, trouble: () => () => undefined },
  } as unknown as Foundation
  const running = await Parts.start({ clock, onEvent: () => undefined }, (parts) =>
    startCoordinates(parts, base, {
      mesh,
      own,
      offerOf: () => offered,
      onMeasured: (miner, ms) => measured.push([miner, ms]),
    }),
  )
  stop = () => running.stop()
  return { own, measured, ping: (ms: number) => listeners.forEach((listener) => void listener(peer, ms)), listeners }
}

describe('where a node lies', () => {
  it('is found by every ping to a peer whose offer says where that lies', async () => {
    const { own, measured, ping, listeners } = await node(offer, [peer])
    ping(40)
    expect(own.samples).toBe(1)
    expect(measured).toEqual([[signer.address, 40]])
    await stop!()
    expect(listeners.size).toBe(0)
  })

  it('is not found over a relay, which would be measured in place of the peer', async () => {
    const { own, measured, ping } = await node(offer, [])
    ping(40)
    expect(own.samples).toBe(0)
    expect(measured, 'but that is how far it is').toEqual([[signer.address, 40]])
  })

  it('is not found by peers that say nothing', async () => {
    const { own, ping } = await node(undefined, [peer])
    ping(40)
    expect(own.samples).toBe(0)
  })
})

describe('what a client hears of distances', () => {
  it('is an estimate, or nothing; and of all else what it heard before', () => {
    const sure: Coordinates = { ...ORIGIN, error: 0.1 }
    const own = new OwnCoordinates({ random: new SeededRandom('distances'), region: 'earth', start: sure })
    const watch = distanceWatch({ ...noWatch, claimFactor: () => 3 }, own)
    expect(watch.distanceOf!(offer)).toEqual({ ms: expect.any(Number), source: 'coordinates' })
    expect(watch.distanceOf!(offerOf({ miner: 2 }))).toBeUndefined()
    expect(watch.claimFactor!(signer.address)).toBe(3)
  })
})
