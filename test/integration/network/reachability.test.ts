import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it, onTestFinished } from 'vitest'
import { networkPresets } from '../../../node/network/network-preset.ts'
import { LOOPBACK, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'

const { local, lan, wan } = networkPresets
const program = fileURLToPath(new URL('../../support/processes/reachability-program.ts', import.meta.url))
/** A network of its own whose loopback bears addresses that count as public. */
const ADDRESSES = ['11.0.0.1', '12.0.0.1', '10.0.0.1']
const INET = ['ip link set lo up', ...ADDRESSES.map((ip) => `ip addr add ${ip}/32 dev lo`)].join(' && ')
const hasNamespaces = spawnSync('unshare', ['--net', 'sh', '-c', INET]).status === 0

describe('a node serves the DHT', () => {
  // Each waits a second for what libp2p says of itself.
  it.concurrent.each<readonly [string, NodeOptions, boolean]>([
    ['at once on one machine', { preset: local }, true],
    ['at once in a LAN', { preset: lan }, true],
    ['not on the internet, where it listens on private addresses', { preset: wan }, false],
    ['on the internet by its owner’s word', { preset: wan, announce: ['/dns4/miner.example/tcp/1'] }, true],
    ['not where it only dials', { preset: local, listen: [] }, false],
    ['where it is told to', { preset: wan, dhtServer: true }, true],
    ['not where it is told not to', { preset: local, dhtServer: false }, false],
  ])('%s', async (_, tuning, serves) => {
    await using node = await meshNode({ listen: [LOOPBACK], ...tuning })
    expect(node.network.servesDht).toBe(serves)
    // It says the same of itself once its addresses are up.
    await new Promise<void>((resolve) => {
      node.network.libp2p.addEventListener('self:peer:update', () => resolve(), { once: true })
      if (tuning.listen?.length === 0) resolve()
    })
    expect(node.network.servesDht).toBe(serves)
  })

  it.skipIf(!hasNamespaces)(
    'on the internet from when another peer has dialled its public address, and a home behind a router does not',
    async () => {
      const words = ['--net', 'sh', '-c', `${INET} && exec "$0" "$1"`, process.execPath, program]
      const { stdout } = await promisify(execFile)('unshare', words)
      expect(JSON.parse(stdout)).toEqual({
        before: false,
        addressesBefore: 0,
        after: true,
        addressesAfter: 1,
        home: false,
      })
    },
  )
})

describe('a stranger that asks a node of the internet to dial', () => {
  const uvarint = (length: number): number[] => (length < 128 ? [length] : [(length & 127) | 128, length >> 7])
  const framed = (...bytes: number[]): Uint8Array => Uint8Array.from([...uvarint(bytes.length), ...bytes])
  /** A request for one address: a message in field 1, its address in field 1 and the nonce 1 in field 2. */
  const request = (address: string): Uint8Array => {
    const raw = [...multiaddr(address).bytes]
    const inner = [0x0a, raw.length, ...raw, 0x11, 1, 0, 0, 0, 0, 0, 0, 0]
    return framed(0x0a, inner.length, ...inner)
  }

  it.each<readonly [string, (port: number) => Uint8Array]>([
    ['nothing that is a message', () => framed(0xff, 0xff, 0xff)],
    ['no address', () => framed(0x0a, 0)],
    ['a message without end', () => Uint8Array.of(0xff, 0xff, 0x7f, 1)],
    ['a private address', (port) => request(`/ip4/127.0.0.1/tcp/${port}`)],
    ['a name', (port) => request(`/dns4/localhost/tcp/${port}`)],
  ])('with %s gets no dial, and the node goes on', async (_, bytesFor) => {
    let visitors = 0
    const victim = createServer((socket) => {
      visitors++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(victim, 'listening')
    onTestFinished(() => void victim.close())
    const bytes = bytesFor((victim.address() as AddressInfo).port)
    await using node = await meshNode({ preset: wan })
    await using stranger = await meshNode({ preset: wan, listen: [] })
    await stranger.network.connect(node.network.self, node.network.addresses())
    const { libp2p, tag } = stranger.network
    const stream = await libp2p.dialProtocol(
      peerIdFromString(node.network.self),
      `/aitbc/${tag}/autonat/2/dial-request`,
    )
    stream.send(bytes)
    await stream.close()
    await expect.poll(() => stream.status).not.toBe('open')
    expect(visitors).toBe(0)
    expect(node.network.connectedPeers()).toEqual([stranger.network.self])
  })
})
