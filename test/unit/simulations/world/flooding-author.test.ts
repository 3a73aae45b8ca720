import { describe, expect, it } from 'vitest'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { OfferDirectory } from '../../../../node/market/offer-directory.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { HighestSeen } from '../../../../protocols/statements/sequence.ts'
import { type Offer, shortOf, signOffer } from '../../../../protocols/wire/offer/offer.ts'
import { offerShard } from '../../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../../protocols/wire/offer/offer-topic.ts'
import { VirtualWorld } from '../../../../simulations/wire/virtual-world.ts'
import { GPU_CLASS, marketModel } from '../../../../simulations/world/market-model.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { marketDomain, NETWORK, signerOf } from '../../../support/virtual/virtual-market.ts'
import { hashOf } from '../../../support/wire-vectors/job-samples.ts'

/** A million take some seconds: AITBC_TEST_OFFERS=1000000. */
const OFFERS = BigInt(process.env.AITBC_TEST_OFFERS ?? 50_000)
const signer = signerOf('flood', 'author')
const body = {
  region: 'eu-west',
  gpuClass: GPU_CLASS,
  models: [{ short: shortOf(marketModel(crypto)), base: credits(1_000) }],
  jobs: 0,
  jobsMax: 8,
  chunkCredits: credits(4_000),
  windowChunks: 4,
  table: hashOf('table'),
}

describe('an author that floods the market with offers', () => {
  it(`has one offer in a directory and in a book, the newest, after ${OFFERS}`, () => {
    const world = new VirtualWorld({ seed: 'flood', hasher: crypto })
    const [directory, book] = [new OfferDirectory(world.clock), new OfferBook(world.clock)]
    const first = signOffer(marketDomain, signer, body, 1n, world.clock.nowMs())
    for (let sequence = 1n; sequence <= OFFERS; sequence++) {
      const offer: Offer = { ...first, head: { ...first.head, sequence } }
      directory.put(offer)
      book.put(offer)
    }
    expect(directory.size).toBe(1)
    expect([...directory.live()].map(({ offer }) => offer.head.sequence)).toEqual([OFFERS])
    expect(book.live().map(({ offer }) => offer.head.sequence)).toEqual([OFFERS])
  })

  it('is heard eight times a minute over gossip, and what comes above is not handed on', async () => {
    const world = new VirtualWorld({ seed: 'flood', hasher: crypto })
    const [author, near, far] = [0, 1, 2].map(() => world.node({ networkId: NETWORK }))
    const heard = { near: 0, far: 0 }
    const shard = offerShard(body)
    for (const [name, node] of [
      ['near', near!],
      ['far', far!],
    ] as const) {
      node.network.subscribe(offerTopic(marketDomain, new HighestSeen()), shard, () => heard[name]++)
    }
    await world.clock.until(author!.network.connect(near!.network.self, near!.network.addresses()))
    await world.clock.until(near!.network.connect(far!.network.self, far!.network.addresses()))
    await world.clock.advance(2_000)
    const topic = offerTopic(marketDomain, new HighestSeen())
    for (let i = 0; i < 200; i++) {
      const offer = signOffer(marketDomain, signer, body, BigInt(world.clock.nowMs() + i), world.clock.nowMs())
      await world.clock.until(author!.network.publish(topic, shard, offer.bytes))
    }
    await world.clock.advance(5_000)
    expect(heard).toEqual({ near: 8, far: 8 })
  })
})
