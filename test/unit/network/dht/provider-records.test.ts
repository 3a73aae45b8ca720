import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore'
import { describe, expect, it } from 'vitest'
import {
  CONTENTS_MAX,
  PROVIDERS_PER_CONTENT_MAX,
  PROVIDERS_PER_NETWORK_MAX,
  ProviderRecords,
} from '../../../../node/network/dht/provider-records.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

const VALUE = Uint8Array.of(1)
const keyOf = (content: string, peer: string): Key => new Key(`/dht/provider/${content}/${peer}`)

function set(seed = 'records') {
  const rest = new MemoryDatastore()
  const networks = new Map<string, string>()
  const networkOf = (peer: string): string | undefined => networks.get(peer)
  const records = new ProviderRecords({ hasher: crypto, random: new SeededRandom(seed), self: 'self', networkOf, rest })
  const add = (content: string, ...peers: readonly string[]): void => {
    for (const peer of peers) records.put(keyOf(content, peer), VALUE)
  }
  const held = async (prefix: string): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { key } of records.query({ prefix })) found.push(key.toString().slice('/dht/provider/'.length))
    return found.sort()
  }
  return { records, rest, networks, add, held }
}

const names = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${name} ${i}`)

describe('provider records', () => {
  it('are put, read, listed by content and all together, and deleted', async () => {
    const { records, add, held } = set()
    add('a', 'one', 'two')
    add('b', 'one')
    expect(await records.get(keyOf('a', 'one'))).toBe(VALUE)
    expect([await records.has(keyOf('a', 'two')), await records.has(keyOf('b', 'two'))]).toEqual([true, false])
    expect(await held('/dht/provider/a')).toEqual(['a/one', 'a/two'])
    expect(await held('/dht/provider')).toEqual(['a/one', 'a/two', 'b/one'])
    await records.delete(keyOf('a', 'one'))
    await records.delete(keyOf('b', 'one'))
    expect(await held('/dht/provider')).toEqual(['a/two'])
    const keys: string[] = []
    for await (const key of records.queryKeys({ prefix: '/dht/provider/a' })) keys.push(key.toString())
    expect(keys).toEqual(['/dht/provider/a/two'])
  })

  it('of Sybils that fill a key leave the honest their share, and their share alone', async () => {
    const { add, held } = set()
    const honest = names('honest', 100)
    add('gpu', ...honest.slice(0, 50))
    add('gpu', ...names('sybil', 900))
    add('gpu', ...honest.slice(50))
    const kept = await held('/dht/provider/gpu')
    expect(kept).toHaveLength(PROVIDERS_PER_CONTENT_MAX)
    // A tenth of 200 is 20; whoever comes first or last has no advantage.
    const share = (peers: readonly string[]): number => peers.filter((peer) => kept.includes(`gpu/${peer}`)).length
    expect(share(honest)).toBeGreaterThan(8)
    expect(share(honest)).toBeLessThan(36)
    expect(share(honest.slice(0, 50))).toBeGreaterThan(2)
    expect(share(honest.slice(50))).toBeGreaterThan(2)
  })

  it('of Sybils of one network take eight places of a key, and none from those of others', async () => {
    const { networks, add, held } = set()
    const honest = names('honest', 100)
    const sybils = names('sybil', 2_000)
    for (const peer of sybils) networks.set(peer, '4/203.0.113')
    for (const [i, peer] of honest.entries()) networks.set(peer, `4/198.51.${i}`)
    add('gpu', ...honest.slice(0, 50), ...sybils, ...honest.slice(50))
    const kept = await held('/dht/provider/gpu')
    expect(kept.filter((path) => path.startsWith('gpu/honest'))).toHaveLength(100)
    expect(kept.filter((path) => path.startsWith('gpu/sybil'))).toHaveLength(PROVIDERS_PER_NETWORK_MAX)
    // What it said before, a peer says again without a loss.
    add('gpu', ...honest)
    expect(await held('/dht/provider/gpu')).toEqual(kept)
  })

  it('keep another sample at each server', async () => {
    const kept = await Promise.all(
      ['one server', 'another'].map(async (seed) => {
        const { add, held } = set(seed)
        add('gpu', ...names('peer', 1_000))
        return held('/dht/provider/gpu')
      }),
    )
    expect(kept[0]).not.toEqual(kept[1])
  })

  it('of a flood of contents leave the most of those that were there, and never drop what this node announces', async () => {
    const { add, held } = set()
    add('own', 'self')
    for (const content of names('honest', 1_000)) add(content, 'peer')
    for (const content of names('flood', 8_000)) add(content, 'sybil')
    const contents = (await held('/dht/provider')).map((path) => path.split('/')[0]!)
    expect(contents).toHaveLength(CONTENTS_MAX)
    expect(contents).toContain('own')
    // 9,000 want 4,096 places.
    const share = contents.filter((content) => content.startsWith('honest')).length / 1_000
    expect(share).toBeGreaterThan(0.3)
    add('own', ...names('sybil', 5_000))
    expect(await held('/dht/provider/own')).toContain('own/self')
  })

  it('stand beside everything else, which is kept as it was', async () => {
    const { records, rest } = set()
    const other = new Key('/peers/x')
    await records.put(other, VALUE)
    expect([await records.get(other), await rest.get(other)]).toEqual([VALUE, VALUE])
    expect(await records.has(other)).toBe(true)
    const found: string[] = []
    for await (const { key } of records.query({ prefix: '/peers' })) found.push(key.toString())
    expect(found).toEqual(['/peers/x'])
    await records.delete(other)
    expect(await rest.has(other)).toBe(false)
    const batch = records.batch()
    batch.put(other, VALUE)
    batch.put(keyOf('a', 'one'), VALUE)
    await batch.commit()
    expect([await rest.has(other), await rest.has(keyOf('a', 'one')), await records.has(keyOf('a', 'one'))]).toEqual([
      true,
      false,
      true,
    ])
  })
})
