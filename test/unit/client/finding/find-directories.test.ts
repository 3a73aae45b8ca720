import { describe, expect, it } from 'vitest'
import { DirectoryFinder } from '../../../../node/client/finding/find-directories.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import { directoryKey } from '../../../../protocols/wire/directory/directory-key.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const [self, a, b, c] = ['self', 'a', 'b', 'c'].map(peerId) as [PeerId, PeerId, PeerId, PeerId]

function set() {
  const clock = new ManualClock()
  const facts = { announced: [a, b] as readonly PeerId[], connected: [] as PeerId[], keys: [] as string[] }
  const network = {
    self,
    tag: '01234567',
    connectedPeers: () => facts.connected,
    async *findProviders(key: string) {
      facts.keys.push(key)
      yield* facts.announced
    },
  } as unknown as Network
  return { clock, facts, finder: new DirectoryFinder(network, clock, crypto, 'eu-west') }
}

describe('the directories of a region', () => {
  it('are those that announce themselves under its key, but this node', async () => {
    const { facts, finder } = set()
    facts.announced = [a, self, b]
    expect(await finder.find()).toEqual([a, b])
    expect(facts.keys).toEqual([directoryKey(crypto, '01234567', 'eu-west')])
  })

  it('are asked for in the DHT once a minute, and each time while there is none', async () => {
    const { clock, facts, finder } = set()
    facts.announced = []
    expect(await finder.find()).toEqual([])
    facts.announced = [a]
    expect(await finder.find()).toEqual([a])
    clock.advance(60_000)
    expect(await finder.find()).toEqual([a])
    expect(facts.keys.length).toBe(2)
    facts.announced = [b]
    clock.advance(1)
    expect(await finder.find()).toEqual([b])
  })

  it('begin with those that this node is connected to', async () => {
    const { facts, finder } = set()
    facts.announced = [a, b, c]
    facts.connected = [c]
    expect(await finder.find()).toEqual([c, a, b])
  })

  it('may be among those that are connected where the DHT names none, and are looked for there again', async () => {
    const { facts, finder } = set()
    facts.announced = []
    facts.connected = [c]
    expect(await finder.find()).toEqual([c])
    facts.announced = [a]
    expect(await finder.find()).toEqual([a])
  })

  it('stay known when the DHT has none to name, which says little', async () => {
    const { clock, facts, finder } = set()
    await finder.find()
    facts.announced = []
    clock.advance(60_001)
    expect(await finder.find()).toEqual([a, b])
  })

  it('lose one that was of no use, and are looked for when none is left', async () => {
    const { facts, finder } = set()
    await finder.find()
    finder.forget(a)
    expect(await finder.find()).toEqual([b])
    facts.announced = [c]
    finder.forget(b)
    expect(await finder.find()).toEqual([c])
  })

  it('are sixteen at most, however many announce themselves', async () => {
    const { facts, finder } = set()
    facts.announced = Array.from({ length: 1_000 }, (_, i) => peerId(`peer ${i}`))
    expect((await finder.find()).length).toBe(16)
  })
})
