import { describe, expect, it } from 'vitest'
import { findOffers } from '../../../node/client/find-offers.ts'
import { OfferBook } from '../../../node/client/offer-book.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { CallOptions } from '../../../protocols/kernel/protocol.ts'
import type { DirectoryEntry, DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { domain } from '../../support/statement-vectors/cast.ts'
import { gossipedOffer, OFFERS_NOW_MS } from '../../support/wire-vectors/gossiped-offers.ts'

type Answer = readonly Uint8Array[] | MeshError
const lost = new MeshError('STREAM_LOST', { peer: 'p' })

/** Directories by name, with what each answers. */
async function search(directories: Readonly<Record<string, Answer>>, signal?: AbortSignal) {
  const asked: PeerId[] = []
  const useless: PeerId[] = []
  const network = {
    async *call(
      peer: PeerId,
      _: unknown,
      _query: DirectoryQuery,
      _options: CallOptions,
    ): AsyncGenerator<DirectoryEntry> {
      asked.push(peer)
      const answer = directories[peer]!
      if (answer instanceof MeshError) throw answer
      for (const offer of answer) yield { offer, ageMs: 0 }
    },
  } as unknown as Network
  const book = new OfferBook(new ManualClock(OFFERS_NOW_MS))
  const peers = Object.keys(directories).map(peerId)
  const found = findOffers(network, domain, book, peers, undefined, signal, (peer) => useless.push(peer))
  return { asked, useless, book, answers: await found.catch((error: unknown) => error) }
}

describe('a search for offers', () => {
  it('asks three directories, and takes what they pass on', async () => {
    const { asked, useless, book, answers } = await search({ a: [gossipedOffer()], b: [], c: [], d: [gossipedOffer()] })
    expect(asked).toEqual(['a', 'b', 'c'])
    expect(useless).toEqual([])
    expect(book.live().length).toBe(1)
    expect(answers).toContainEqual({ directory: 'a', offers: 1, false: 0 })
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
    expect(answers).toContainEqual({ directory: 'a', offers: 1, false: 1 })
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
