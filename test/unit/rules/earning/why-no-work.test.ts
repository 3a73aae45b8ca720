import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../../protocols/kernel/money.ts'
import { marketRank } from '../../../../protocols/rules/earning/market-rank.ts'
import { type IdleFacts, idleCauses, whyNoWork } from '../../../../protocols/rules/earning/why-no-work.ts'
import '../../../support/property-seed.ts'

const offer = (base: number, jobs = 0, jobsMax = 4) => ({ base: credits(base), jobs, jobsMax })

describe('the place of a miner among others', () => {
  it('is by price where all else is equal, and shared by equal ones', () => {
    const others = [offer(1_000), offer(3_000), offer(2_000)]
    expect(marketRank(offer(2_000), others)).toEqual({ rank: 2, of: 4, isNear: false, cheapest: 1_000n })
    expect(marketRank(offer(900), others)).toMatchObject({ rank: 1, isNear: true })
    expect(marketRank(offer(9_000), others)).toMatchObject({ rank: 4 })
    expect(marketRank(offer(1), [])).toBeUndefined()
  })

  it('is near the best where a client would choose by chance: within a sixth of its price', () => {
    expect(marketRank(offer(1_150), [offer(1_000)])).toMatchObject({ rank: 2, isNear: true })
    expect(marketRank(offer(1_250), [offer(1_000)])).toMatchObject({ rank: 2, isNear: false })
  })

  it('counts who is full behind all others, whatever they ask', () => {
    expect(marketRank(offer(5_000), [offer(1, 4)])).toMatchObject({ rank: 1, of: 2, isNear: true, cheapest: 1n })
    expect(marketRank(offer(1, 4), [offer(5_000)])).toMatchObject({ rank: 2, isNear: false })
  })

  it('never gets worse with a lower price', () => {
    const any = fc.record({ base: fc.integer({ min: 0, max: 1e9 }).map(credits), jobs: fc.nat(8), jobsMax: fc.nat(8) })
    fc.assert(
      fc.property(
        any,
        fc.array(any, { minLength: 1, maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        (own, others, less) => {
          const lower = { ...own, base: credits(own.base > less ? own.base - less : 0n) }
          const [before, after] = [marketRank(own, others)!, marketRank(lower, others)!]
          return after.rank <= before.rank && after.rank >= 1 && after.rank <= others.length + 1
        },
      ),
    )
  })
})

const name = 'characters'
const idle = { name, base: credits(2_000), accepted: 0, refused: {} }
const well: IdleFacts = {
  models: [idle],
  isClockStopped: false,
  isDiskFull: false,
  peers: 3,
  holds: [],
  listens: true,
  unserved: { asks: 0, models: 0 },
  lookedMs: 3_600_000,
}
const causesOf = (facts: Partial<IdleFacts>) => whyNoWork({ ...well, ...facts }).map(({ cause }) => cause)
const textOf = (facts: Partial<IdleFacts>) => whyNoWork({ ...well, ...facts })[0]!.text

describe('why a miner gets no work', () => {
  it('is that nobody asks, where nothing else is known', () => {
    expect(whyNoWork(well)).toEqual([
      { cause: 'not-asked', text: 'nobody asked it for characters in the last 60 minutes' },
    ])
  })

  it('begins with what keeps it away for certain, then what makes others be chosen, then that nobody asks', () => {
    const rank = { rank: 3, of: 4, isNear: false, cheapest: credits(900) }
    const all: IdleFacts = {
      models: [
        { ...idle, rank },
        { ...idle, name: 'languages', refused: { BUSY: 2, MEMORY: 5 } },
      ],
      signing: 'the journal is broken',
      isClockStopped: true,
      isDiskFull: true,
      peers: 0,
      holds: ['a game runs', '1: rtx 3060: 84 C'],
      leasedUntilMs: Date.UTC(2026, 0, 1),
      listens: false,
      seenBy: { seen: 1, asked: 4 },
      stakeShort: credits(5_000_000),
      score: { points: 31.2, tier: 'D' },
      unserved: { asks: 14, models: 2 },
      lookedMs: 600_000,
    }
    expect(whyNoWork(all)).toEqual([
      { cause: 'not-signing', text: 'it signs nothing until it is started again: the journal is broken' },
      { cause: 'clock', text: 'its clock is off, and nothing is signed that carries a time' },
      { cause: 'disk', text: 'its disk is full, and no job is taken until there is space' },
      { cause: 'no-peers', text: 'it is connected to no peer' },
      { cause: 'held', text: 'a game runs' },
      { cause: 'held', text: '1: rtx 3060: 84 C' },
      { cause: 'leased', text: 'its card is leased until 2026-01-01T00:00:00.000Z' },
      { cause: 'unreachable', text: 'it does not listen, so that nobody can connect to it (listen)' },
      { cause: 'unseen', text: '1 of 4 peers that were asked know its offer: aitbc net check' },
      { cause: 'stake', text: 'nobody shows it until an owner with 5 of stake answers for it: aitbc stake' },
      {
        cause: 'price',
        text: 'characters: place 3 of 4 by price and load; it asks 0.002, the cheapest 0.0009 (aitbc price)',
      },
      { cause: 'score', text: 'others score its service 31.2 of 100, tier D' },
      {
        cause: 'refusing',
        text: 'languages: it refused all 7 jobs that were asked for in the last 10 minutes (5 short of memory, 2 full)',
      },
      { cause: 'not-asked', text: 'nobody asked it for characters in the last 10 minutes' },
      {
        cause: 'other-models',
        text: '14 jobs were asked for of 2 models that it does not serve, in the last 10 minutes',
      },
    ])
    const order = whyNoWork(all).map(({ cause }) => idleCauses.indexOf(cause))
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  it('is no price that is nearly the best, no tier that is not low, and no offer that most know', () => {
    const rank = { rank: 2, of: 9, isNear: true, cheapest: credits(1_990) }
    expect(causesOf({ models: [{ ...idle, rank }] })).toEqual(['not-asked'])
    expect(causesOf({ score: { points: 61, tier: 'C' } })).toEqual(['not-asked'])
    expect(causesOf({ seenBy: { seen: 2, asked: 4 } })).toEqual(['not-asked'])
    expect(causesOf({ seenBy: { seen: 0, asked: 1 } })).toEqual(['unseen', 'not-asked'])
  })

  it('tells of the model with the worst place first', () => {
    const at = (rank: number, of: number) => ({ rank, of, isNear: false, cheapest: credits(1) })
    const models = [
      { ...idle, rank: at(2, 5) },
      { ...idle, name: 'worst', rank: at(5, 5) },
    ]
    expect(textOf({ models })).toMatch(/^worst: place 5 of 5/)
  })

  it('counts no refusals against a model of which jobs were taken too', () => {
    expect(causesOf({ models: [{ ...idle, accepted: 3, refused: { BUSY: 9 } }] })).toEqual([])
  })

  it('without a model is that, and nothing of demand', () => {
    expect(causesOf({ models: [] })).toEqual(['no-models'])
  })
})
