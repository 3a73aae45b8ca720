import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../node/network/calls/byte-budget.ts'
import { BAN_MS, BAN_POINTS, PeerLedger } from '../../../node/network/peers/peer-ledger.ts'
import { RateTable } from '../../../node/network/peers/rate-table.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { CallQuota } from '../../../protocols/wire/session/call-quota.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

describe('the quota of calls', () => {
  const limits = { inFlightPerPeerMax: 3, callsPerSecondMax: 10, requestsMax: 1, responsesMax: 1 }

  it('lets in so many at once, and the next when one has left', () => {
    const quota = new CallQuota(limits, 0)
    for (let i = 0; i < 3; i++) expect(quota.enter(0)).toBeUndefined()
    expect(quota.enter(0)).toMatchObject({ code: 'LIMIT', facts: { max: 3 } })
    quota.leave()
    expect(quota.enter(0)).toBeUndefined()
  })

  it('lets in a burst of two seconds, then its rate', () => {
    const quota = new CallQuota(limits, 0)
    const enter = (nowMs: number): boolean => {
      const refused = quota.enter(nowMs)
      if (refused === undefined) quota.leave()
      return refused === undefined
    }
    const count = (nowMs: number): number => {
      let entered = 0
      while (enter(nowMs)) entered++
      return entered
    }
    expect(count(0)).toBe(20)
    expect(count(1_000)).toBe(10)
    expect(count(1_050)).toBe(0)
    expect(count(1_100)).toBe(1)
    expect(count(60_000)).toBe(20)
  })
})

describe('a byte budget', () => {
  it('is bounded for one and for all together', () => {
    const all = new ByteBudget(100)
    const [one, other] = [new ByteBudget(80, all), new ByteBudget(80, all)]
    expect(one.borrow(81)).toBe(false)
    expect(one.borrow(80)).toBe(true)
    expect(other.borrow(21)).toBe(false)
    expect(other.borrow(20)).toBe(true)
    expect([one.used, other.used, all.used]).toEqual([80, 20, 100])
    one.giveBack(80)
    expect([one.used, all.used]).toEqual([0, 20])
  })
})

describe('a rate table', () => {
  it('counts each name in its own window and forgets the one longest unheard of', () => {
    const table = new RateTable(2, 1_000, 3)
    expect([table.allows('a', 0), table.allows('a', 10), table.allows('a', 20), table.allows('b', 20)]).toEqual([
      true,
      true,
      false,
      true,
    ])
    expect(table.allows('a', 1_000)).toBe(true)
    for (const name of ['c', 'd', 'e', 'f']) table.allows(name, 1_000)
    expect(table.size).toBe(3)
  })
})

describe('the ledger', () => {
  const peer = peerId('12D3KooWHostile')
  const broken = new MeshError('MALFORMED', { what: 'frame', why: 'x' })

  function ledger(): { readonly clock: ManualClock; readonly book: PeerLedger; readonly out: PeerId[] } {
    const clock = new ManualClock()
    const out: PeerId[] = []
    return { clock, book: new PeerLedger(clock, (shut) => out.push(shut)), out }
  }

  it('shuts out who breaks ten rules in a short while, once, and lets it in again later', () => {
    const { clock, book, out } = ledger()
    for (let i = 0; i < 9; i++) book.charge(peer, broken)
    expect(book.isWelcome(peer)).toBe(true)
    expect(out).toEqual([])
    book.charge(peer, broken)
    book.charge(peer, broken)
    expect(out).toEqual([peer])
    expect(book.isWelcome(peer)).toBe(false)
    expect(book.standing(peer)).toBe(-1)
    expect(() => book.requireWelcome(peer)).toThrow(expect.objectContaining({ code: 'DIAL_FAILED' }))
    clock.advance(BAN_MS + 1)
    expect(book.isWelcome(peer)).toBe(true)
  })

  it('knows how long the last ping took, for as long as whoever asks wants to believe it', () => {
    const { clock, book } = ledger()
    expect(book.lastPingMs(peer, 1_000)).toBeUndefined()
    book.of(peer).ping = { ms: 12, atMs: clock.monotonicMs() }
    clock.advance(999)
    expect(book.lastPingMs(peer, 1_000)).toBe(12)
    clock.advance(1)
    expect(book.lastPingMs(peer, 1_000)).toBeUndefined()
  })

  it('lets the line be judged by what goes over it, and not by what moves within a LAN', () => {
    const near = peerId('12D3KooWNeighbour')
    const book = new PeerLedger(
      new ManualClock(),
      () => undefined,
      (each) => each !== near,
    )
    expect(book.open(peer).bulk).toBe(book.bulk)
    expect(book.open(near).bulk).toBeUndefined()
  })

  it('forgets slowly, so that one broken rule now and then is borne', () => {
    const { clock, book, out } = ledger()
    for (let i = 0; i < 100; i++) {
      book.charge(peer, broken)
      clock.advance(120_000)
    }
    expect(out).toEqual([])
    expect(book.figures(peer)!.points).toBeLessThan(BAN_POINTS)
  })

  it.each(['LIMIT', 'TIMEOUT', 'STREAM_LOST', 'DISK_FULL', 'BUG'] as const)(
    "charges nothing that the peer's bytes do not prove: %s",
    (code) => {
      const { book } = ledger()
      book.charge(peer, new MeshError(code))
      expect(book.standing(peer)).toBe(0)
    },
  )

  it('remembers so many peers and no more, and not the well-behaved before those that are shut out', () => {
    const { book } = ledger()
    for (let i = 0; i < 10; i++) book.charge(peer, broken)
    for (let i = 0; i < 20_000; i++) book.close(book.open(peerId(`peer ${i}`)))
    expect(book.size).toBeLessThanOrEqual(8_192)
    expect(book.isWelcome(peer)).toBe(false)
    expect(book.figures(peerId('peer 0'))).toBeUndefined()
    expect(book.figures(peerId('peer 19999'))).toBeDefined()
  })

  it('shows what a peer has cost, and nothing of one that it never heard of', () => {
    const { book } = ledger()
    expect(book.figures(peer)).toBeUndefined()
    const account = book.of(peer)
    account.messages++
    account.refused += 2
    account.checks += 3
    account.checkMs += 0.5
    account.queued.borrow(10)
    account.windows.borrow(20)
    book.charge(peer, broken)
    expect(book.figures(peer)).toMatchObject({
      ...{ messages: 1, refused: 2, checks: 3, checkMs: 0.5, queuedBytes: 10, windowBytes: 20, faults: 1, points: 10 },
      ...{ streams: 0, calls: 0 },
    })
  })

  it('keeps the accounts that are in use', () => {
    const { book } = ledger()
    book.open(peer)
    for (let i = 0; i < 20_000; i++) book.close(book.open(peerId(`peer ${i}`)))
    expect(book.figures(peer)?.streams).toBe(1)
  })
})
