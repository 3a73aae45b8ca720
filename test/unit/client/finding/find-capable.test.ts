import { describe, expect, it } from 'vitest'
import { CAPABLE_WANTED, findCapable } from '../../../../node/client/finding/find-capable.ts'
import { abortable } from '../../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import { capabilityKey, hasMemory, shardOf } from '../../../../protocols/wire/profile/capability-key.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const TAG = '01234567'
const able = hasMemory(24)
const self = peerId('self')

/** A network in which these peers announce themselves, each in its shard. */
function set(peers: readonly PeerId[], { fails = false, hangs = false } = {}) {
  const clock = new ManualClock()
  const shards = new Map(Array.from({ length: 16 }, (_, shard) => [capabilityKey(crypto, TAG, able, shard), shard]))
  const facts = { asked: [] as number[], atOnce: 0, atOnceMax: 0 }
  const network = {
    self,
    tag: TAG,
    async *findProviders(key: string, signal?: AbortSignal) {
      const shard = shards.get(key as never)!
      facts.asked.push(shard)
      facts.atOnceMax = Math.max(facts.atOnceMax, ++facts.atOnce)
      try {
        await new Promise((resolve) => setImmediate(resolve))
        if (hangs) await abortable(new Promise(() => undefined), signal)
        if (fails) throw new MeshError('TIMEOUT', { what: 'a lookup', ms: 1 })
        yield* peers.filter((peer) => shardOf(crypto, peer) === shard)
      } finally {
        facts.atOnce--
      }
    },
  } as unknown as Network
  const find = (seed = 'a', signal?: AbortSignal) =>
    findCapable({ network, hasher: crypto, clock, random: new SeededRandom(seed) }, able, signal)
  return { clock, facts, find }
}

const many = (count: number) => Array.from({ length: count }, (_, i) => peerId(`peer ${i}`))

describe('a search for miners that can do something', () => {
  it('finds the one that there is, in whatever shard, and asks four shards at once', async () => {
    const { facts, find } = set([peerId('alone'), self])
    expect(await find()).toEqual([peerId('alone')])
    expect(facts.asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
    expect(facts.atOnceMax).toBe(4)
  })

  it('ends as soon as it has enough, and begins elsewhere each time', async () => {
    const { facts, find } = set(many(1_000))
    expect(await find('a')).toHaveLength(CAPABLE_WANTED)
    expect(facts.asked.length).toBeLessThanOrEqual(4)
    const first = facts.asked.splice(0)
    await find('b')
    expect(facts.asked).not.toEqual(first)
    expect(facts.atOnce).toBe(0)
  })

  it('has nobody to name where nobody can, and fails where no lookup answers', async () => {
    expect(await set([]).find()).toEqual([])
    await expect(set([], { fails: true }).find()).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('ends after ten seconds with what it has, and at once when it is given up', async () => {
    const slow = set([], { hangs: true })
    const finding = slow.find()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    slow.clock.advance(10_000)
    expect(await finding).toEqual([])
    const stop = new AbortController()
    const given = set([], { hangs: true }).find('a', stop.signal)
    stop.abort(new MeshError('CANCELLED'))
    await expect(given).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
