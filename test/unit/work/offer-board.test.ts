import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { ModelSeat } from '../../../node/work/model-seat.ts'
import { OfferBoard, type OfferSettings, RENEW_MS } from '../../../node/work/offer-board.ts'
import { ServedModel, ServedModels } from '../../../node/work/served-models.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { AskedPrice } from '../../../protocols/rules/pricing/price-strategy.ts'
import { defaultTerms } from '../../../protocols/rules/service-level/granted-terms.ts'
import { HighestSeen, nextSequence } from '../../../protocols/statements/sequence.ts'
import { beaconOf } from '../../../protocols/statements/service-level.ts'
import { type Offer, openOffer } from '../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS } from '../../../protocols/wire/offer/offer-body.ts'
import { tableHash } from '../../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { IdentitySession } from '../../support/identity-session.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { cast, crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { hashOf, model } from '../../support/wire-vectors/job-samples.ts'

const NOW_MS = 1_790_000_000_000
const MINUTE_MS = 60_000
const settings = { region: 'eu-west', gpuClass: 'cpu', jobsMax: 4, chunkCredits: credits(400), windowChunks: 4 }

function set(change: Partial<OfferSettings> = {}) {
  const clock = new ManualClock(NOW_MS)
  const facts = { peers: 3, jobs: 0, sequence: 0n, failure: undefined as MeshError | undefined, meanwhile: () => {} }
  const told: { readonly shard: string; readonly offer: Offer }[] = []
  const failures: Error[] = []
  const session = new IdentitySession(clock, 1)
  const models = new ServedModels()
  const serve = (id = model, base = 100): void => {
    const { kernelClass, inputs, outputs } = session
    models.add(
      new ServedModel({ id, name: 'm', bytes: 1, base: credits(base), kernelClass, inputs, outputs }, [
        new ModelSeat(crypto, 'cpu', session),
      ]),
    )
  }
  serve()
  const board = new OfferBoard(
    {
      network: {
        async publish(_: unknown, shard: string, data: Uint8Array) {
          if (facts.failure !== undefined) throw facts.failure
          told.push({ shard, offer: openOffer(domain, data) })
          return facts.peers
        },
      } as unknown as Network,
      domain,
      signer: cast.operator.signer,
      clock,
      topic: offerTopic(domain, new HighestSeen()),
      models,
      jobs: () => facts.jobs,
      nextSequence: async (nowMs) => {
        facts.meanwhile()
        facts.sequence = nextSequence(facts.sequence, nowMs)
        return facts.sequence
      },
      onPublished: () => undefined,
      onFailure: (error) => failures.push(error),
      random: systemRandom,
    },
    { ...settings, ...change },
  )
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  /** Lets time pass as it does: one timer after another. */
  const pass = async (ms: number, stepMs = 500): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) await advance(stepMs)
  }
  return { clock, facts, told, failures, models, serve, board, advance, pass }
}

describe('the board of a miner whose clock is not believed', () => {
  it('says nothing while it is held, whatever happens, and the truth at once when it is let go', async () => {
    const { board, told, facts, advance } = set()
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
    const { board, told } = set()
    await board.start()
    board.hold(true)
    await board[Symbol.asyncDispose]()
    expect(told).toHaveLength(1)
  })
})

describe('the board of a miner that grants terms', () => {
  const service = defaultTerms(credits(10))

  it('commits to a secret in every head, and tells it to one job alone', async () => {
    const { board, told } = set({ service })
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
    const { board, told, advance, facts } = set({ service })
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
    const { board, advance } = set({ service })
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
    const { board, advance } = set({ service })
    await board.start()
    const { hash } = board.current!
    board.hold(true)
    board.spend(hash)
    await advance(0)
    expect(board.current!.hash).toBe(hash)
  })

  it('grants nothing under a head that has lapsed, or where it grants none', async () => {
    const { board, clock } = set({ service })
    await board.start()
    const { hash } = board.current!
    clock.setWall(NOW_MS + OFFER_TTL_MS)
    expect(board.grantUnder(hash)).toBeUndefined()
    const { board: other } = set()
    await other.start()
    expect(other.current!.head.beacon).toBe(ZERO_HASH)
    expect(other.grantUnder(other.current!.hash)).toBeUndefined()
    expect(other.spend(other.current!.hash)).toBeUndefined()
  })
})

describe('the board of a miner whose price moves', () => {
  const askFor = (base: number): AskedPrice => ({ base: credits(base) }) as AskedPrice

  it('says the new price in the next offer, under the same table, and keeps the one that was promised before', async () => {
    const { board, told, models } = set()
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
    const { board, told, models, facts } = set()
    facts.meanwhile = () => {
      models.get(model)!.asked = askFor(7_000)
    }
    await board.start()
    expect(told[0]!.offer.body.models).toMatchObject([{ base: 100n }])
    expect(board.priceUnder(told[0]!.offer.hash, model)).toBe(100n)
  })
})

describe('the board of a miner’s offer', () => {
  it('publishes what the miner serves, at what price and on what credit, to its own shard', async () => {
    const { board, told, facts, models } = set()
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
    const { board, told, advance } = set()
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
    const { board, told, serve, advance } = set()
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
    const { board, facts, told, advance } = set({ jobsMax: 8 })
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
    const { board, facts, told, advance } = set()
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
    const { board, told } = set()
    await board.start()
    await board.pause(true)
    await board.pause(true)
    expect([board.paused, told.at(-1)!.offer.body.paused]).toEqual([true, 1])
    await board.pause(false)
    expect([told.length, told.at(-1)!.offer.body.paused]).toEqual([3, undefined])
  })

  it('is withdrawn while the card is leased, and takes jobs of its lessee all the same', async () => {
    const { board, told } = set()
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
    const { board, told, clock } = set()
    await board.start()
    await board[Symbol.asyncDispose]()
    await board[Symbol.asyncDispose]()
    expect([told.length, told.at(-1)!.offer.body.paused, clock.pending]).toEqual([2, 1, 0])
    board.changed()
    expect(clock.pending).toBe(0)
  })

  it('lists as many models as an offer has room for', async () => {
    const { board, told, serve } = set()
    for (let i = 0; i < 20; i++) serve(modelIdOf(digestOf(`${i}`)))
    await board.start()
    expect(told[0]!.offer.body.models.length).toBe(7)
  })
})

describe('a price', () => {
  it('stands for those who name the offer, also when a newer one has another', async () => {
    const { board, serve } = set()
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
    const { board, clock } = set()
    await board.start()
    const first = board.current!.hash
    clock.setWall(NOW_MS + OFFER_TTL_MS - 1)
    expect(board.priceUnder(first, model)).toBe(100n)
    clock.setWall(NOW_MS + OFFER_TTL_MS)
    expect(board.priceUnder(first, model)).toBeUndefined()
  })

  it('stands as long as the offer lives, however often a lonely miner repeats itself', async () => {
    const { board, facts, told, pass } = set()
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
    const { board, facts, told, advance, pass } = set()
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
    const { board, facts, told, failures, advance } = set()
    await board.start()
    facts.failure = new MeshError('DISK_FULL', { file: 'journal' })
    await advance(RENEW_MS)
    expect(failures).toEqual([facts.failure])
    facts.failure = undefined
    await advance(5_000)
    expect(told.length).toBe(2)
  })

  it('does not start where its first word cannot be said', async () => {
    const { board, facts } = set()
    facts.failure = new MeshError('DISK_FULL', { file: 'journal' })
    await expect(board.start()).rejects.toBe(facts.failure)
  })
})
