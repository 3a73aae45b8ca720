import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { commonBits, compareDistance } from '../../../simulations/wire/dht/distance.ts'
import { lookup } from '../../../simulations/wire/dht/lookup.ts'
import { BUCKET_SIZE, type Contact, RoutingTable } from '../../../simulations/wire/dht/routing-table.ts'
import '../../support/property-seed.ts'

const id = (name: string): Uint8Array => createHash('sha256').update(name).digest()
const contact = (name: string): Contact => ({ peer: peerId(name), id: id(name) })
const asNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('distance in the DHT', () => {
  it('is the XOR of two ids as a number, and common bits are its leading zeros', () => {
    fc.assert(
      fc.property(bytes32, bytes32, bytes32, (target, a, b) => {
        const [toA, toB] = [asNumber(target) ^ asNumber(a), asNumber(target) ^ asNumber(b)]
        expect(Math.sign(compareDistance(target, a, b))).toBe(toA < toB ? -1 : toA > toB ? 1 : 0)
        expect(commonBits(target, a)).toBe(256 - (toA === 0n ? 0 : toA.toString(2).length))
      }),
    )
  })
})

describe('a routing table', () => {
  it('keeps twenty peers of each distance, the earliest, and gives the nearest first', () => {
    const table = new RoutingTable(id('self'))
    const all = Array.from({ length: 500 }, (_, i) => contact(`peer ${i}`))
    for (const one of all) table.add(one)
    const far = all.filter((one) => commonBits(id('self'), one.id) === 0)
    expect(far.length).toBeGreaterThan(200)
    const kept = table.closest(id('anything'), 1_000)
    expect(kept.filter((one) => commonBits(id('self'), one.id) === 0)).toHaveLength(BUCKET_SIZE)
    for (const one of far.slice(0, BUCKET_SIZE)) expect(kept).toContain(one)
    const sorted = [...kept].sort((a, b) => compareDistance(id('anything'), a.id, b.id))
    expect(kept).toEqual(sorted)
    table.remove(kept[0]!)
    expect(table.size).toBe(kept.length - 1)
  })
})

describe('a lookup', () => {
  const peers = Array.from({ length: 400 }, (_, i) => contact(`node ${i}`))
  /** What each node knows: its table after it has heard of everybody in some order. */
  const tables = new Map(
    peers.map((self, i) => {
      const table = new RoutingTable(self.id)
      for (const other of [...peers.slice(i + 1), ...peers.slice(0, i)]) table.add(other)
      return [self.peer, table]
    }),
  )
  const nearestOfAll = (target: Uint8Array): string[] =>
    [...peers]
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, BUCKET_SIZE)
      .map(({ peer }) => peer)

  it('finds the twenty nearest of all from any start, asking a part of them, three at a time', async () => {
    for (let i = 0; i < 20; i++) {
      const target = id(`target ${i}`)
      let [asked, underWay, most] = [0, 0, 0]
      const found = await lookup({
        target,
        start: [peers[i * 7]!],
        alpha: 3,
        isDone: () => false,
        ask: async ({ peer }) => {
          asked++
          most = Math.max(most, ++underWay)
          await Promise.resolve()
          underWay--
          return tables.get(peer)!.closest(target, BUCKET_SIZE)
        },
      })
      expect(found.map(({ peer }) => peer)).toEqual(nearestOfAll(target))
      expect(asked).toBeLessThan(50)
      expect(most).toBe(3)
    }
  })

  it('goes around peers that do not answer', async () => {
    const target = id('target')
    const dead = new Set(peers.filter((_, i) => i % 3 === 0).map(({ peer }) => peer))
    const found = await lookup({
      target,
      start: [peers[1]!],
      alpha: 3,
      isDone: () => false,
      ask: async ({ peer }) => (dead.has(peer) ? undefined : tables.get(peer)!.closest(target, BUCKET_SIZE)),
    })
    expect(found.length).toBeGreaterThan(5)
    for (const { peer } of found) expect(dead.has(peer)).toBe(false)
    const alive = [...peers].sort((a, b) => compareDistance(target, a.id, b.id)).filter(({ peer }) => !dead.has(peer))
    expect(found[0]).toMatchObject({ peer: alive[0]!.peer })
  })

  it('ends although liars name new peers for ever', async () => {
    let made = 0
    const found = await lookup({
      target: id('target'),
      start: [contact('liar')],
      alpha: 3,
      isDone: () => false,
      ask: async () => Array.from({ length: 50 }, () => contact(`invented ${made++}`)),
    })
    expect(found).toHaveLength(BUCKET_SIZE)
    expect(made).toBeLessThan(20_000)
  })
})
