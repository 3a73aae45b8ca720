import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { DhtMode, isReachable } from '../../../../node/network/dht/dht-mode.ts'
import { networkPresets } from '../../../../node/network/network-preset.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'

const { local, lan, wan } = networkPresets
const PUBLIC = '/ip4/11.0.0.1/tcp/4011'
const PRIVATE = '/ip4/192.168.1.5/tcp/4011'
const RELAYED = '/ip4/11.0.0.2/tcp/1/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5/p2p-circuit'

it.each([
  ['nothing', [], local, false],
  ['a private address on one machine', ['/ip4/127.0.0.1/tcp/1'], local, true],
  ['a private address in a LAN', [PRIVATE], lan, true],
  ['a private address on the internet', [PRIVATE, '/ip6/fd00::1/tcp/1'], wan, false],
  ['a public address', [PRIVATE, PUBLIC], wan, true],
  ['a name', ['/dns4/miner.example.org/tcp/1'], wan, true],
  ['a relay', [RELAYED], wan, false],
  ['a relay in a LAN', [RELAYED], lan, false],
])('a node with %s confirmed: reachable or not', (_, addresses, preset, reachable) => {
  expect(
    isReachable(
      addresses.map((text) => multiaddr(text)),
      preset,
    ),
  ).toBe(reachable)
})

describe('the mode of the DHT', () => {
  function set() {
    const listeners = new Set<() => void>()
    const facts = { addresses: [] as string[], mode: 'client', changes: [] as string[], fails: false }
    const reports: MeshError[] = []
    const libp2p = {
      status: 'started',
      getMultiaddrs: () => facts.addresses.map((text) => multiaddr(text)),
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    }
    const update = async (...addresses: string[]): Promise<void> => {
      facts.addresses = addresses
      for (const listener of listeners) listener()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const dht = {
      getMode: () => facts.mode,
      async setMode(mode: string) {
        facts.changes.push(mode)
        if (facts.fails) throw new MeshError('CANCELLED')
        facts.mode = mode
        // Its protocols are others now.
        for (const listener of listeners) listener()
      },
    }
    const report = (error: MeshError): void => void reports.push(error)
    const mode = new DhtMode({ libp2p, dht, preset: wan, report } as unknown as ConstructorParameters<
      typeof DhtMode
    >[0])
    return { libp2p, facts, reports, listeners, update, mode }
  }

  it('is that of a server while a public address is confirmed, and only then', async () => {
    const { facts, update, mode } = set()
    using _ = mode
    await update(PRIVATE)
    expect(facts.changes).toEqual([])
    await update(PRIVATE, PUBLIC)
    await update(PUBLIC)
    expect(facts.changes).toEqual(['server'])
    await update(PRIVATE)
    expect(facts.changes).toEqual(['server', 'client'])
  })

  it('stays as it was told until the sockets of the node are up', async () => {
    const { libp2p, facts, update, mode } = set()
    using _ = mode
    facts.mode = 'server'
    libp2p.status = 'starting'
    await update()
    expect(facts.changes).toEqual([])
    libp2p.status = 'started'
    await update(PUBLIC)
    expect([facts.mode, facts.changes]).toEqual(['server', []])
  })

  it('that could not be changed is told of, and tried at the next occasion', async () => {
    const { facts, reports, update, mode } = set()
    using _ = mode
    facts.fails = true
    await update(PUBLIC)
    expect(reports).toHaveLength(1)
    facts.fails = false
    await update(PUBLIC)
    expect(facts.mode).toBe('server')
  })

  it('follows nothing once it is disposed', () => {
    const { listeners, mode } = set()
    mode[Symbol.dispose]()
    expect(listeners.size).toBe(0)
  })
})
