import { describe, expect, it } from 'vitest'
import { SeenBy } from '../../../node/market/seen-by.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { offerOf } from '../../support/offers.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const own = offerOf({ miner: 1, sequence: 7 })
const peers = (count: number): readonly PeerId[] => Array.from({ length: count }, (_, i) => peerId(`p${i}`))
type Answer = 'sees' | 'does not' | 'fails' | 'breaks' | 'silent' | 'older' | 'another'

function set(found: readonly PeerId[], answers: Readonly<Record<string, Answer>> = {}) {
  const clock = new ManualClock()
  const facts = {
    asked: [] as PeerId[],
    queries: [] as DirectoryQuery[],
    published: [own],
    found,
    connected: [] as readonly PeerId[],
    looksForever: false,
    networks: new Map<PeerId, string>(),
  }
  const network = {
    self: peerId('self'),
    connectedPeers: () => facts.connected,
    async *call(peer: PeerId, _: unknown, query: DirectoryQuery, { signal }: { readonly signal: AbortSignal }) {
      facts.asked.push(peer)
      facts.queries.push(query)
      const answer = answers[peer] ?? 'sees'
      if (answer === 'fails') throw new MeshError('DIAL_FAILED', { peer, why: 'away' })
      if (answer === 'breaks') throw new TypeError('x is undefined')
      if (answer === 'silent') {
        await new Promise((_resolve, fail) => signal.addEventListener('abort', () => fail(abortError(signal))))
      }
      if (answer === 'another') yield { offer: offerOf({ miner: 2 }).bytes, ageMs: 1 }
      if (answer === 'older') yield { offer: offerOf({ miner: 1, sequence: 6 }).bytes, ageMs: 1 }
      if (answer === 'sees') yield { offer: own.bytes, ageMs: 1 }
    },
  } as unknown as Network
  const seenBy = new SeenBy({
    network,
    directories: { find: () => (facts.looksForever ? new Promise(() => undefined) : Promise.resolve(facts.found)) },
    clock,
    random: new SeededRandom('seen'),
    miner: own.miner,
    published: () => facts.published,
    networkOf: async (peer) => facts.networks.get(peer),
  })
  return { clock, facts, seenBy }
}
const turns = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('how many others see a miner', () => {
  it('is said of those that answered, by the offer that it published itself', async () => {
    const { clock, facts, seenBy } = set(peers(4), { p0: 'does not', p1: 'another', p2: 'older' })
    expect(await seenBy.ask()).toEqual({ seen: 1, asked: 4, atMs: clock.nowMs() })
    expect(facts.queries[0]).toEqual({ miner: own.miner, offersMax: 256 })
  })

  it('counts nobody who did not answer, for who is away says nothing', async () => {
    const { seenBy } = set(peers(3), { p0: 'fails', p1: 'does not' })
    expect(await seenBy.ask()).toMatchObject({ seen: 1, asked: 2 })
  })

  it('is not what a fault of this program says', async () => {
    await expect(set(peers(2), { p0: 'breaks' }).seenBy.ask()).rejects.toThrow(TypeError)
  })

  it('does not wait longer than three seconds for those that are silent', async () => {
    const { clock, seenBy } = set(peers(2), { p0: 'silent' })
    const asking = seenBy.ask()
    await turns()
    clock.advance(3_000)
    expect(await asking).toMatchObject({ seen: 1, asked: 1 })
  })

  it.each([
    ['nobody is there', [], {}],
    ['nobody answers', peers(2), { p0: 'fails', p1: 'fails' }],
  ] as const)('is unknown, which is not 0, where %s', async (_, found, answers) => {
    expect(await set(found, answers).seenBy.ask()).toBeUndefined()
  })

  it('is unknown, and nobody is asked, where nothing was published', async () => {
    const { facts, seenBy } = set(peers(2))
    facts.published = []
    expect([await seenBy.ask(), facts.asked]).toEqual([undefined, []])
  })

  it('is asked once a minute at most, by however many', async () => {
    const { clock, facts, seenBy } = set(peers(2))
    await Promise.all([seenBy.ask(), seenBy.ask()])
    clock.advance(59_999)
    await seenBy.ask()
    expect(facts.asked).toHaveLength(2)
    clock.advance(1)
    await seenBy.ask()
    expect(facts.asked).toHaveLength(4)
  })

  it('is asked of six at random, of as many networks as there are, and never of itself', async () => {
    const { facts, seenBy } = set([peerId('self'), ...peers(40)])
    for (const [i, peer] of peers(40).entries()) facts.networks.set(peer, i < 36 ? 'one' : `other ${i}`)
    await seenBy.ask()
    expect(facts.asked).toHaveLength(6)
    expect(facts.asked).toEqual(expect.arrayContaining(['p36', 'p37', 'p38', 'p39']))
    expect(facts.asked).not.toContain('self')
  })

  it('is asked of those that are connected where a lookup takes too long', async () => {
    const { clock, facts, seenBy } = set([])
    facts.looksForever = true
    facts.connected = peers(1)
    const asking = seenBy.ask()
    await turns()
    clock.advance(1_000)
    expect(await asking).toMatchObject({ seen: 1, asked: 1 })
  })

  it('is given up by who no longer waits, and by the node when it stops', async () => {
    const { clock, seenBy } = set(peers(1), { p0: 'silent' })
    await expect(seenBy.ask(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    const asking = seenBy.ask()
    await turns()
    seenBy[Symbol.dispose]()
    expect(await asking).toBeUndefined()
    expect(clock.pending).toBe(0)
  })
})
