import { describe, expect, it } from 'vitest'
import {
  ANSWER_MS_MAX,
  type DirectoryAnswer,
  GRACE_MS,
  OfferFinder,
} from '../../../../node/client/finding/find-offers.ts'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { abortable } from '../../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import type { CallOptions } from '../../../../protocols/kernel/protocol.ts'
import type { DirectoryQuery } from '../../../../protocols/wire/directory/directory-protocol.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { gossipedOffer, OFFERS_NOW_MS } from '../../../support/wire-vectors/gossiped-offers.ts'

type Answer = readonly Uint8Array[] | MeshError
const lost = new MeshError('STREAM_LOST', { peer: 'p' })
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Directories by name, with what each answers; one that is `slow` says nothing until it is told to. */
function set(directories: Readonly<Record<string, Answer>>, slow: readonly string[] = []) {
  const asked: PeerId[] = []
  const useless: PeerId[] = []
  const late: DirectoryAnswer[] = []
  const gates = new Map(slow.map((name) => [name, Promise.withResolvers<void>()]))
  let calls = 0
  const network = {
    async *call(peer: PeerId, _: unknown, _query: DirectoryQuery, { signal }: CallOptions) {
      asked.push(peer)
      calls++
      try {
        const gate = gates.get(peer)
        if (gate !== undefined) await abortable(gate.promise, signal)
        const answer = directories[peer]!
        if (answer instanceof MeshError) throw answer
        for (const offer of answer) yield { offer, ageMs: 0 }
      } finally {
        calls--
      }
    },
  } as unknown as Network
  const clock = new ManualClock(OFFERS_NOW_MS)
  const book = new OfferBook(clock)
  const finder = new OfferFinder({
    network,
    domain,
    clock,
    book,
    onUseless: (peer) => useless.push(peer),
    onLate: (answer) => late.push(answer),
  })
  const peers = Object.keys(directories).map(peerId)
  const find = (signal?: AbortSignal): Promise<unknown> =>
    finder.find(peers, undefined, signal).catch((error: unknown) => error)
  return {
    asked,
    useless,
    late,
    book,
    clock,
    finder,
    find,
    say: (name: string) => gates.get(name)!.resolve(),
    calls: () => calls,
  }
}

async function search(directories: Readonly<Record<string, Answer>>, signal?: AbortSignal) {
  const all = set(directories)
  return { ...all, answers: await all.find(signal) }
}

describe('a search for offers', () => {
  it('asks three directories, and takes what they pass on', async () => {
    const { asked, useless, book, answers } = await search({ a: [gossipedOffer()], b: [], c: [], d: [gossipedOffer()] })
    expect(asked).toEqual(['a', 'b', 'c'])
    expect(useless).toEqual([])
    expect(book.live().length).toBe(1)
    expect(answers).toContainEqual({ directory: 'a', offers: 1, miners: [expect.any(String)], false: 0 })
  })

  it('goes on to the next three where nobody answered, and says who was of no use', async () => {
    const { asked, useless, book } = await search({ a: lost, b: lost, c: lost, d: [gossipedOffer()], e: lost })
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(useless).toEqual(['a', 'b', 'c', 'e'])
    expect(book.live().length).toBe(1)
  })

  it.each([
    ['bytes that are none', new Uint8Array([1, 2, 3])],
    ['an offer that was changed', gossipedOffer().map((byte, i) => (i === 60 ? byte ^ 1 : byte))],
  ])('takes no %s from a directory, and has no use for it any more', async (_, bad) => {
    const { useless, book, answers } = await search({ a: [bad, gossipedOffer()], b: [] })
    expect(useless).toEqual(['a'])
    expect(answers).toContainEqual({ directory: 'a', offers: 1, miners: [expect.any(String)], false: 1 })
    expect(book.live().length).toBe(1)
  })

  it('fails where there is no directory, or none answers, with what each said', async () => {
    expect((await search({})).answers).toMatchObject({ code: 'NO_PEERS' })
    const { answers } = await search({ a: lost, b: new MeshError('TIMEOUT', { what: 'it', ms: 1 }) })
    expect(answers).toMatchObject({ code: 'NO_PEERS', facts: { why: [expect.any(String), expect.any(String)] } })
  })

  it('ends with the signal’s reason where it was given up', async () => {
    const reason = new MeshError('TIMEOUT', { what: 'the job', ms: 1 })
    expect((await search({ a: lost }, AbortSignal.abort(reason))).answers).toBe(reason)
  })
})

