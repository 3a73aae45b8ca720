import { describe, expect, it } from 'vitest'
import { RENEW_MS } from '../../../node/work/offer-board.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { AskedPrice } from '../../../protocols/rules/pricing/price-strategy.ts'
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'
import { NOW_MS, offerBoard } from '../../support/offer-board.ts'
import { digestOf } from '../../support/statement-vectors/cast.ts'
import { hashOf, model } from '../../support/wire-vectors/job-samples.ts'

describe('the board of a miner whose price moves', () => {
  const askFor = (base: number): AskedPrice => ({ base: credits(base) }) as AskedPrice

  it('says the new price in the next offer, under the same table, and keeps the one that was promised before', async () => {
    const { board, told, models } = offerBoard()
    await board.start()
    const { hash } = board.current!
    models.get(model)!.asked = askFor(130)
    board.changed()
    await board.pause(true)
    await board.pause(false)
    expect(told.at(-1)!.offer.body.models).toMatchObject([{ base: 130n }])
    expect(told.at(-1)!.offer.body.table).toBe(told[0]!.offer.body.table)
    expect([board.priceUnder(hash, model), board.priceUnder(board.current!.hash, model)]).toEqual([100n, 130n])
  })

  it('charges what it told, though the price moves while the offer is written', async () => {
    const { board, told, models, facts } = offerBoard()
    facts.meanwhile = () => {
      models.get(model)!.asked = askFor(7_000)
    }
    await board.start()
    expect(told[0]!.offer.body.models).toMatchObject([{ base: 100n }])
    expect(board.priceUnder(told[0]!.offer.hash, model)).toBe(100n)
  })
})

describe('a price', () => {
  it('stands for those who name the offer, also when a newer one has another', async () => {
    const { board, serve } = offerBoard()
    await board.start()
    const first = board.current!.hash
    serve(model, 250)
    await board.pause(true)
    expect(board.priceUnder(first, model)).toBe(100n)
    expect(board.priceUnder(board.current!.hash, model)).toBe(250n)
    expect(board.priceUnder(first, modelIdOf(digestOf('another')))).toBeUndefined()
    expect(board.priceUnder(hashOf('never') as Hash32, model)).toBeUndefined()
  })

  it('lapses with the offer that promised it', async () => {
    const { board, clock } = offerBoard()
    await board.start()
    const first = board.current!.hash
    clock.setWall(NOW_MS + OFFER_TTL_MS - 1)
    expect(board.priceUnder(first, model)).toBe(100n)
    clock.setWall(NOW_MS + OFFER_TTL_MS)
    expect(board.priceUnder(first, model)).toBeUndefined()
  })

  it('stands as long as the offer lives, however often a lonely miner repeats itself', async () => {
    const { board, facts, told, pass } = offerBoard()
    facts.peers = 0
    await board.start()
    const published = new Map<Hash32, number>()
    for (let ms = 0; ms < 2 * OFFER_TTL_MS; ms += 5_000) {
      published.set(board.current!.hash, published.get(board.current!.hash) ?? ms)
      await pass(5_000)
      for (const [hash, atMs] of published) {
        if (ms + 5_000 - atMs < OFFER_TTL_MS - 5_000) expect(board.priceUnder(hash, model)).toBe(100n)
      }
    }
    expect(told.length).toBeLessThan(50)
  })
})

describe('a miner that nobody hears', () => {
  it('says its offer again soon, then less often, and as usual once somebody has heard it', async () => {
    const { board, facts, told, advance, pass } = offerBoard()
    facts.peers = 0
    await board.start()
    await advance(500)
    await advance(999)
    expect(told.length).toBe(2)
    await advance(1)
    await advance(2_000)
    expect(told.length).toBe(4)
    facts.peers = 1
    await advance(3_999)
    expect(told.length).toBe(4)
    await advance(1)
    expect(told.length).toBe(5)
    await pass(RENEW_MS - 500)
    expect(told.length).toBe(5)
    facts.peers = 0
    await advance(500)
    expect(told.length).toBe(6)
    await advance(500)
    expect(told.length).toBe(7)
  })

  it('tries again where publishing failed, and says why', async () => {
    const { board, facts, told, failures, advance } = offerBoard()
    await board.start()
    facts.failure = new MeshError('DISK_FULL', { file: 'journal' })
    await advance(RENEW_MS)
    expect(failures).toEqual([facts.failure])
    facts.failure = undefined
    await advance(5_000)
    expect(told.length).toBe(2)
  })

  it('does not start where its first word cannot be said', async () => {
    const { board, facts } = offerBoard()
    facts.failure = new MeshError('DISK_FULL', { file: 'journal' })
    await expect(board.start()).rejects.toBe(facts.failure)
  })
})
