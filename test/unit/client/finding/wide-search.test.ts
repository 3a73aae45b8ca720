import { describe, expect, it } from 'vitest'
import { WideSearch } from '../../../../node/client/finding/wide-search.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import { capabilityKey, servesModel } from '../../../../protocols/wire/profile/capability-key.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const TAG = '01234567'
const key = capabilityKey(crypto, TAG, servesModel(model), 0)

/** These announce the model; of them the dead do not answer, and the live one names an offer. */
function set(dead: readonly string[], live: readonly string[] = []) {
  const clock = new ManualClock()
  const facts = { announced: [...dead, ...live].map(peerId), lookups: 0, asked: [] as PeerId[][], isKnown: false }
  const search = new WideSearch({
    network: {
      self: peerId('self'),
      tag: TAG,
      async *findProviders(asked: string) {
        facts.lookups++
        if (asked === key) yield* facts.announced
      },
    } as unknown as Network,
    hasher: crypto,
    clock,
    random: new SeededRandom('wide'),
    isKnown: () => facts.isKnown,
    finder: {
      async find(peers) {
        facts.asked.push([...peers])
        const directory = peers.find((peer) => live.includes(peer))
        if (directory === undefined) throw new MeshError('NO_PEERS', { network: 'n', why: [] })
        facts.isKnown = true
        return [{ directory, offers: 1, miners: [], false: 0 }]
      },
    },
  })
  return { clock, facts, search: () => search.search(model) }
}

describe('a search beyond the region', () => {
  it('goes on behind miners that are gone, and says nothing of them', async () => {
    const { facts, search } = set(['a', 'b', 'c'], ['d'])
    expect(await search()).toMatchObject([{ directory: 'd' }])
    expect(facts.asked).toEqual([['a', 'b', 'c'], ['d']])
    expect(await set(['a', 'b']).search()).toEqual([])
  })

  it('does not wait for the same ones again, and looks anew after fifteen seconds', async () => {
    const { clock, facts, search } = set(['a', 'b'])
    await search()
    await search()
    expect([facts.asked.length, facts.lookups]).toEqual([1, 16])
    clock.advance(15_000)
    await search()
    expect([facts.asked.length, facts.lookups]).toEqual([2, 32])
  })

  it('asks nobody of a model that nobody announces', async () => {
    const { facts, search } = set([])
    expect([await search(), facts.asked]).toEqual([[], []])
  })
})
