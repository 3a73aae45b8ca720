import { describe, expect, it } from 'vitest'
import { RENEW_MS } from '../../../node/work/offer-board.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { defaultTerms } from '../../../protocols/rules/service-level/granted-terms.ts'
import { beaconOf } from '../../../protocols/statements/service-level.ts'
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'
import { tableHash } from '../../../protocols/wire/offer/offer-table.ts'
import { MINUTE_MS, NOW_MS, offerBoard } from '../../support/offer-board.ts'
import { cast, crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

describe('the board of a miner whose clock is not believed', () => {
  it('says nothing while it is held, whatever happens, and the truth at once when it is let go', async () => {
    const { board, told, facts, advance } = offerBoard()
    await board.start()
    board.hold(true)
    expect(board.held).toBe(true)
    facts.jobs = 3
    board.changed()
    await board.pause(true)
    await board.pause(false)
    await advance(10 * MINUTE_MS)
    expect(told).toHaveLength(1)
    board.hold(false)
    await advance(0)
    expect(told.slice(1)).toMatchObject([{ offer: { body: { jobs: 3 } } }])
    await advance(RENEW_MS)
    expect(told).toHaveLength(3)
  })

  it('leaves no last word when it ends', async () => {
    const { board, told } = offerBoard()
    await board.start()
    board.hold(true)
    await board[Symbol.asyncDispose]()
    expect(told).toHaveLength(1)
  })
})

describe('the board of a miner that grants terms', () => {
  const service = defaultTerms(credits(10))

  it('commits to a secret in every head, and tells it to one job alone', async () => {
    const { board, told } = offerBoard({ service })
    await board.start()
    const { offer } = told[0]!
    expect(offer.body.terms).toEqual(service)
    expect(board.grantUnder(offer.hash)).toEqual({ terms: service, head: offer.head, isSpent: false })
    const secret = board.spend(offer.hash)!
    expect(beaconOf(crypto, secret)).toBe(offer.head.beacon)
    expect(board.spend(offer.hash)).toBeUndefined()
    expect(board.grantUnder(offer.hash)).toMatchObject({ isSpent: true })
    expect(board.priceUnder(offer.hash, model)).toBe(100n)
  })

  it('has the next head at once, under another secret, and gossips none for it', async () => {
    const { board, told, advance, facts } = offerBoard({ service })
    await board.start()
    const first = board.current!
    board.spend(first.hash)
    facts.jobs = 1
    await advance(0)
    const second = board.current!
    expect(second.head.sequence).toBeGreaterThan(first.head.sequence)
    expect(second.head.beacon).not.toBe(first.head.beacon)
    expect(board.grantUnder(second.hash)).toMatchObject({ isSpent: false })
    expect(told).toHaveLength(1)
    expect(board.published().map(({ hash }) => hash)).toEqual([first.hash])
    // What was told of the load was told by gossip.
    board.loadChanged()
    await advance(MINUTE_MS)
    expect(told).toHaveLength(2)
  })

  it('keeps what it gossiped, however many witnessed jobs come', async () => {
    const { board, advance } = offerBoard({ service })
    await board.start()
    const first = board.current!
    const heads = [first.hash]
    for (let job = 0; job < 100; job++) {
      board.spend(heads.at(-1)!)
      await advance(0)
      heads.push(board.current!.hash)
    }
    expect(new Set(heads).size).toBe(101)
    expect(board.priceUnder(first.hash, model)).toBe(100n)
    expect(heads.slice(1).filter((head) => board.grantUnder(head) !== undefined)).toHaveLength(64)
    expect(board.grantUnder(heads.at(-1)!)).toMatchObject({ isSpent: false })
  })

  it('makes no head while its clock is not believed', async () => {
    const { board, advance } = offerBoard({ service })
    await board.start()
    const { hash } = board.current!
    board.hold(true)
    board.spend(hash)
    await advance(0)
    expect(board.current!.hash).toBe(hash)
  })

  it('grants nothing under a head that has lapsed, or where it grants none', async () => {
    const { board, clock } = offerBoard({ service })
    await board.start()
    const { hash } = board.current!
    clock.setWall(NOW_MS + OFFER_TTL_MS)
    expect(board.grantUnder(hash)).toBeUndefined()
    const { board: other } = offerBoard()
    await other.start()
    expect(other.current!.head.beacon).toBe(ZERO_HASH)
    expect(other.grantUnder(other.current!.hash)).toBeUndefined()
    expect(other.spend(other.current!.hash)).toBeUndefined()
  })
})

describe('the board of a miner’s offer', () => {
  it('publishes what the miner serves, at what price and on what credit, to its own shard', async () => {
    const { board, told, facts, models } = offerBoard()
    facts.jobs = 2
    await board.start()
    expect(told).toMatchObject([
      {
        shard: 'eu-west/cpu',
        offer: {
          hash: board.current?.hash,
          miner: cast.operator.signer.address,
          body: { jobs: 2, jobsMax: 4, chunkCredits: 400n, windowChunks: 4, table: tableHash(crypto, models.table()) },
        },
      },
    ])
    expect(told[0]!.offer.body.models.map(({ base }) => base)).toEqual([100n])
    expect(board.terms).toMatchObject({ chunkCredits: 400n, windowChunks: 4 })
  })

  it('renews the offer a minute before it ends, with a higher sequence', async () => {
    const { board, told, advance } = offerBoard()
    await board.start()
    await advance(RENEW_MS - 1)
    expect(told.length).toBe(1)
    await advance(1)
    await advance(RENEW_MS)
    const [first, second, third] = told.map(({ offer }) => offer.head.sequence)
    expect(second).toBeGreaterThan(first!)
    expect(third).toBeGreaterThan(second!)
  })

  it('tells of changes at most once a minute, all of them together', async () => {
    const { board, told, serve, advance } = offerBoard()
    await board.start()
    for (const [i, word] of ['a', 'b', 'c'].entries()) {
      serve(modelIdOf(digestOf(word)), i)
      board.changed()
    }
    await advance(MINUTE_MS - 1)
    expect(told.length).toBe(1)
    await advance(1)
    expect(told[1]!.offer.body.models.length).toBe(4)
    await advance(MINUTE_MS)
    expect(told.length).toBe(2)
  })

  it('tells of a load that moved by a quarter and stayed there, and of no smaller move', async () => {
    const { board, facts, told, advance } = offerBoard({ jobsMax: 8 })
    await board.start()
    const load = (jobs: number): void => {
      facts.jobs = jobs
      board.loadChanged()
    }
    load(1)
    await advance(MINUTE_MS)
    expect(told.length).toBe(1)
    load(2)
    await advance(0)
    expect(told.map(({ offer }) => offer.body.jobs)).toEqual([0, 2])
    load(8)
    load(1)
    await advance(MINUTE_MS)
    expect(told.length).toBe(2)
    load(0)
    await advance(0)
    expect(told.map(({ offer }) => offer.body.jobs)).toEqual([0, 2, 0])
  })

  it('is renewed in time, also where a load came and went', async () => {
    const { board, facts, told, advance } = offerBoard()
    await board.start()
    facts.jobs = 4
    board.loadChanged()
    facts.jobs = 0
    await advance(MINUTE_MS)
    await advance(RENEW_MS - MINUTE_MS - 1)
    expect(told.length).toBe(1)
    await advance(1)
    expect(told.length).toBe(2)
  })

  it('withdraws at once, and comes back at once after that was told', async () => {
    const { board, told } = offerBoard()
    await board.start()
    await board.pause(true)
    await board.pause(true)
    expect([board.paused, told.at(-1)!.offer.body.paused]).toEqual([true, 1])
    await board.pause(false)
    expect([told.length, told.at(-1)!.offer.body.paused]).toEqual([3, undefined])
  })

  it('is withdrawn while the card is leased, and takes jobs of its lessee all the same', async () => {
    const { board, told } = offerBoard()
    await board.lease(true)
    expect(told).toEqual([])
    await board.start()
    expect([board.paused, told.at(-1)!.offer.body.paused]).toEqual([false, 1])
    await board.lease(false)
    expect([told.length, told.at(-1)!.offer.body.paused]).toEqual([2, undefined])
    await board.lease(true)
    await board.pause(true)
    await board.pause(false)
    expect(told.at(-1)!.offer.body.paused).toBe(1)
  })

  it('has withdrawn when it is gone, and says no more', async () => {
    const { board, told, clock } = offerBoard()
    await board.start()
    await board[Symbol.asyncDispose]()
    await board[Symbol.asyncDispose]()
    expect([told.length, told.at(-1)!.offer.body.paused, clock.pending]).toEqual([2, 1, 0])
    board.changed()
    expect(clock.pending).toBe(0)
  })

  it('lists as many models as an offer has room for', async () => {
    const { board, told, serve } = offerBoard()
    for (let i = 0; i < 20; i++) serve(modelIdOf(digestOf(`${i}`)))
    await board.start()
    expect(told[0]!.offer.body.models.length).toBe(7)
  })
})
