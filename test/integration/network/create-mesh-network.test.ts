import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { type NetworkPreset, networkPresets } from '../../../node/network/network-preset.ts'
import { webRtcDirectTransport } from '../../../node/network-node/webrtc-direct.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { addressOfPeerId, peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { hasher, type MeshNode, meshNode } from '../../support/nodes/mesh-nodes.ts'
import { bytesProtocol, expectEveryByteBack } from '../../support/nodes/wire-protocols.ts'

const echo = bytesProtocol('echo')
/** Forty handshakes in one process of a machine that is busy with other things take longer than a dial may. */
const patient = (preset: NetworkPreset): NetworkPreset => ({ ...preset, dialMs: 60_000 })

describe('a node of the mesh', () => {
  it('bears the name of its operator key, which is also its address on the chain', async () => {
    const secret = new Uint8Array(32).fill(7)
    using signer = new Secp256k1Signer(secret, hasher)
    await using node = await meshNode({ key: { kind: 'operator', secret } })
    expect(node.network.self).toBe(peerIdOfPublicKey(signer.publicKey))
    expect(addressOfPeerId(hasher, node.network.self)).toBe(signer.address)
  })

  it('keeps the name of its seed, and gets a new one without', async () => {
    const seed = new Uint8Array(32).fill(9)
    const names: string[] = []
    for (const key of [
      { kind: 'infrastructure', seed },
      { kind: 'infrastructure', seed },
      { kind: 'ephemeral' },
    ] as const) {
      await using node = await meshNode({ key, listen: [] })
      names.push(node.network.self)
    }
    expect(names[0]).toBe(names[1])
    expect(names[2]).not.toBe(names[1])
  })

  it('reaches nobody by a name that is none, which a stranger may have given it', async () => {
    await using node = await meshNode({ listen: [] })
    for (const name of ['Qbad', 'zzz', '1', '']) {
      const calling = node.network.call(peerId(name), echo, new Uint8Array(1))[Symbol.asyncIterator]().next()
      await expect(calling).rejects.toMatchObject({ code: 'DIAL_FAILED' })
    }
  })

  it('does not show a secret that is none', async () => {
    const starting = meshNode({ key: { kind: 'operator', secret: new Uint8Array(32).fill(0xff) } })
    await expect(starting).rejects.toThrow(/^a secret key is 32 bytes/)
  })

  it.each([
    ['tcp', '--port', (port: number) => `/ip4/127.0.0.1/tcp/${port}`],
    ['websocket', '--websocket-port', (port: number) => `/ip4/127.0.0.1/tcp/${port}/ws`],
  ])(
    'says PORT_IN_USE with port, address and the flag to change it where its %s port is taken, and leaves nothing running',
    async (_, flag, address) => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      await expect(meshNode({ listen: [address(port)] })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        facts: { port, address: '127.0.0.1' },
        hint: `Stop the other program, or choose another port with ${flag}.`,
      })
      server.close()
      await once(server, 'close')
      await using again = await meshNode({ listen: [address(port)] })
      expect(again.network.addresses()[0]).toContain(`/tcp/${port}`)
    },
  )

  it('says why where an address cannot be listened on at all', async () => {
    await expect(meshNode({ listen: ['/ip4/203.0.113.7/tcp/0'] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('tells the addresses that it was told to announce', async () => {
    await using node = await meshNode({ announce: ['/dns4/miner.example/tcp/4001'] })
    expect(node.network.addresses()).toEqual([`/dns4/miner.example/tcp/4001/p2p/${node.network.self}`])
  })

  it('takes forty peers of one machine that come at once', async () => {
    const preset = patient(networkPresets.local)
    await using hub = await meshNode({ preset })
    await using peers = new AsyncDisposableStack()
    const nodes = await Promise.all(
      Array.from({ length: 40 }, async () => peers.use(await meshNode({ preset, listen: [] }))),
    )
    await Promise.all(nodes.map(({ network }) => network.connect(hub.network.self, hub.network.addresses())))
    await expect.poll(() => hub.network.connectedPeers()).toHaveLength(40)
  })

  it.each([networkPresets.local, networkPresets.lan, networkPresets.wan])(
    'takes a burst of twelve dials from one host, as a household behind one address makes, in a $name network',
    async (given) => {
      const preset = patient(given)
      await using hub = await meshNode({ preset })
      await using peers = new AsyncDisposableStack()
      const nodes = await Promise.all(
        Array.from({ length: 12 }, async () => peers.use(await meshNode({ preset, listen: [] }))),
      )
      await Promise.all(nodes.map(({ network }) => network.connect(hub.network.self, hub.network.addresses())))
      await expect.poll(() => hub.network.connectedPeers()).toHaveLength(12)
    },
  )

  it('refuses one host that dials more often than its network allows, and takes others of it later', async () => {
    const preset = { ...networkPresets.wan, inboundPerHostPerSecondMax: 3 }
    await using hub = await meshNode({ preset })
    await using peers = new AsyncDisposableStack()
    const nodes = await Promise.all(Array.from({ length: 12 }, async () => peers.use(await meshNode({ listen: [] }))))
    const dial = ({ network }: MeshNode) => network.connect(hub.network.self, hub.network.addresses())
    const outcomes = await Promise.allSettled(nodes.map(dial))
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    const refused = nodes[outcomes.findIndex(({ status }) => status === 'rejected')]!
    await expect
      .poll(
        () =>
          dial(refused).then(
            () => 'taken',
            () => 'refused',
          ),
        { interval: 1_100 },
      )
      .toBe('taken')
  })

  it.each([
    ['websocket', { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }],
    ['webrtc-direct', { listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'], moreTransports: [webRtcDirectTransport([])] }],
  ])('answers calls over %s too', async (_, tuning) => {
    await using server = await meshNode(tuning)
    await using client = await meshNode({ ...tuning, listen: [] })
    using _serving = server.network.serve(echo, async function* (first, more) {
      yield first
      for await (const next of more) yield next
    })
    await client.network.connect(server.network.self, server.network.addresses())
    await expectEveryByteBack(client.network, server.network.self, echo)
  })

  it('meets the peer that it asked for or nobody', async () => {
    await using server = await meshNode()
    await using other = await meshNode()
    await using client = await meshNode({ listen: [] })
    const address = server.network.addresses()[0]!.split('/p2p/')[0]!
    const wrong = client.network.connect(other.network.self, [address])
    await expect(wrong).rejects.toMatchObject({ code: 'DIAL_FAILED' })
    await client.network.connect(server.network.self, [address])
    expect(client.network.connectedPeers()).toEqual([server.network.self])
  })

  it('tells who comes and goes', async () => {
    await using server = await meshNode()
    await using client = await meshNode({ listen: [] })
    const seen: string[] = []
    const gone = Promise.withResolvers<void>()
    using _ = server.network.onPeer((peer, state) => {
      expect(peer).toBe(client.network.self)
      seen.push(state)
      if (state === 'disconnected') gone.resolve()
    })
    await client.network.connect(server.network.self, server.network.addresses())
    await client.network[Symbol.asyncDispose]()
    await gone.promise
    expect(seen).toEqual(['connected', 'disconnected'])
  })

  it('gives up connecting when told to', async () => {
    await using client = await meshNode({ listen: [] })
    await using other = await meshNode()
    const connecting = client.network.connect(other.network.self, other.network.addresses(), AbortSignal.abort())
    await expect(connecting).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