describe('a search among directories of which some are slow', () => {
  it('goes on a moment after one has named a live offer, and takes what the others say later', async () => {
    const { find, clock, book, late, finder, say, calls } = set({ a: [], b: [gossipedOffer()], c: [gossipedOffer()] }, [
      'c',
    ])
    const found = find()
    await settled()
    clock.advance(GRACE_MS)
    expect(await found).toMatchObject([
      { directory: 'a', offers: 0, false: 0 },
      { directory: 'b', offers: 1, false: 0 },
    ])
    expect([book.live().length, late, calls()]).toEqual([1, [], 1])
    const all = finder.lateAnswers()
    say('c')
    await all
    expect([late, calls(), clock.pending]).toMatchObject([[{ directory: 'c', offers: 1, false: 0 }], 0, 0])
  })

  it('puts together what several say within that moment', async () => {
    const { find, clock, late, say } = set({ a: [gossipedOffer()], b: [gossipedOffer()] }, ['b'])
    const found = find()
    await settled()
    clock.advance(GRACE_MS - 1)
    say('b')
    expect(await found).toHaveLength(2)
    expect([late, clock.pending]).toEqual([[], 0])
  })

  it.each([
    ['that there is none', []],
    ['what no miner signed', [new Uint8Array([1])]],
    ['an offer that has expired', [gossipedOffer()]],
  ])('waits on for the others where the quick ones say only %s', async (what, answer) => {
    const { find, clock, say } = set({ a: answer, b: answer, c: [gossipedOffer()] }, ['c'])
    if (what.includes('expired')) clock.setWall(OFFERS_NOW_MS + 3_600_000)
    let isOver = false
    const found = find().finally(() => {
      isOver = true
    })
    await settled()
    clock.advance(2 * GRACE_MS)
    await settled()
    expect(isOver).toBe(false)
    say('c')
    expect(await found).toHaveLength(3)
  })

  it('has no use for one that is later than its time, whether somebody waits for it or not', async () => {
    const { find, clock, useless, calls, late } = set({ a: [], b: [gossipedOffer()], c: [] }, ['c'])
    const found = find()
    await settled()
    clock.advance(GRACE_MS)
    await found
    clock.advance(ANSWER_MS_MAX)
    await settled()
    expect([useless, calls(), late, clock.pending]).toEqual([['c'], 0, [], 0])
    const alone = set({ a: [] }, ['a'])
    const nobody = alone.find()
    await settled()
    alone.clock.advance(ANSWER_MS_MAX)
    expect(await nobody).toMatchObject({ code: 'NO_PEERS' })
    expect([alone.useless, alone.calls()]).toEqual([['a'], 0])
  })

  it('asks one that still owes an answer after all others', async () => {
    const { find, clock, asked } = set({ a: [gossipedOffer()], b: [], c: [], d: [] }, ['b'])
    const found = find()
    await settled()
    clock.advance(GRACE_MS)
    await found
    asked.length = 0
    await find()
    expect(asked).toEqual(['a', 'c', 'd'])
  })

  it('leaves no call behind when it is closed, takes nothing any more and complains of nobody', async () => {
    const { find, clock, finder, useless, late, calls, say } = set(
      { a: [gossipedOffer()], b: [gossipedOffer()], c: lost },
      ['b', 'c'],
    )
    const found = find()
    await settled()
    clock.advance(GRACE_MS)
    await found
    expect(calls()).toBe(2)
    const waiting = set({ a: [] }, ['a'])
    const cut = waiting.find()
    await settled()
    await Promise.all([finder[Symbol.asyncDispose](), waiting.finder[Symbol.asyncDispose]()])
    expect([calls(), waiting.calls(), clock.pending, waiting.clock.pending]).toEqual([0, 0, 0, 0])
    expect(await cut).toMatchObject({ code: 'CANCELLED' })
    say('b')
    await settled()
    expect([late, useless, waiting.useless]).toEqual([[], [], []])
    expect(await find()).toMatchObject({ code: 'CANCELLED' })
  })

  it('that is given up takes its calls with it', async () => {
    const { find, useless, calls } = set({ a: [] }, ['a'])
    const reason = new MeshError('TIMEOUT', { what: 'the job', ms: 1 })
    const job = new AbortController()
    const found = find(job.signal)
    await settled()
    job.abort(reason)
    expect(await found).toBe(reason)
    await settled()
    expect([calls(), useless]).toEqual([0, []])
  })
})
